/** Operations happen one at a time where promises are asked in between: each waits until the one before it has passed its turn on. */
export class Turns {
  #last: Promise<void> = Promise.resolve()
  readonly #passes = new Map<string, () => void>()

  /** Comes back when it is the turn of an operation. */
  async take(key: string): Promise<void> {
    const before = this.#last
    const passed = new Promise<void>((resolve) => this.#passes.set(key, resolve))
    this.#last = before.then(() => passed)
    await before
  }

  /** Passes it on; whoever has none passes nothing on. */
  pass(key: string): void {
    this.#passes.get(key)?.()
    this.#passes.delete(key)
  }

  /** Whoever had taken one, or waits for it, is gone. */
  passAll(prefix: string): void {
    for (const key of [...this.#passes.keys()]) if (key.startsWith(prefix)) this.pass(key)
  }
}
