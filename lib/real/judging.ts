import { ask, type Violation } from '../exploration/judge.js'
import type { Promises, StoreView, View } from '../exploration/view.js'
import type { WrittenCheck } from '../exploration/written-check.js'
import type { Click } from '../http/index.js'
import type { Json, QueueView } from '../simulation/index.js'
import type { Stage } from './stage.js'
import { drainQueues, NotShown, readStores, viewOf } from './view.js'

/** What is neither in the database nor in the broker. */
export interface Elsewhere {
  readonly clicks: readonly Click[]
  readonly ledgers: Readonly<Record<string, Json>>
}

/** Judges the promises of a check by what PostgreSQL, RabbitMQ and the third parties have. */
export class Judging {
  violation: Violation | undefined
  /** Promises that could not be asked, each with the reason. */
  readonly unasked = new Map<string, string>()
  /** What was there at the end. */
  state: { readonly stores: Readonly<Record<string, StoreView>>; readonly queues: Readonly<Record<string, QueueView>> | undefined; readonly elsewhere: Elsewhere } | undefined
  #expected = 0

  constructor(
    private readonly options: Pick<WrittenCheck['options'], 'always' | 'atRest'>,
    private readonly stage: Stage,
    private readonly elsewhere: () => Elsewhere,
  ) {}

  get asksAlways(): boolean {
    return Object.keys(this.options.always ?? {}).length > 0
  }

  /** The broker has got one message more. */
  expectSent(): void {
    this.#expected += 1
  }

  async always(): Promise<void> {
    if (this.violation !== undefined) return
    this.#ask('safety', this.options.always ?? {}, await this.#view(undefined))
  }

  async atRest(): Promise<void> {
    const queues = await drainQueues(this.stage)
    const view = await this.#view(queues)
    this.#ask('safety', this.options.always ?? {}, view)
    if (this.violation === undefined) this.#ask('liveness', this.options.atRest ?? {}, view)
  }

  #ask(kind: 'safety' | 'liveness', promises: Promises, view: View): void {
    for (const [promise, check] of Object.entries(promises)) {
        let hidden: NotShown | undefined
        const sentence = ask(promise, () => {
          try {
            return check(view)
          } catch (error) {
            if (!(error instanceof NotShown)) throw error
            hidden = error
            return true
          }
        })
        if (hidden !== undefined) this.unasked.set(promise, hidden.message)
        if (sentence === undefined) continue
        this.violation = { kind, promise, sentence }
        return
    }
  }

  async #view(queues: Readonly<Record<string, QueueView>> | undefined): Promise<View> {
    const stores = await readStores(this.stage)
    await this.#allSent()
    const elsewhere = this.elsewhere()
    this.state = { stores, queues, elsewhere }
    const sent = [...this.stage.sent].map((message) => ({ message, text: `{"to":${JSON.stringify(message.to)},"id":${JSON.stringify(message.id)},"message":${JSON.stringify(message.message)}}` }))
    return viewOf(stores, queues, sent.sort((one, other) => (one.text < other.text ? -1 : 1)).map(({ message }) => message), elsewhere.clicks, elsewhere.ledgers)
  }

  /** What was confirmed is on its way to whoever keeps the ledger. */
  async #allSent(): Promise<void> {
    for (let round = 0; this.stage.sent.length < this.#expected && round < 1_000; round++) await new Promise((resolve) => setTimeout(resolve, 5))
  }
}
