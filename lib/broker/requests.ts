import type { DeliveryRecord } from './deliveries.js'
import type { Envelope } from './queue.js'

/** What code asks of the broker. What it gets for it: a `DeliveryRecord` for `receive`, a number for `redrive`, nothing for the others. */
export type BrokerRequest =
  | {
      readonly kind: 'send'
      /** An endpoint; `undefined` for an event, which goes to whoever subscribes to its type. */
      readonly destination: string | undefined
      readonly letter: Envelope
      /** Somebody who is no part of the system. */
      readonly sender: string | undefined
      /** Milliseconds. */
      readonly delay: number | undefined
    }
  | { readonly kind: 'receive' }
  /** All dead letters of an endpoint are to come again. */
  | { readonly kind: 'redrive'; readonly endpoint: string }
  | { readonly kind: 'settle'; readonly record: DeliveryRecord; readonly how: Settlement }

export type Settlement =
  | { readonly verb: 'ack' | 'renew'; readonly delay?: undefined; readonly reason?: undefined }
  /** `delay`: in milliseconds. `byFault`: the attempt failed by a fault of the budget. */
  | { readonly verb: 'abandon'; readonly delay: number; readonly byFault?: boolean; readonly reason?: undefined }
  | { readonly verb: 'dead-letter'; readonly reason: string; readonly delay?: undefined }
