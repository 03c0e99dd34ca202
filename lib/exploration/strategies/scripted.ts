import type { Alternative } from '../../simulation/index.js'

/**
 * A schedule in people's words. A step fits what can happen when all of its words stand there, in whatever order:
 *
 *     'alice reads'          web 1, POST /stock/alice, reads stock fiat-500
 *     'the lock of m1 expires'    shipping 1 stalls until the lock of ShipCar m1 has expired
 *     'billing receives the copy' billing receives BookPayment m1 (copy)
 *
 * A fault has to be asked for by a word of its own (crashes, stalls, expires, lost, copy …): whoever says `the truck is called` does not
 * mean that the caller stalls. Endings do not count (`read`, `reads`), nor do little words (`the`, `message`), nor does the case. When several fit, what needs no fault
 * goes before what needs one; what stands in parentheses has to be said; and words that stand side by side in the step should do so
 * there. What is then still ambiguous is not guessed.
 */
export type ReadStep =
  | { readonly kind: 'fits'; readonly index: number }
  | { readonly kind: 'ambiguous'; readonly indexes: readonly number[] }
  /** `unknown`: words that stand in nothing of what can happen. */
  | { readonly kind: 'impossible'; readonly unknown: readonly string[] }

/** What can happen, with who does it and on what work. */
export interface Possible {
  readonly label: string
  /** `billing 2 BookPayment m1`: may be said as well, though it stands not in the label. */
  readonly context: string
  readonly fault: Alternative['fault']
}

export function readStep(step: string, possible: readonly Possible[]): ReadStep {
  const words = wordsOf(step)
  const fitting = words.length === 0 ? [] : [...possible.keys()].filter((index) => fits(words, possible[index]))
  if (fitting.length === 0) {
    const known = new Set(possible.flatMap(({ label, context }) => wordsOf(`${label} ${context}`)))
    return { kind: 'impossible', unknown: rawWords(step).filter((word) => !littleWords.has(word) && !known.has(stem(word))) }
  }
  const best = preferences.reduce((left, prefer) => keepLowest(left, (index) => prefer(words, possible[index])), fitting)
  const [first] = best
  const labels = new Set(best.map((index) => possible[index]?.label))
  return first !== undefined && labels.size === 1 ? { kind: 'fits', index: first } : { kind: 'ambiguous', indexes: best }
}

/** The first that tells candidates apart decides; the lowest number wins. */
const preferences: readonly ((words: readonly string[], possible: Possible | undefined) => number)[] = [
  (_, possible) => (possible?.fault === undefined ? 0 : 1),
  (words, possible) => wordsOf(remarksOf(possible?.label ?? '')).filter((word) => !words.includes(word)).length,
  (words, possible) => -neighbours(words, wordsOf(possible?.label ?? '')),
]

function fits(words: readonly string[], possible: Possible | undefined): boolean {
  const there = new Set(wordsOf(`${possible?.label ?? ''} ${possible?.context ?? ''}`))
  return words.every((word) => there.has(word)) && asksForFault(words, possible)
}

/** A message that overtakes another one is called as if it did not; every other fault has words of its own. */
function asksForFault(words: readonly string[], possible: Possible | undefined): boolean {
  if (possible?.fault === undefined || possible.fault === 'reorderings') return true
  const own = wordsOf(possible.fault === 'crashes' ? 'crash' : possible.fault === 'stalls' ? 'stall expire give' : remarksOf(possible.label))
  return own.some((word) => words.includes(word))
}

function keepLowest(indexes: readonly number[], rank: (index: number) => number): number[] {
  const lowest = Math.min(...indexes.map(rank))
  return indexes.filter((index) => rank(index) === lowest)
}

/** How many pairs of words stand side by side in both; the earlier in the step, the more they count: people begin with who does it. */
function neighbours(words: readonly string[], there: readonly string[]): number {
  return words.reduce((sum, word, index) => sum + (there.some((other, place) => other === word && there[place + 1] === words[index + 1]) ? words.length - index : 0), 0)
}

function remarksOf(label: string): string {
  return [...label.matchAll(/\(([^)]*)\)/g)].map(([, remark]) => remark).join(' ')
}

/** `BookPayment` can be said as a whole or in parts. */
function wordsOf(text: string): string[] {
  return rawWords(text).filter((word) => !littleWords.has(word)).map(stem)
}

function rawWords(text: string): string[] {
  return text
    .split(/[^\p{L}\p{N}]+/u)
    .filter((word) => word !== '')
    .flatMap((word) => {
      const parts = word.split(/(?<=\p{Ll})(?=\p{Lu})/u)
      return parts.length > 1 ? [word, ...parts] : [word]
    })
    .map((word) => word.toLowerCase())
}

const littleWords = new Set(['a', 'an', 'the', 'of', 'to', 'at', 'in', 'on', 'for', 'from', 'by', 'with', 'and', 'is', 'are', 'has', 'have', 'its', 'it', 'that', 'which', 'then', 'now', 'again', 'until', 's', 'what', 'was', 'were', 'request', 'click', 'message'])

const sameMeaning: Readonly<Record<string, string>> = { acknowledg: 'ack', di: 'crash', dy: 'crash', writ: 'commit', sav: 'commit', stor: 'commit', get: 'receiv', duplicat: 'copy', answer: 'respons', sent: 'send', twic: 'copy' }

function stem(word: string): string {
  const bare = word.replace(/ie[sd]$/, 'y').replace(/(?:es|ed|e|(?<!s)s)$/, '')
  return sameMeaning[bare] ?? bare
}
