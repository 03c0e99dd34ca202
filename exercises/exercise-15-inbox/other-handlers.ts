import { endpoint, insert, put, remove, type PipelineStep } from '#lib'
import type { PaymentBooked, VoucherGranted } from '#driveway'

/**
 * Other handlers that the checks put your step around. You need not read them: they are of kinds that `given.ts` leaves out, and know
 * nothing of the step either.
 */

/** How many of a customer's cars stand with us. */
export interface Garage {
  readonly cars: number
}

/** A trip to a customer: with all cars that were there when it was planned. */
export interface Trip {
  readonly customer: string
  readonly cars: number
  readonly driver: string
}

/** How many vouchers lie in a customer's glovebox. */
export interface Glovebox {
  readonly vouchers: number
}

/** Command, by itself: plan the trip to a customer. */
interface PlanTrip {
  readonly type: 'PlanTrip'
  readonly customer: string
}

/** Event: a trip will start with so many cars. */
interface TripPlanned {
  readonly type: 'TripPlanned'
  readonly customer: string
  readonly cars: number
}

/** Event: there will be a trip. */
interface TripAnnounced {
  readonly type: 'TripAnnounced'
  readonly customer: string
}

/** How long `shipping` waits for more cars before it plans a trip, in milliseconds. */
export const patience = 3_600_000

/** Command: the strike is over. While it lasts, which is as long as `strike` is in `notices`, `shipping` fails. */
export interface EndStrike {
  readonly type: 'EndStrike'
}

export const shipping = (step: PipelineStep) =>
  endpoint(
    'shipping',
    {
      /** Writes without a condition, sends two messages, and may fail after all that. */
      async PaymentBooked({ customer }: PaymentBooked, context) {
        const found = await context.store.get<Garage>('garages', customer)
        await context.store.commit(put('garages', customer, { cars: (found?.value.cars ?? 0) + 1 }))
        const announced: TripAnnounced = { type: 'TripAnnounced', customer }
        await context.publish(announced)
        const command: PlanTrip = { type: 'PlanTrip', customer }
        await context.send('shipping', command, { headers: { driver: 'Emil' }, delay: patience })
        if ((await context.store.get('notices', 'strike')) !== undefined) throw new Error('the drivers are on strike')
      },

      /** Reads and publishes, and writes nothing. */
      async PlanTrip({ customer }: PlanTrip, context) {
        const found = await context.store.get<Garage>('garages', customer)
        const event: TripPlanned = { type: 'TripPlanned', customer, cars: found?.value.cars ?? 0 }
        await context.publish(event, { headers: { driver: context.headers['driver'] ?? 'nobody' } })
      },

      /** Writes, and sends nothing. */
      async TripPlanned({ customer, cars }: TripPlanned, context) {
        const trip: Trip = { customer, cars, driver: context.headers['driver'] ?? 'nobody' }
        await context.store.commit(insert('trips', context.messageId, trip))
      },

      /** Does nothing. */
      TripAnnounced: () => Promise.resolve(),

      /** Writes without a condition: nothing of its own stops a copy. */
      async VoucherGranted({ customer }: VoucherGranted, context) {
        const found = await context.store.get<Glovebox>('gloveboxes', customer)
        await context.store.commit(put('gloveboxes', customer, { vouchers: (found?.value.vouchers ?? 0) + 1 }))
      },

      /** The step does the forgetting. */
      ForgetMessage: () => Promise.resolve(),

      async EndStrike(_message: EndStrike, context) {
        await context.store.commit(remove('notices', 'strike'))
      },
    },
    { pipeline: [step] },
  )
