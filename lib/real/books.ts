/** A message that is to come later. */
export interface Wait {
  readonly endpoint: string
  readonly id: string
  /** Virtual milliseconds. */
  readonly due: number
  /** It has left the queue where it waits. */
  here: boolean
}

/**
 * How many messages are where, as far as processes have said: a broker cannot be asked that without disturbing it. Every message that was sent is
 * somebody's until it is settled; it is held by a process, waits for its time, or is on its way to whoever is free.
 */
export class Books {
  /** By endpoint. */
  readonly #unsettled = new Map<string, number>()
  readonly #held: { readonly slot: number; readonly endpoint: string; readonly id: string }[] = []
  readonly #early: { readonly endpoint: string; readonly id: string; readonly tell: (wait: Wait) => void }[] = []
  readonly #waiting: Wait[] = []

  arrived(endpoint: string): void {
    this.#unsettled.set(endpoint, this.unsettled(endpoint) + 1)
  }

  /** It has been put where messages wait. `due`: virtual milliseconds. */
  waits(endpoint: string, id: string, due: number): void {
    const wait: Wait = { endpoint, id, due, here: false }
    this.#waiting.push(wait)
    const early = this.#early.findIndex((entry) => entry.endpoint === endpoint && entry.id === id)
    if (early < 0) return
    wait.here = true
    this.#early.splice(early, 1)[0]?.tell(wait)
  }

  received(slot: number, endpoint: string, id: string): void {
    this.#held.push({ slot, endpoint, id })
  }

  /** A message has come from where messages wait. It may come before anybody has said that it was put there. */
  came(endpoint: string, id: string): Promise<Wait> {
    const wait = this.#waiting.find((entry) => !entry.here && entry.endpoint === endpoint && entry.id === id)
    if (wait === undefined) return new Promise((tell) => this.#early.push({ endpoint, id, tell }))
    wait.here = true
    return Promise.resolve(wait)
  }

  /** It is in the queue of its endpoint again. */
  released(wait: Wait): void {
    const index = this.#waiting.indexOf(wait)
    if (index >= 0) this.#waiting.splice(index, 1)
  }

  /** No process holds it any more. */
  letGo(slot: number, endpoint: string, id: string): void {
    const index = this.#held.findIndex((entry) => entry.slot === slot && entry.endpoint === endpoint && entry.id === id)
    if (index >= 0) this.#held.splice(index, 1)
  }

  settled(endpoint: string): void {
    this.#unsettled.set(endpoint, this.unsettled(endpoint) - 1)
  }

  /** The broker gives what it held to somebody else. */
  died(slot: number): void {
    for (let index = this.#held.length - 1; index >= 0; index--) if (this.#held[index]?.slot === slot) this.#held.splice(index, 1)
  }

  holds(slot: number): number {
    return this.#held.filter((entry) => entry.slot === slot).length
  }

  unsettled(endpoint: string): number {
    return this.#unsettled.get(endpoint) ?? 0
  }

  /** How many messages are in the queue for whoever is free. */
  ready(endpoint: string): number {
    const elsewhere = [...this.#held, ...this.#waiting].filter((entry) => entry.endpoint === endpoint).length
    return this.unsettled(endpoint) - elsewhere
  }

  /** When the next of those is due that are still in the queue where they wait; virtual milliseconds. */
  get nextDue(): number {
    return Math.min(...this.#waiting.flatMap(({ due, here }) => (here ? [] : [due])))
  }

  /** Where everything is, for an answer to a trial that does not come to an end. */
  describe(endpoints: readonly string[]): string {
    return endpoints.map((name) => `${name}: ${this.unsettled(name)} unsettled, ${this.ready(name)} ready`).join('; ')
  }
}
