import { Explorer } from '../exploration/explorer.js'
import { scenarioNode } from '../exploration/scenario.js'
import { insert, put } from '../store/index.js'
import { installGlobals, World, type StepDescription } from '../simulation/index.js'
import { endpoint, parts, type HandlerContext } from '../system/index.js'
import { perSecond, type Measured } from './measure.js'

interface Account {
  readonly total: number
  readonly processed: readonly string[]
}

interface BookPayment {
  readonly type: 'BookPayment'
  readonly customer: string
  readonly amount: number
}

interface PaymentBooked {
  readonly customer: string
  readonly total: number
}

const billing = endpoint(
  'billing',
  {
    async BookPayment(message: BookPayment, context: HandlerContext) {
      const found = await context.store.get<Account>('accounts', message.customer)
      const account = found?.value ?? { total: 0, processed: [] }
      if (account.processed.includes(context.messageId)) return
      const next = { total: account.total + message.amount, processed: [...account.processed, context.messageId] }
      await context.store.commit(found === undefined ? insert('accounts', message.customer, next) : put('accounts', message.customer, next, { ifVersion: found.version }))
      await context.publish({ type: 'PaymentBooked', customer: message.customer, total: next.total }, { id: `${context.messageId}-booked` })
    },
  },
  { instances: 2 },
)

const marketing = endpoint(
  'marketing',
  {
    async PaymentBooked(message: PaymentBooked, context: HandlerContext) {
      await context.store.commit(put('totals', message.customer, { total: message.total }))
    },
  },
  { instances: 1 },
)

/** A whole system: two endpoints, broker, SQLite stores, and the trace of every step; full executions in random order, none of them shared. */
export class WholeSystem {
  readonly #world: World
  readonly #explorer: Explorer
  readonly #restore: () => void
  #state = 1
  steps = 0

  constructor() {
    this.#world = new World([
      scenarioNode(async ({ send }) => {
        await send('billing', { type: 'BookPayment', customer: 'erika', amount: 30 })
        await send('billing', { type: 'BookPayment', customer: 'erika', amount: 40 })
      }),
      billing,
      marketing,
    ])
    parts(this.#world)
    this.#world.journal.forget()
    this.#explorer = new Explorer(this.#world, { quiet: true, budget: {} })
    this.#restore = installGlobals(this.#explorer.stage, { quiet: true })
  }

  /** One execution, from the beginning to rest. */
  async once(): Promise<void> {
    const trace: StepDescription[] = []
    this.#explorer.restart()
    await this.#explorer.run([], (point) => {
      if (point.performed !== undefined) trace.push(point.performed.alternative.describe())
      this.#state = (Math.imul(this.#state, 1664525) + 1013904223) >>> 0
      return point.regular === 0 ? undefined : (this.#state >>> 8) % point.regular
    })
    this.steps += trace.length
  }

  close(): void {
    this.#restore()
    this.#world.close()
  }
}

export interface Flatness {
  readonly executions: number
  /** Time per execution in the last tenth, relative to the second. */
  readonly timeRatio: number
  /** Heap after the last tenth, relative to the second, both after a collection where the runtime allows it. */
  readonly heapRatio: number
}

export async function measureSystem(milliseconds: number): Promise<Measured> {
  const system = new WholeSystem()
  try {
    return await perSecond(milliseconds, () => system.once())
  } finally {
    system.close()
  }
}

/** Runs so many executions in ten parts, and compares the last part with the second (the first one warms up). */
export async function measureFlatness(executions: number): Promise<Flatness> {
  const system = new WholeSystem()
  const times: number[] = []
  const heaps: number[] = []
  try {
    for (let part = 0; part < 10; part++) {
      const begin = performance.now()
      for (let count = 0; count < executions / 10; count++) await system.once()
      times.push(performance.now() - begin)
      globalThis.gc?.()
      heaps.push(process.memoryUsage().heapUsed)
    }
  } finally {
    system.close()
  }
  return { executions, timeRatio: (times[9] ?? 0) / (times[1] ?? 1), heapRatio: (heaps[9] ?? 0) / (heaps[1] ?? 1) }
}
