/**
 * How many messages are where, as far as processes have said: a broker cannot be asked that without disturbing it. Every message that was sent is
 * somebody's until it is settled; it is held by a process, waits for its time, or is on its way to whoever is free.
 */
export class Books {
  /** By endpoint. */
  readonly #unsettled = new Map<string, number>()
  readonly #held: { readonly slot: number; readonly endpoint: string; readonly id: string }[] = []
  readonly #early: { readonly endpoint: string; readonly id: string; readonly tell: (due: number) => void }[] = []
  readonly #waiting: { readonly endpoint: string; readonly id: string; readonly due: number }[] = []

  arrived(endpoint: string): void {
    this.#unsettled.set(endpoint, this.unsettled(endpoint) + 1)
  }

  /** It has been put where messages wait. `due`: virtual milliseconds. */
  waits(endpoint: string, id: string, due: number): void {
    const early = this.#early.findIndex((entry) => entry.endpoint === endpoint && entry.id === id)
    if (early < 0) this.#waiting.push({ endpoint, id, due })
    else this.#early.splice(early, 1)[0]?.tell(due)
  }

  received(slot: number, endpoint: string, id: string): void {
    this.#held.push({ slot, endpoint, id })
  }

  /** When a message is due that has come from where messages wait. It may have come before anybody has said that it was put there. */
  dueOf(endpoint: string, id: string): Promise<number> {
    const index = this.#waiting.findIndex((entry) => entry.endpoint === endpoint && entry.id === id)
    const [entry] = index < 0 ? [] : this.#waiting.splice(index, 1)
    if (entry !== undefined) return Promise.resolve(entry.due)
    return new Promise((tell) => this.#early.push({ endpoint, id, tell }))
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

  /** When the next of those is due that wait; virtual milliseconds. */
  get nextDue(): number {
    return Math.min(...this.#waiting.map(({ due }) => due))
  }

  /** Where everything is, for an answer to a trial that does not come to an end. */
  describe(endpoints: readonly string[]): string {
    return endpoints.map((name) => `${name}: ${this.unsettled(name)} unsettled, ${this.ready(name)} ready`).join('; ')
  }
}
