/**
 * The world (stores, queues, network, clock) is not rebuilt for every execution: it is taken back. Whoever changes something that
 * outlives a step tells the journal how to undo it, and the search rolls back to the point where two executions part.
 *
 *     const old = this.count
 *     this.count = 5
 *     journal.record(() => { this.count = old })
 */
export class Journal {
  readonly #undos: (() => void)[] = []

  /** A mark to roll back to. */
  get position(): number {
    return this.#undos.length
  }

  record(undo: () => void): void {
    this.#undos.push(undo)
  }

  /** Makes the present the beginning: what was recorded so far can no longer be undone. */
  forget(): void {
    this.#undos.length = 0
  }

  /** Undoes everything since `position`, last change first. */
  rollback(position: number): void {
    while (this.#undos.length > position) this.#undos.pop()?.()
  }
}
