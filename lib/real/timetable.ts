/** Something that happens at a virtual moment. */
export interface Due {
  /** Names it: the process, and what it calls it. */
  readonly key: string
  /** Virtual milliseconds. */
  readonly due: number
  readonly run: () => void
}

/** Everything that waits for time. The director's clock moves when nothing else can happen, and then to what is due next, as in the simulator. */
export class Timetable {
  #entries: Due[] = []
  /** How often the clock was put forward, and by how much in all. */
  jumps = 0
  skipped = 0

  constructor(private readonly clock: { readonly now: number; advance: (to: number) => void }) {}

  get now(): number {
    return this.clock.now
  }

  add(entry: Due): void {
    this.#entries.push(entry)
  }

  remove(key: string): void {
    this.#entries = this.#entries.filter((entry) => entry.key !== key)
  }

  /** Whatever somebody waited for who is gone. */
  removeAll(prefix: string): void {
    this.#entries = this.#entries.filter(({ key }) => !key.startsWith(prefix))
  }

  get nextDue(): number {
    return Math.min(...this.#entries.map(({ due }) => due))
  }

  /** Puts the clock forward to what is due next, and lets that happen. */
  runNext(): void {
    const due = this.nextDue
    const index = this.#entries.findIndex((entry) => entry.due === due)
    const [next] = this.#entries.splice(index, 1)
    if (due > this.now) {
      this.jumps += 1
      this.skipped += due - this.now
      this.clock.advance(due)
    }
    next?.run()
  }
}
