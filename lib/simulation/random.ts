import { mix, type Hash } from './hash.js'

/**
 * Random numbers that depend on nothing but a seed: every delivery, request and process start has a stream of its own, so that what
 * it draws does not depend on how others were interleaved.
 */
export class RandomStream {
  #state: number

  constructor(seed: Hash) {
    this.#state = (seed ^ mix(seed, 1)) >>> 0
  }

  /** A whole number from 0 to 2³² − 1 ("mulberry32" by Tommy Ettinger, public domain). */
  word(): number {
    this.#state = (this.#state + 0x6d2b79f5) >>> 0
    let value = this.#state
    value = Math.imul(value ^ (value >>> 15), value | 1)
    value ^= value + Math.imul(value ^ (value >>> 7), value | 61)
    return (value ^ (value >>> 14)) >>> 0
  }

  /** A number from 0 up to, but not including, 1, as `Math.random()` gives. */
  fraction(): number {
    return (this.word() * 2 ** 21 + (this.word() >>> 11)) / 2 ** 53
  }

  /** An id in the form of a random (version 4) UUID, as `crypto.randomUUID()` gives (RFC 9562). */
  uuid(): `${string}-${string}-${string}-${string}-${string}` {
    const digits = [this.word(), this.word(), this.word(), this.word()].map((part) => part.toString(16).padStart(8, '0')).join('')
    const variant = ((Number.parseInt(digits.charAt(16), 16) & 0x3) | 0x8).toString(16)
    return `${digits.slice(0, 8)}-${digits.slice(8, 12)}-4${digits.slice(13, 16)}-${variant}${digits.slice(17, 20)}-${digits.slice(20)}`
  }
}
