import type { PaymentBooked } from '../../driveway.js'
import { insert } from '../../store/index.js'
import { endpoint } from '../../system/index.js'

/**
 * What a guarantee is compared with: one insert, and then the acknowledgement. No total, no voucher, no outbox, no memory of messages. It runs in the
 * same host, with the same store, queues and acknowledgements as the code that is compared with it.
 */
export const plain = endpoint('plain', {
  async PaymentBooked({ customer, amount }: PaymentBooked, context) {
    await context.store.commit(insert('payments', context.messageId, { customer, amount }))
  },
})
