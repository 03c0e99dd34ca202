/**
 * States are told apart by a fingerprint of 64 bits, as TLC does it (Yu, Manolios, Lamport: "Model Checking TLA+
 * Specifications", 1999): a hash of every part, put together so that the order of an object's properties does not count
 * and the order of an array's elements does. Nothing is serialised, which is what makes it fast.
 *
 * Two states may share a fingerprint. The odds are about n² / 2⁶⁵: for a million states, less than one in ten million.
 */
export class Fingerprint {
  /** The lower and upper 32 bits of the last fingerprint taken. */
  lower = 0
  upper = 0

  /** The parts of the base, by place, and their fingerprints, two numbers each. */
  readonly #keys: string[] = []
  readonly #values: unknown[] = []
  #baseParts = new Int32Array(32)
  #parts = 0
  /** The fingerprints of the parts of the state that was looked at last. */
  #madeParts = new Int32Array(32)
  #made = 0
  readonly #strings = new Map<string, number>()
  /** The strings that were met last, by a cheap hash: most are met again at once, and a map costs ten times as much. */
  readonly #recent: string[] = Array<string>(recentSize).fill('')
  readonly #recentIds = new Int32Array(recentSize)
  readonly #float = new Float64Array(1)
  readonly #words = new Int32Array(this.#float.buffer)

  /** Takes the fingerprint of a value. Throws `NotData` when the value is not plain data. */
  take(value: unknown): void {
    switch (typeof value) {
      case 'number':
        if ((value | 0) === value) this.#set(value, 0x3c6ef372)
        else this.#takeFloat(value)
        return
      case 'string':
        this.#set(this.#idOf(value), 0x1f83d9ab)
        return
      case 'boolean':
        this.#set(value ? 1 : 0, 0x5be0cd19)
        return
      case 'object':
        if (value === null) this.#set(0, 0x0a54ff53)
        else if (Array.isArray(value)) this.#takeArray(value)
        else if (isPlain(value)) this.#takeObject(value)
        else throw new NotData()
        return
      default:
        throw new NotData()
    }
  }

