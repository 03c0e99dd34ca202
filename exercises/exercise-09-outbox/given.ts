import { ConcurrencyError, endpoint, insert } from '#lib'
import type { VoucherGranted } from '#driveway'

/** A voucher as `billing` keeps it, under the id of the message that announced it. */
export interface Voucher {
  readonly customer: string
  /** In euros. */
  readonly amount: number
}

/** Downstream. Each message id counts once: the second `insert` of the same one fails. */
export const billing = endpoint('billing', {
  async VoucherGranted(message: VoucherGranted, context) {
    const voucher: Voucher = { customer: message.customer, amount: message.amount }
    try {
      await context.store.commit(insert('vouchers', context.messageId, voucher))
    } catch (error) {
      if (!(error instanceof ConcurrencyError)) throw error
    }
  },
})
