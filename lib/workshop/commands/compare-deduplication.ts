import { endpoint, insert, put, type PipelineStep } from '../../index.js'
import type { GrantVoucher, PaymentBooked } from '../../driveway.js'
import { explore } from '../../exploration/index.js'

/** What one way of deduplication costs, as the simulator has seen it. */
export interface Cost {
  readonly name: string
  /** Round trips for a payment and its voucher, without a fault: reads, commits, sends. */
  readonly reads: number
  readonly commits: number
  readonly sends: number
  /** What the deduplication still keeps after 1,000 payments, in documents and in bytes of JSON, ids included. */
  readonly documents: number
  readonly bytes: number
}

const payments = 1_000

/**
 * Runs the solutions of exercises 15 and 16 around the same two handlers, one payment after the other, without a fault, and counts.
 * Retention has not passed: all payments come on one day.
 */
export async function compareDeduplication(): Promise<readonly Cost[]> {
  const { inbox } = await import('../../../solutions/exercise-15-inbox/inbox.js')
  const { tokens } = await import('../../../solutions/exercise-16-tokens/tokens.js')
  return [await measure('inbox (15)', inbox), await measure('tokens (16)', tokens)]
}

/** The table that `npm run compare` prints, and that the README of exercise 16 quotes. */
export function drawComparison(costs: readonly Cost[]): string {
  const rows = [
    ['', 'reads', 'commits', 'sends', 'left', 'bytes left'],
    ...costs.map(({ name, reads, commits, sends, documents, bytes }) => [name, ...[reads, commits, sends, documents, bytes].map((value) => value.toLocaleString('en'))]),
  ]
  return rows.map(([name = '', ...cells]) => [name.padEnd(12), ...cells.map((cell) => cell.padStart(12))].join('').trimEnd()).join('\n')
}

async function measure(name: string, step: PipelineStep): Promise<Cost> {
  const one = await run(step, 1)
  const all = await run(step, payments)
  return { name, reads: one.reads, commits: one.commits, sends: one.sends, documents: all.documents, bytes: all.bytes }
}

interface Counted {
  readonly reads: number
  readonly commits: number
  readonly sends: number
  readonly documents: number
  readonly bytes: number
}

async function run(step: PipelineStep, count: number): Promise<Counted> {
  /** What each message needed. Written anew whenever a message is handled anew, so executions that are repeated count once. */
  const trips = new Map<string, { reads: number; commits: number; sends: number }>()
  let left = { documents: 0, bytes: 0 }
  const counting: PipelineStep = (_message, context, next) => {
    const trip = { reads: 0, commits: 0, sends: 0 }
    trips.set(context.messageId, trip)
    return next({
      ...context,
      store: {
        ...context.store,
        get: (collection, id) => ((trip.reads += 1), context.store.get(collection, id)),
        commit: (...writes) => ((trip.commits += 1), context.store.commit(...writes)),
      },
      send: (to, message, options) => ((trip.sends += 1), context.send(to, message, options)),
      publish: (message, options) => ((trip.sends += 1), context.publish(message, options)),
    })
  }
  const ids = Array.from({ length: count }, (_, index) => String(index + 1))
  const finding = await explore({
    system: () => [marketing([counting, step])],
    instances: { marketing: 1 },
    documents: { marketing: { tokens: Object.fromEntries(ids.map((id) => [`t${id}`, {}])) } },
    scenario: async (orders) => {
      for (const id of ids) {
        const event: PaymentBooked = { type: 'PaymentBooked', customer: `customer ${id}`, amount: 60_000 }
        await orders.publish(event, { id: `m${id}`, headers: { token: `t${id}` } })
        await orders.wait(1)
      }
    },
    maxSteps: 100 * count,
    atRest: {
      'every payment leads to a voucher': ({ stores }) => {
        // The tokens that the scenario made are of no use to an inbox, and do not count for it.
        const collections = ['inbox', 'outbox', ...(stores.marketing.ids('tokens').length === count && stores.marketing.ids('inbox').length > 0 ? [] : ['tokens'])]
        const kept = collections.flatMap((collection) => stores.marketing.ids(collection).map((id, index) => id + JSON.stringify(stores.marketing.list(collection)[index])))
        left = { documents: kept.length, bytes: kept.reduce((sum, text) => sum + Buffer.byteLength(text), 0) }
        const credits = stores.marketing.ids('credits').length
        return credits === count || `expected ${count} vouchers, found ${credits}`
      },
    },
  })
  if (finding.verdict !== 'passed') throw new Error(`The comparison did not work: ${JSON.stringify(finding)}`)
  const sum = (what: 'reads' | 'commits' | 'sends'): number => [...trips.values()].reduce((total, trip) => total + trip[what], 0)
  return { reads: sum('reads'), commits: sum('commits'), sends: sum('sends'), ...left }
}

/** The handlers of exercise 16. */
function marketing(pipeline: readonly PipelineStep[]) {
  return endpoint(
    'marketing',
    {
      async PaymentBooked(message: PaymentBooked, context) {
        const found = await context.store.get<{ readonly total: number }>('customers', message.customer)
        const total = (found?.value.total ?? 0) + message.amount
        await context.store.commit(found === undefined ? insert('customers', message.customer, { total }) : put('customers', message.customer, { total }, { ifVersion: found.version }))
        const command: GrantVoucher = { type: 'GrantVoucher', customer: message.customer, amount: total / 100 }
        await context.send('marketing', command)
      },
      async GrantVoucher(message: GrantVoucher, context) {
        const found = await context.store.get<{ readonly balance: number }>('credits', message.customer)
        const balance = (found?.value.balance ?? 0) + message.amount
        await context.store.commit(found === undefined ? insert('credits', message.customer, { balance }) : put('credits', message.customer, { balance }, { ifVersion: found.version }))
      },
    },
    { pipeline },
  )
}
