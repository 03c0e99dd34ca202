import { NotData, isPlain } from './plain-data.js'

/**
 * States are told apart by a fingerprint of 64 bits, as TLC does it (Yu, Manolios, Lamport: "Model Checking TLA+
 * Specifications", 1999): a hash of every part, put together so that the order of an object's properties does not count
 * and the order of an array's elements does. Nothing is serialised, which is what makes it fast.
 *
 * Two states may share a fingerprint. The odds that any two of n do are about n² / 2⁶⁵: for a million states, less than one in ten million.
 */
export class Fingerprint {
  /** The lower and upper 32 bits of the last fingerprint taken. */
  lower = 0
  upper = 0
  /**
   * Changed by the names of all properties inside a value, in their order: with the fingerprint it tells apart what differs in that order only. And by
   * −0, which counts as 0, so that nothing that holds one is like anything else. Set it to 0 before.
   */
  order = 0
  #unlike = 0

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
        if ((value | 0) === value) {
          if (value === 0 && Object.is(value, -0)) this.order = this.#unlike += 1
          this.#set(value, 0x3c6ef372)
        } else this.#takeFloat(value)
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

  #takeObject(value: Readonly<Record<string, unknown>>): void {
    let lower = firstLower
    let upper = firstUpper
    for (const key in value) {
      this.order = (Math.imul(this.order, 0x01000193) + this.#idOf(key)) | 0
      this.takeProperty(key, value[key])
      lower = (lower + this.lower) | 0
      upper = (upper + this.upper) | 0
    }
    this.finish(lower, upper)
  }

  /** Takes the fingerprint of a property: mixed with the key, so that places count; the parts are then summed, so that the order of the properties does not. */
  takeProperty(key: string, part: unknown): void {
    this.take(part)
    const id = this.#idOf(key)
    const { lower } = this
    this.lower = mix(lower ^ Math.imul(id, 0x9e3779b1))
    this.upper = mix(this.upper + Math.imul(id, 0xc2b2ae3d) + (lower << 5))
  }

  /** Makes the fingerprint of an object from the sums of those of its properties, which begin with `firstLower` and `firstUpper`. */
  finish(lower: number, upper: number): void {
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

export const firstLower = 0x0bb67ae8
export const firstUpper = 0x3ab2c0d7
/** A power of two. */
const recentSize = 256

/** The finaliser of MurmurHash3: every bit of the input may change every bit of the result, and no two inputs collide. */
function mix(bits: number): number {
  bits = Math.imul(bits ^ (bits >>> 16), 0x85ebca6b)
  bits = Math.imul(bits ^ (bits >>> 13), 0xc2b2ae35)
  return bits ^ (bits >>> 16)
}
