/** Growing arrays and the table of known states. All in typed arrays, so that a state costs some 40 bytes and no object. */

export class Numbers {
  #items = new Int32Array(1024)
  length = 0

  push(value: number): void {
    if (this.length === this.#items.length) {
      const larger = new Int32Array(this.length * 2)
      larger.set(this.#items)
      this.#items = larger
    }
    this.#items[this.length] = value
    this.length += 1
  }

  at(index: number): number {
    return this.#items[index] ?? 0
  }
}

/**
 * Gives every fingerprint the number of its state, counted from 0 in the order of discovery, and remembers how the state was
 * reached: its parent, the action, and which of the action's next states it was. That is enough to rebuild any trace by
 * running the actions again.
 */
export class StateTable {
  readonly parents = new Numbers()
  readonly actions = new Numbers()
  readonly choices = new Numbers()
  readonly #lower = new Numbers()
  readonly #upper = new Numbers()
  #slots = new Int32Array(1 << 12).fill(-1)

  get size(): number {
    return this.parents.length
  }

  /** The number of the state with this fingerprint, or -1. */
  find(lower: number, upper: number): number {
    return this.#slots[this.#slotOf(lower, upper)] ?? -1
  }

  /** Only for a fingerprint that `find` does not know. */
  add(lower: number, upper: number, parent: number, action: number, choice: number): number {
    const state = this.size
    this.#slots[this.#slotOf(lower, upper)] = state
    this.#lower.push(lower)
    this.#upper.push(upper)
    this.parents.push(parent)
    this.actions.push(action)
    this.choices.push(choice)
    if (this.size * 2 > this.#slots.length) this.#grow()
    return state
  }

  #slotOf(lower: number, upper: number): number {
    const mask = this.#slots.length - 1
    let slot = lower & mask
    for (;;) {
      const state = this.#slots[slot] ?? -1
      if (state === -1 || (this.#lower.at(state) === lower && this.#upper.at(state) === upper)) return slot
      slot = (slot + 1) & mask
    }
  }

  #grow(): void {
    const mask = this.#slots.length * 2 - 1
    const slots = new Int32Array(mask + 1).fill(-1)
    for (let state = 0; state < this.size; state += 1) {
      let slot = this.#lower.at(state) & mask
      while (slots[slot] !== -1) slot = (slot + 1) & mask
      slots[slot] = state
    }
    this.#slots = slots
  }
}
