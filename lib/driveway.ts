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

/** Command: the customer of an order wants something more. Two of the same are two lines. */
export interface AddExtra {
  readonly type: 'AddExtra'
  readonly orderId: string
  /** Given by `web` when the customer clicks: one click, one line. */
  readonly lineId: string
  readonly extra: string
  readonly price: number
}

/** Command: the customer of an order pays a part with a voucher. */
export interface RedeemVoucher {
  readonly type: 'RedeemVoucher'
  readonly orderId: string
  /** Printed on the voucher: one voucher, one code. */
  readonly code: string
  /** In euros. */
  readonly amount: number
}

/** What the customer gets to see of an order. */
export interface Invoice {
  readonly car: string
  readonly extras: readonly string[]
  /** What is to be paid, in euros. */
  readonly total: number
}

/** Command: a payment for an order has come in. The id is the bank's: one payment, one id, however often we are told. */
export interface BookPayment {
  readonly type: 'BookPayment'
  readonly orderId: string
  readonly paymentId: string
  /** In euros. */
  readonly amount: number
}

/** Command: that payment was taken back, for good. The bank may do so with a direct debit. */
export interface CancelPayment {
  readonly type: 'CancelPayment'
  readonly orderId: string
  readonly paymentId: string
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

/** Command to `marketing`, by itself: credit a customer with so much. */
export interface GrantVoucher {
  readonly type: 'GrantVoucher'
  readonly customer: string
  /** In euros. */
  readonly amount: number
}

/** What a customer owes for an order. `billing` keeps it, under the order's id. */
export interface Bill {
  readonly customer: string
  /** What the payment provider calls the customer's card. */
  readonly card: string
  /** In euros. */
  readonly price: number
  readonly status: 'open' | 'paid' | 'declined'
}

/** Command to `billing`: take the money for an order from the customer's card. */
export interface ChargeCard {
  readonly type: 'ChargeCard'
  readonly orderId: string
}

/** Command to `billing`: the customer has haggled, and an open order costs so much from now on. */
export interface AgreePrice {
  readonly type: 'AgreePrice'
  readonly orderId: string
  /** In euros. */
  readonly price: number
}

/** What has become of the transport of an order's car. `shipping` keeps it, under the order's id. */
export interface Shipment {
  /**
   * `shipping`: the logistics provider is about to be asked, or was. `refused`: it said no, and the money has to go back. The other
   * three are ends: the car is on its way, the money is back, or somebody has to find out.
   */
  readonly status: 'shipping' | 'shipped' | 'refused' | 'refunded' | 'needs-investigation'
}

/** Command to `shipping`: bring a car that was paid for to its customer. */
export interface ShipCar {
  readonly type: 'ShipCar'
  readonly orderId: string
  readonly car: string
  readonly to: string
  /** What the payment provider calls the payment. */
  readonly charge: string
}

/** Command to `shipping`, the next morning: look again at an order of yesterday. */
export interface ReconcileShipment {
  readonly type: 'ReconcileShipment'
  readonly orderId: string
  /** What the payment provider calls the payment. */
  readonly charge: string
}

/** Command to `sales`: a customer wants a car. There is one of each car. */
export interface BuyCar {
  readonly type: 'BuyCar'
  readonly car: string
  readonly customer: string
}

/** Event: the car is the customer's. `billing` takes the money for it, once for each message id. */
export interface CarSold {
  readonly type: 'CarSold'
  readonly car: string
  readonly customer: string
}

/** Event: the customer comes too late, the car is somebody else's. */
export interface CarGone {
  readonly type: 'CarGone'
  readonly car: string
  readonly customer: string
}

/** Command to `photos`: have the studio cut a car out of its background. */
export interface CutOutPhoto {
  readonly type: 'CutOutPhoto'
  readonly photoId: string
  /** As the dealer has called it. */
  readonly file: string
}

/** A photo of a car. `photos` keeps it, under the photo's id. */
export interface Photo {
  /** The picture without the background, as the studio calls it. */
  readonly cutOut: string
}

/** A car that Driveway imports. `night` keeps it, under its name. */
export interface ImportedCar {
  readonly dollars: number
}

/** What dealers see of a car in the price list. `price-list` keeps it, under the car's name. */
export interface PriceListLine {
  /** In euros. */
  readonly price: number
  /** Dollars for a euro: what the price was calculated with. */
  readonly rate: number
}

/** A car that a dealer has uploaded, with its photos. `studios` keeps it, under its number of the day: `c01` came first. */
export interface UploadedCar {
  readonly dealer: string
  /** The studio that `web` has sent it to: 1, 2, 3, and again from 1. */
  readonly studio: number
  /** The pictures without the background, as the cutter calls them; once they are there, the car is done. */
  readonly cutOut?: string
}

/** A photo that a dealer has uploaded. */
export interface Upload {
  readonly photoId: string
  /** As the dealer has called it. */
  readonly file: string
}
