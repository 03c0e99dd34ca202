import type { Channel } from 'amqplib'
import type { VoucherGranted } from '../../driveway.js'
import { eventsOf } from '../names.js'
import type { Services } from '../services.js'

/** What the broker was given to deliver, as it says itself: a queue of the director gets a copy of every voucher. */
export interface SentVouchers {
  /** How often a voucher was sent under the id of one that had been sent before. */
  readonly again: number
  /** How many vouchers were sent to a customer, whatever their ids. */
  to(customer: string): number
}

/** @returns the ledger; it ends with the connection of the director. */
export async function keepSent(services: Services, prefix: string): Promise<SentVouchers> {
  const channel: Channel = await services.spare()
  const { queue } = await channel.assertQueue('', { exclusive: true, autoDelete: true })
  await channel.bindQueue(queue, eventsOf(prefix, 'VoucherGranted'), '')
  const ids = new Set<string>()
  const customers = new Map<string, number>()
  let again = 0
  await channel.consume(
    queue,
    (message) => {
      if (message === null) return
      const id = String(message.properties.messageId)
      if (ids.has(id)) again += 1
      ids.add(id)
      const { customer } = JSON.parse(message.content.toString('utf8')) as VoucherGranted
      customers.set(customer, (customers.get(customer) ?? 0) + 1)
    },
    { noAck: true },
  )
  return {
    get again() {
      return again
    },
    to: (customer) => customers.get(customer) ?? 0,
  }
}
