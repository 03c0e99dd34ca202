/** Growing arrays and the table of known states. All in typed arrays, so that a state costs some 30 bytes and no object. */

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

/** The fields of a state's record, which lie side by side: one look into memory finds them all. */
const fields = { lower: 0, upper: 1, parent: 2, action: 3 } as const
const width = 4

/**
 * Gives every fingerprint the number of its state, counted from 0 in the order of discovery, and remembers how the state was
 * reached: its parent and the action. That is enough to rebuild any trace by running the actions again.
 */
export class StateTable {
  size = 0
  #records = new Int32Array(width << 11)
  #slots = new Int32Array(1 << 12).fill(-1)

  /** The number of the state with this fingerprint, or -1. */
  find(lower: number, upper: number): number {
    return this.#slots[this.#slotOf(lower, upper)] ?? -1
  }

  /**
   * The number of the state with this fingerprint, which is `size` as it was before when the state is new.
   *
   * @param parent -1 for an initial state; `action` is then its place among these.
   */
  findOrAdd(lower: number, upper: number, parent: number, action: number): number {
    const slot = this.#slotOf(lower, upper)
    const known = this.#slots[slot] ?? -1
    if (known !== -1) return known
    const state = this.size
    const start = state * width
    if (start === this.#records.length) {
      const larger = new Int32Array(start * 2)
      larger.set(this.#records)
      this.#records = larger
    }
    const records = this.#records
    records[start] = lower
    records[start + fields.upper] = upper
    records[start + fields.parent] = parent
    records[start + fields.action] = action
    this.#slots[slot] = state
    this.size += 1
    if (this.size * 2 > this.#slots.length) this.#grow()
    return state
  }

  /** -1 for an initial state. */
  parentOf(state: number): number {
    return this.#records[state * width + fields.parent] ?? -1
  }

  actionOf(state: number): number {
    return this.#records[state * width + fields.action] ?? -1
  }

  #slotOf(lower: number, upper: number): number {
    const slots = this.#slots
    const records = this.#records
    const mask = slots.length - 1
    let slot = lower & mask
    for (;;) {
      const state = slots[slot] ?? -1
      if (state === -1 || (records[state * width] === lower && records[state * width + fields.upper] === upper)) return slot
      slot = (slot + 1) & mask
    }
  }

  #grow(): void {
    const mask = this.#slots.length * 2 - 1
    const slots = new Int32Array(mask + 1).fill(-1)
    for (let state = 0; state < this.size; state += 1) {
      let slot = (this.#records[state * width] ?? 0) & mask
      while (slots[slot] !== -1) slot = (slot + 1) & mask
      slots[slot] = state
    }
    this.#slots = slots
  }
}
