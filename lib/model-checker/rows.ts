/** Numbers, first in, first out: filled as a whole, and then read as a whole, again and again with the same memory. */
export class Rows {
  #items = new Int32Array(1024)
  #end = 0
  #next = 0

  push(number: number): void {
    if (this.#end === this.#items.length) {
      const larger = new Int32Array(this.#items.length * 2)
      larger.set(this.#items)
      this.#items = larger
    }
    this.#items[this.#end] = number
    this.#end += 1
  }

  shift(): number {
    const item = this.#items[this.#next] ?? 0
    this.#next += 1
    return item
  }

  /** Puts another number in the place of the one that was read last. */
  replace(number: number): void {
    this.#items[this.#next - 1] = number
  }

  get isRead(): boolean {
    return this.#next >= this.#end
  }

  /** To be read once more. */
  rewind(): void {
    this.#next = 0
  }

  clear(): void {
    this.#end = 0
    this.#next = 0
  }
}
