/** What goes on. While there is anything, time stands still; when there is nothing any more, somebody looks what comes next. */
export class Activity {
  readonly #busy = new Set<string>()
  /** Operations that wait for leave: nothing goes on there. */
  readonly #held = new Set<string>()
  #looking = false

  constructor(private readonly onIdle: () => void) {}

  get isIdle(): boolean {
    return this.#busy.size === 0
  }

  /** True while anything waits for leave. */
  get holdsAny(): boolean {
    return this.#held.size > 0
  }

  begin(key: string): void {
    this.#busy.add(key)
  }

  end(key: string): void {
    this.#busy.delete(key)
    this.lookSoon()
  }

  /** Nothing goes on there as long as it waits. */
  async hold<Value>(key: string, waited: Promise<Value>): Promise<Value> {
    this.#held.add(key)
    this.end(key)
    const value = await waited
    if (this.#held.delete(key)) this.begin(key)
    return value
  }

  /** Whoever did all this is gone. */
  forget(prefix: string): void {
    for (const keys of [this.#busy, this.#held]) for (const key of keys) if (key.startsWith(prefix)) keys.delete(key)
  }

  /** @returns true while anything goes on whose name begins so. */
  any(prefix: string): boolean {
    return [...this.#busy].some((key) => key.startsWith(prefix))
  }

  /** What has been decided takes effect first. */
  lookSoon(): void {
    if (this.#looking) return
    this.#looking = true
    setImmediate(() => {
      this.#looking = false
      if (this.isIdle) this.onIdle()
    })
  }

  describe(): string {
    return [...this.#busy].join(', ')
  }
}
