import { createHash, randomInt, timingSafeEqual } from 'node:crypto'

/** No I, O and Q: they are taken for others, from the back row and over the phone. */
const letters = 'ABCDEFGHJKLMNPRSTUVWXYZ'

/** Four letters that somebody can call out. */
export function newCode(): string {
  return Array.from({ length: 4 }, () => letters[randomInt(letters.length)]).join('')
}

/** Whether somebody has typed the code, in small letters or with blanks. How long it takes tells nothing. */
export function isCode(typed: unknown, code: string): boolean {
  return typeof typed === 'string' && typed.length < 100 && isSame(typed.replace(/\s/g, '').toUpperCase(), code)
}

export function isSame(one: string, other: string): boolean {
  return timingSafeEqual(digest(one), digest(other))
}

function digest(text: string): Buffer {
  return createHash('sha256').update(text).digest()
}

/** What is kept of a secret: it can be compared, but not used. */
export function fingerprintOf(secret: string): string {
  return digest(secret).toString('hex')
}