  #set(value: number, kind: number): void {
    const mixed = mix(Math.imul(value, 0x9e3779b1) ^ kind)
    this.lower = mixed
    this.upper = mix(Math.imul(value, 0x85ebca77) + kind + (mixed << 7))
  }

  /** Both halves of the number's 64 bits go into both halves of the fingerprint, each of which would tell two numbers with one equal half apart by itself. */
  #takeFloat(value: number): void {
    if (Number.isNaN(value)) throw new NotData()
    this.#float[0] = value
    const [first = 0, second = 0] = this.#words
    this.lower = mix(mix(Math.imul(first, 0x9e3779b1) ^ 0x510e527f) + Math.imul(second, 0xc2b2ae3d))
    this.upper = mix(mix(Math.imul(second, 0x85ebca77) + 0x510e527f) ^ Math.imul(first, 0x27d4eb2f))
  }

  #takeArray(elements: readonly unknown[]): void {
    let lower = 0x6a09e667
    let upper = elements.length + 1
    for (let index = 0; index < elements.length; index += 1) {
      this.take(elements[index])
      lower = mix(Math.imul(lower, 0x01000193) ^ this.lower)
      upper = mix(Math.imul(upper, 0x27d4eb2f) + this.upper) ^ lower
    }
    this.lower = lower
    this.upper = mix(upper)
  }

  /** Takes the fingerprint of a state that shares parts with the base: what is the very same object there is not looked at again. */
  takeNext(state: unknown): void {
    this.#made = 0
    if (typeof state !== 'object' || state === null || Array.isArray(state) || !isPlain(state)) {
      this.take(state)
      return
    }
    let lower = firstLower
    let upper = firstUpper
    let index = 0
    for (const key in state) {
      const part = state[key]
      if (index < this.#parts && this.#values[index] === part && this.#keys[index] === key) {
        this.lower = this.#baseParts[2 * index] ?? 0
        this.upper = this.#baseParts[2 * index + 1] ?? 0
      } else this.#takePart(key, part)
      if (2 * index >= this.#madeParts.length) this.#makeRoom(index + 1)
      this.#madeParts[2 * index] = this.lower
      this.#madeParts[2 * index + 1] = this.upper
      lower = (lower + this.lower) | 0
      upper = (upper + this.upper) | 0
      index += 1
    }
    this.#made = index
    this.#finish(lower, upper)
  }

  /** Keeps what the parts of the state that `takeNext` was given last came to. */
  keepParts(into: Parts): void {
    into.push(this.#madeParts, 2 * this.#made)
  }

  /** Makes a state the base, with what was kept of it. States are loaded in the order in which they were kept. */
  loadBase(state: unknown, from: Parts): void {
    this.#parts = 0
    if (typeof state !== 'object' || state === null || Array.isArray(state) || !isPlain(state)) return
    let index = 0
    for (const key in state) {
      this.#keys[index] = key
      this.#values[index] = state[key]
      index += 1
    }
    this.#parts = index
    this.#makeRoom(index)
    from.shift(this.#baseParts, 2 * index)
  }

  /** For states with many parts. */
  #makeRoom(parts: number): void {
    if (2 * parts <= this.#madeParts.length) return
    const [base, made] = [new Int32Array(4 * parts), new Int32Array(4 * parts)]
    base.set(this.#baseParts)
    made.set(this.#madeParts)
    this.#baseParts = base
    this.#madeParts = made
  }

  #takeObject(value: Readonly<Record<string, unknown>>): void {
    let lower = firstLower
    let upper = firstUpper
    for (const key in value) {
      this.#takePart(key, value[key])
      lower = (lower + this.lower) | 0
      upper = (upper + this.upper) | 0
    }
    this.#finish(lower, upper)
  }

  /** Mixed with the key, so that places count; the parts are then summed, so that the order of the properties does not. */
  #takePart(key: string, part: unknown): void {
    this.take(part)
    const id = this.#idOf(key)
    const { lower } = this
    this.lower = mix(lower ^ Math.imul(id, 0x9e3779b1))
    this.upper = mix(this.upper + Math.imul(id, 0xc2b2ae3d) + (lower << 5))
  }

  #finish(lower: number, upper: number): void {
    this.lower = mix(lower)
    this.upper = mix(upper ^ (lower << 3))
  }

  #idOf(text: string): number {
    const { length } = text
    const slot = length === 0 ? 0 : (text.charCodeAt(0) + Math.imul(text.charCodeAt(length - 1), 31) + Math.imul(length, 17)) & (recentSize - 1)
    if (this.#recent[slot] === text) return this.#recentIds[slot] ?? 0
    const known = this.#strings.get(text)
    const id = known ?? this.#strings.size + 1
    if (known === undefined) this.#strings.set(text, id)
    this.#recent[slot] = text
    this.#recentIds[slot] = id
    return id
  }
}

const firstLower = 0x0bb67ae8
const firstUpper = 0x3ab2c0d7
/** A power of two. */
const recentSize = 256

/** The fingerprints of the parts of many states, first in, first out. */
export class Parts {
  #items = new Int32Array(1024)
  #length = 0
  #next = 0

  /** Adds the first so many of the numbers. */
  push(numbers: Int32Array, count: number): void {
    const end = this.#length + count
    if (end > this.#items.length) {
      const larger = new Int32Array(Math.max(end, this.#items.length * 2))
      larger.set(this.#items)
      this.#items = larger
    }
    const items = this.#items
    for (let index = 0; index < count; index += 1) items[this.#length + index] = numbers[index] ?? 0
    this.#length = end
  }

  /** Takes the next so many numbers. */
  shift(into: Int32Array, count: number): void {
    const items = this.#items
    for (let index = 0; index < count; index += 1) into[index] = items[this.#next + index] ?? 0
    this.#next += count
  }
}

/** The finaliser of MurmurHash3: every bit of the input may change every bit of the result, and no two inputs collide. */
function mix(bits: number): number {
  bits = Math.imul(bits ^ (bits >>> 16), 0x85ebca6b)
  bits = Math.imul(bits ^ (bits >>> 13), 0xc2b2ae35)
  return bits ^ (bits >>> 16)
}

/** Thrown by `Fingerprint.take`; `firstNotData` says what it was. */
export class NotData extends Error {}

/** The first part of a state that is not plain data, as "undefined at .cars[2].price", or undefined when all of it is. */
export function firstNotData(value: unknown, path = 'state'): string | undefined {
  if (value === undefined) return `undefined at ${path}`
  if (typeof value === 'number' && Number.isNaN(value)) return `NaN at ${path}`
  if (typeof value === 'function' || typeof value === 'symbol' || typeof value === 'bigint') return `a ${typeof value} at ${path}`
  if (typeof value !== 'object' || value === null) return undefined
  if (Array.isArray(value)) return firstOf(value.map((part, index) => firstNotData(part, `${path}[${index}]`)))
  if (!isPlain(value)) return `a ${value.constructor.name} at ${path}`
  return firstOf(Object.entries(value).map(([key, part]) => firstNotData(part, `${path}.${key}`)))
}

function firstOf(answers: readonly (string | undefined)[]): string | undefined {
  return answers.find((answer) => answer !== undefined)
}

function isPlain(value: object): value is Readonly<Record<string, unknown>> {
  const prototype: unknown = Object.getPrototypeOf(value)
  return prototype === Object.prototype || prototype === null
}
