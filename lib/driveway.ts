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

/** Command: make an order of a cart. `web` sends it to `orders`. */
export interface SubmitOrder {
  readonly type: 'SubmitOrder'
  readonly cartId: string
  readonly customer: string
  readonly car: string
  readonly price: number
}

/** Event: a customer's money has arrived. One payment may be for several cars at once, and for bringing them. */
export interface PaymentReceived {
  readonly type: 'PaymentReceived'
  readonly customer: string
  /** The price of each car that it pays for, in euros. */
  readonly cars: readonly number[]
  /** For bringing them, in euros. 0 when the customer fetches them. */
  readonly delivery: number
}

/** Event: so much of a customer's money is on our books. `marketing` adds it up. */
export interface PaymentBooked {
  readonly type: 'PaymentBooked'
  readonly customer: string
  /** In euros. */
  readonly amount: number
}

/** Event: a customer gets a voucher. `billing` will take it in place of money. */
export interface VoucherGranted {
  readonly type: 'VoucherGranted'
  readonly customer: string
  /** In euros. */
  readonly amount: number
}
