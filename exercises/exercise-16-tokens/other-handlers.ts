import { endpoint, insert, put, remove, type PipelineStep } from '#lib'
import type { GrantVoucher, PaymentBooked, PaymentReceived } from '#driveway'

/**
 * Other handlers that the checks put your step around. You need not read them: they are of kinds that `given.ts` leaves out, and know
 * nothing of the step either.
 */

/** How many of a customer's cars stand with us. */
export interface Garage {
  readonly cars: number
}

/** How many vouchers lie in a customer's glovebox. */
export interface Glovebox {
  readonly vouchers: number
}

/** How many trips to a customer are booked. */
export interface Trips {
  readonly trips: number
}

/** Commands, most of them to itself. */
interface CheckTyres {
  readonly type: 'CheckTyres'
  readonly customer: string
}

export interface PlanTrip {
  readonly type: 'PlanTrip'
  readonly customer: string
}

interface BookTrip {
  readonly type: 'BookTrip'
  readonly customer: string
}

interface WashCar {
  readonly type: 'WashCar'
  readonly customer: string
}

/** Command: the strike is over. While it lasts, which is as long as `strike` is in `notices`, `shipping` fails. */
export interface EndStrike {
  readonly type: 'EndStrike'
}

export const shipping = (step: PipelineStep) =>
  endpoint(
    'shipping',
    {
      /** Writes without a condition, sends two commands, and may fail after all that. */
      async PaymentBooked({ customer }: PaymentBooked, context) {
        const found = await context.store.get<Garage>('garages', customer)
        await context.store.commit(put('garages', customer, { cars: (found?.value.cars ?? 0) + 1 }))
        const check: CheckTyres = { type: 'CheckTyres', customer }
        await context.send('shipping', check)
        const plan: PlanTrip = { type: 'PlanTrip', customer }
        await context.send('shipping', plan)
        if ((await context.store.get('notices', 'strike')) !== undefined) throw new Error('the drivers are on strike')
      },

      /** Does nothing. */
      CheckTyres: (_message: CheckTyres) => Promise.resolve(),

      /** Reads and sends, and writes nothing. */
      async PlanTrip({ customer }: PlanTrip, context) {
        if ((await context.store.get('garages', customer)) === undefined) return
        const book: BookTrip = { type: 'BookTrip', customer }
        await context.send('shipping', book)
      },

      /** Writes without a condition, and sends nothing. */
      async BookTrip({ customer }: BookTrip, context) {
        const found = await context.store.get<Trips>('trips', customer)
        await context.store.commit(put('trips', customer, { trips: (found?.value.trips ?? 0) + 1 }))
      },

      /** Sends as many commands as there are cars, and writes nothing. */
      async PaymentReceived({ customer, cars }: PaymentReceived, context) {
        for (let car = 0; car < cars.length; car++) {
          const command: WashCar = { type: 'WashCar', customer }
          await context.send('shipping', command)
        }
      },

      async WashCar({ customer }: WashCar, context) {
        await context.store.commit(insert('washed', context.messageId, { customer }))
      },

      /** Writes without a condition: nothing of its own stops a copy. */
      async GrantVoucher({ customer }: GrantVoucher, context) {
        const found = await context.store.get<Glovebox>('gloveboxes', customer)
        await context.store.commit(put('gloveboxes', customer, { vouchers: (found?.value.vouchers ?? 0) + 1 }))
      },

      async EndStrike(_message: EndStrike, context) {
        await context.store.commit(remove('notices', 'strike'))
      },
    },
    { pipeline: [step] },
  )
