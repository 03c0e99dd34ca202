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

  readonly #parts: Part[] = []
  readonly #strings = new Map<string, number>()
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

  #takeFloat(value: number): void {
    if (Number.isNaN(value)) throw new NotData()
    this.#float[0] = value
    this.#set(this.#words[0] ?? 0, 0x510e527f)
    const { lower, upper } = this
    this.#set(this.#words[1] ?? 0, lower ^ upper)
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

  /** Takes the fingerprint of a state, and remembers its parts for the states that come out of it. */
  takeBase(state: unknown): void {
    this.#parts.length = 0
    if (typeof state === 'object' && state !== null && !Array.isArray(state) && isPlain(state)) this.#takeObject(state, this.#parts, true)
    else this.take(state)
  }

  /** Takes the fingerprint of a state that shares parts with the last base: what is the very same object is not looked at again. */
  takeNext(state: unknown): void {
    if (typeof state === 'object' && state !== null && !Array.isArray(state) && isPlain(state)) this.#takeObject(state, this.#parts, false)
    else this.take(state)
  }

  #takeObject(value: Readonly<Record<string, unknown>>, base?: Part[], remember = false): void {
    let lower = 0x0bb67ae8
    let upper = 0x3ab2c0d7
    let index = 0
    for (const key in value) {
      const part = value[key]
      const known = base?.[index]
      index += 1
      if (known !== undefined && known.value === part && known.key === key) {
        lower = (lower + known.lower) | 0
        upper = (upper + known.upper) | 0
        continue
      }
      this.take(part)
      const id = this.#idOf(key)
      // Mixed with the key, so that places count, and then summed, so that the order of the properties does not.
      const partLower = mix(this.lower ^ Math.imul(id, 0x9e3779b1))
      const partUpper = mix(this.upper + Math.imul(id, 0xc2b2ae3d) + (this.lower << 5))
      lower = (lower + partLower) | 0
      upper = (upper + partUpper) | 0
      if (remember) base?.push({ key, value: part, lower: partLower, upper: partUpper })
    }
    this.lower = mix(lower)
    this.upper = mix(upper ^ (lower << 3))
  }

  #idOf(text: string): number {
    const known = this.#strings.get(text)
    if (known !== undefined) return known
    const id = this.#strings.size + 1
    this.#strings.set(text, id)
    return id
  }
}

interface Part {
  readonly key: string
  readonly value: unknown
  readonly lower: number
  readonly upper: number
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
