/** How many wrong codes are free: people mistype. */
const free = 5

/** The longest wait, in milliseconds. */
const longest = 60_000

/** More addresses than this are one: nobody can fill the memory, or get more tries by having many. */
const mostAddresses = 1_000

interface Tries {
  wrong: number
  /** Until when no code is looked at, in milliseconds. */
  until: number
}

/**
 * Slows down whoever guesses: after five wrong codes from one network address each further one makes it wait, for 1, 2, 4 … 60 seconds. While it waits
 * no code is looked at, not even the right one. Four letters of 23 are 279,841 codes: at one a minute that is half a year.
 */
export class WrongCodes {
  readonly #addresses = new Map<string, Tries>()

  /** How long this address has to wait, in milliseconds; 0 when it may try. */
  wait(address: string, now: number): number {
    return Math.max(0, (this.#addresses.get(this.#key(address))?.until ?? 0) - now)
  }

  /** @returns how long it has to wait now, in milliseconds. */
  wrong(address: string, now: number): number {
    const key = this.#key(address)
    const tries = this.#addresses.get(key) ?? { wrong: 0, until: 0 }
    tries.wrong += 1
    const wait = tries.wrong < free ? 0 : Math.min(longest, 1_000 * 2 ** Math.min(10, tries.wrong - free))
    tries.until = now + wait
    this.#addresses.set(key, tries)
    return wait
  }

  right(address: string): void {
    this.#addresses.delete(address)
  }

  #key(address: string): string {
    return this.#addresses.has(address) || this.#addresses.size < mostAddresses ? address : 'all others'
  }
}
