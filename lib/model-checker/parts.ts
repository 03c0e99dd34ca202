import { Fingerprint } from './fingerprint.js'
import { NotData } from './plain-data.js'

/** The fields of a part's record, which lie side by side. */
const fields = { lower: 0, upper: 1, order: 2 } as const
const width = 3

/**
 * The parts that states are made of, each kept once and known by a number: a state is a few numbers then, and not an object with objects in it.
 *
 * Parts with one fingerprint are taken for the same part. It is the fingerprint that tells states apart, too, so this adds nothing to the odds of
 * confusing two of them. Parts that differ only in the order of properties are different parts of one fingerprint, so that nobody gets another order back.
 */
export class Parts {
  readonly fingerprint = new Fingerprint()
  size = 0
  #values: unknown[] = []
  /** The names of the properties; undefined for a state that is its own only part. */
  #keys: (string | undefined)[] = []
  #records = new Int32Array(width << 10)
  #slots = new Int32Array(1 << 11).fill(-1)

  /** The number of a state's property, by its name and what it holds. */
  ofProperty(key: string, value: unknown): number {
    this.fingerprint.order = 0
    this.fingerprint.takeProperty(key, value)
    return this.#find(key, value)
  }

  /** The number of a state that is not made of properties, and is its own only part. */
  ofWhole(value: unknown): number {
    this.fingerprint.order = 0
    this.fingerprint.take(value)
    return this.#find(undefined, value)
  }

  value(part: number): unknown {
    return this.#values[part]
  }

  lower(part: number): number {
    return this.#records[part * width] ?? 0
  }

  upper(part: number): number {
    return this.#records[part * width + fields.upper] ?? 0
  }

  /** The first part that is not any more what it was when it was met first: somebody has changed it in place. */
  firstChanged(): number | undefined {
    for (let part = 0; part < this.size; part += 1) if (!this.#isAsItWas(part)) return part
    return undefined
  }

  #isAsItWas(part: number): boolean {
    const key = this.#keys[part]
    try {
      if (key === undefined) this.fingerprint.take(this.#values[part])
      else this.fingerprint.takeProperty(key, this.#values[part])
    } catch (error) {
      if (error instanceof NotData) return false
      throw error
    }
    return this.fingerprint.lower === this.lower(part) && this.fingerprint.upper === this.upper(part)
  }

  /** Forgets all other parts, and gives these the numbers from 0 in their order. */
  keepOnly(parts: readonly number[]): void {
    const [values, keys, records] = [this.#values, this.#keys, this.#records]
    this.#keys = parts.map((part) => keys[part])
    this.#values = parts.map((part) => values[part])
    this.#records = new Int32Array(Math.max(width << 10, 2 * width * parts.length))
    parts.forEach((part, index) => {
      for (let field = 0; field < width; field += 1) this.#records[index * width + field] = records[part * width + field] ?? 0
    })
    this.size = parts.length
    this.#fill(1 << Math.max(11, Math.ceil(Math.log2(2 * parts.length + 1))))
  }

  #find(key: string | undefined, value: unknown): number {
    const { lower, upper, order } = this.fingerprint
    const slots = this.#slots
    const records = this.#records
    const mask = slots.length - 1
    let slot = (lower ^ order) & mask
    for (;;) {
      const part = slots[slot] ?? -1
      if (part === -1) break
      const start = part * width
      if (records[start] === lower && records[start + fields.upper] === upper && records[start + fields.order] === order) return part
      slot = (slot + 1) & mask
    }
    const part = this.#add(key, value)
    slots[slot] = part
    if (this.size * 2 > slots.length) this.#fill(slots.length * 2)
    return part
  }

  #add(key: string | undefined, value: unknown): number {
    const part = this.size
    const start = part * width
    if (start + width > this.#records.length) {
      const larger = new Int32Array(this.#records.length * 2)
      larger.set(this.#records)
      this.#records = larger
    }
    const { lower, upper, order } = this.fingerprint
    this.#records[start] = lower
    this.#records[start + fields.upper] = upper
    this.#records[start + fields.order] = order
    this.#values.push(value)
    this.#keys.push(key)
    this.size += 1
    return part
  }

  #fill(length: number): void {
    const slots = new Int32Array(length).fill(-1)
    for (let part = 0; part < this.size; part += 1) {
      let slot = (this.lower(part) ^ (this.#records[part * width + fields.order] ?? 0)) & (length - 1)
      while (slots[slot] !== -1) slot = (slot + 1) & (length - 1)
      slots[slot] = part
    }
    this.#slots = slots
  }
}
