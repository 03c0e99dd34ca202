import { firstLower, firstUpper } from './fingerprint.js'
import { Layouts, whole } from './layouts.js'
import { Parts } from './parts.js'
import { isRecord, valuesIn } from './plain-data.js'
import { Rows } from './rows.js'

const unknown = -1
/** Fewer parts than this are not worth the trouble of forgetting some, and few enough to be looked at after each level. */
const fewParts = 4096

/**
 * The states that wait to be expanded, level by level. Each is kept as a row of numbers, its layout and its parts, and an equal one is made from that when
 * its turn comes. A next state mostly shares parts with the state that it follows, the base: what is the very same object there is not looked at again.
 */
export class KeptStates<S> {
  /** The fingerprint of the state that was taken or entered last. */
  lower = 0
  upper = 0
  /** How many states are kept for the next level. */
  kept = 0

  readonly #parts = new Parts()
  readonly #layouts = new Layouts<S>()
  #level = new Rows()
  #nextLevel = new Rows()
  /** The very objects of those states that are to be given back with them, by number. */
  readonly #asGiven = new Map<number, readonly unknown[]>()
  /** How many parts were needed when that was counted last. */
  #needed = 0

  /** The state that was entered last. */
  #layout = unknown
  readonly #row: number[] = []

  #baseLayout = whole
  #baseKeys: readonly string[] = []
  readonly #baseParts: number[] = []
  readonly #baseValues: unknown[] = []

  /** How many parts are kept. */
  get partCount(): number {
    return this.#parts.size
  }

  /** Takes the fingerprint of any state. Throws `NotData` when it is not plain data. */
  take(state: S): void {
    this.#parts.fingerprint.take(state)
    this.#finish()
  }

  /** Takes the fingerprint of a state that follows the base, and notes its parts. Throws `NotData` when it is not plain data. */
  enter(state: S): void {
    if (!isRecord(state)) {
      this.#enterWhole(state)
      return
    }
    const parts = this.#parts
    const row = this.#row
    const keys = this.#baseKeys
    const values = this.#baseValues
    let lower = firstLower
    let upper = firstUpper
    let index = 0
    let likeBase = this.#baseLayout !== whole
    for (const key in state) {
      const value = state[key]
      const sameKey = index < keys.length && keys[index] === key
      if (!sameKey) likeBase = false
      const part = sameKey && values[index] === value ? (this.#baseParts[index] ?? 0) : parts.ofProperty(key, value)
      row[index] = part
      lower = (lower + parts.lower(part)) | 0
      upper = (upper + parts.upper(part)) | 0
      index += 1
    }
    this.#layout = likeBase && index === keys.length ? this.#baseLayout : unknown
    parts.fingerprint.finish(lower, upper)
    this.#finish()
  }

  #enterWhole(state: S): void {
    this.#layout = whole
    this.#row[0] = this.#parts.ofWhole(state)
    this.#finish()
  }

  #finish(): void {
    this.lower = this.#parts.fingerprint.lower
    this.upper = this.#parts.fingerprint.upper
  }

  /** Keeps the state that was entered last for the next level. With `asGiven` it will come back with the very objects that it holds. Returns how many are kept. */
  keep(state: S, number: number, asGiven: boolean): number {
    if (this.#layout === unknown) {
      this.#layout = this.#layouts.numberOf(state)
      if (this.#layout === whole) this.#row[0] = this.#parts.ofWhole(state)
    }
    this.#nextLevel.push(this.#layout)
    const width = this.#layouts.width(this.#layout)
    for (let index = 0; index < width; index += 1) this.#nextLevel.push(this.#row[index] ?? 0)
    if (asGiven) this.#asGiven.set(number, this.#layout === whole || !isRecord(state) ? [state] : valuesIn(state))
    this.kept += 1
    return this.kept
  }

  /** Goes on to the states that were kept for the next level, and says how many they are. */
  startLevel(): number {
    const done = this.#level
    this.#level = this.#nextLevel
    this.#nextLevel = done
    done.clear()
    if (this.#parts.size > 2 * this.#needed + fewParts) this.#forgetParts()
    const { kept } = this
    this.kept = 0
    return kept
  }

  /** The next state of this level, which becomes the base: of the very objects that it held if it was kept `asGiven`. */
  next(number: number, asGiven: boolean): S {
    this.#readBase()
    const given = asGiven ? this.#asGiven.get(number) : undefined
    if (given !== undefined) {
      for (const [index, value] of given.entries()) this.#baseValues[index] = value
      this.#asGiven.delete(number)
    }
    return this.#layouts.make(this.#baseLayout, this.#baseValues)
  }

  /** The base as it would be had it not been kept `asGiven`; undefined when that would hold the very same objects. */
  twin(): S | undefined {
    const width = this.#layouts.width(this.#baseLayout)
    const values = this.#baseParts.slice(0, width).map((part) => this.#parts.value(part))
    return values.every((value, index) => value === this.#baseValues[index]) ? undefined : this.#layouts.make(this.#baseLayout, values)
  }

  /** Whether the base still holds the very objects that it held at first. What has changed inside of these is for fingerprints to tell. */
  isUntouched(base: S): boolean {
    return this.#baseLayout === whole || isMadeOf(base, this.#baseKeys, this.#baseValues)
  }

  /** A part that somebody has changed in place. Not looked for when there are too many parts to look at them all. */
  changedPart(): number | undefined {
    return this.#parts.size <= fewParts ? this.#parts.firstChanged() : undefined
  }

  /** The states of this level with that part, once more. */
  *statesWith(part: number): Generator<S> {
    this.#level.rewind()
    while (!this.#level.isRead) {
      this.#readBase()
      if (this.#baseParts.slice(0, this.#layouts.width(this.#baseLayout)).includes(part)) yield this.#layouts.make(this.#baseLayout, this.#baseValues)
    }
  }

  #readBase(): void {
    this.#baseLayout = this.#level.shift()
    this.#baseKeys = this.#layouts.keys(this.#baseLayout)
    const width = this.#layouts.width(this.#baseLayout)
    for (let index = 0; index < width; index += 1) {
      const part = this.#level.shift()
      this.#baseParts[index] = part
      this.#baseValues[index] = this.#parts.value(part)
    }
  }

  /** Keeps only the parts of the states of this level, so that memory goes by the widest levels, and not by all that ever was. */
  #forgetParts(): void {
    const numbers = new Int32Array(this.#parts.size).fill(unknown)
    const needed: number[] = []
    while (!this.#level.isRead) {
      const width = this.#layouts.width(this.#level.shift())
      for (let index = 0; index < width; index += 1) {
        const part = this.#level.shift()
        if (numbers[part] === unknown) numbers[part] = needed.push(part) - 1
        this.#level.replace(numbers[part] ?? unknown)
      }
    }
    this.#level.rewind()
    this.#parts.keepOnly(needed)
    this.#needed = needed.length
  }
}

function isMadeOf(state: unknown, keys: readonly string[], values: readonly unknown[]): boolean {
  if (!isRecord(state)) return false
  let index = 0
  for (const key in state) {
    if (index >= keys.length || keys[index] !== key || values[index] !== state[key]) return false
    index += 1
  }
  return index === keys.length
}
