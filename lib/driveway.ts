/**
 * Driveway, a small online dealer of used cars. Every exercise tells a part of the same story, with the same words.
 */

/** What a customer has put together, before it is an order. `web` keeps it. */
export interface Cart {
  readonly customer: string
  readonly car: string
  /** In euros. */
  readonly price: number
}

/** What a customer has ordered. `web` keeps it in module 1, `orders` from then on. */
export interface Order {
  readonly cartId: string
  readonly customer: string
  readonly car: string
  readonly price: number
}
