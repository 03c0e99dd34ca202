import type { Fact, Json, Trace } from '../simulation/trace.js'
import { changesBetween, fieldsOf, plain } from './changes.js'

/** The text of a fact, without its label; empty when it says nothing. */
export type FactWording = (fact: Fact) => string

/**
 * How this trace's facts are put into words: `extras + winter tyres, total: 89000 → 91000`. A long one is shortened where it tells the reader
 * nothing: first long values, in their middle, then fields that are the same in everything of its subject. Two facts that differ never get
 * the same text: where shortening would do that, lists say how many entries they have, and what is still alike is written out.
 */
export function factWording(trace: Trace): FactWording {
  const facts = trace.steps.flatMap((step) => step.facts ?? [])
  const subjects = new Map<string, Fact[]>()
  for (const fact of facts) subjects.set(fact.subject, [...(subjects.get(fact.subject) ?? []), fact])
  const words = new Map<Fact, string>()
  for (const alike of subjects.values()) {
    const texts = shortened(alike)
    for (const [index, fact] of alike.entries()) words.set(fact, texts[index] ?? '')
  }
  return (fact) => words.get(fact) ?? join(partsOf(fact))
}

/** Facts longer than this are shortened: two lines and a half beside a diagram. */
const long = 110

/** What the facts of one subject are called, each by its shortest text that no different one has. */
function shortened(facts: readonly Fact[]): string[] {
  const whole = facts.map(partsOf)
  const same = (part: string): boolean => facts.length > 1 && whole.every((parts) => parts.includes(part))
  const candidates = whole.map((parts) => {
    const all = join(parts)
    const brief = parts.map((part) => shortenValue(part, 48))
    if (all.length <= long) return [join(brief)]
    const different = parts.filter((part) => !same(part))
    const shorter = (part: string): string => shortenValue(part, 30)
    const deciding = different.length === 0 ? parts.map(shorter) : [...different.map(shorter), ...(different.length < parts.length ? ['…'] : [])]
    return [join(brief), join(parts.map(shorter)), join(deciding), all].filter((text, index, texts) => text.length <= long || index === texts.length - 1)
  })
  const texts = candidates.map((some) => some[0] ?? '')
  return texts.map((text, index) => {
    const meets = (these: readonly string[]): boolean => these.some((other, place) => other === these[index] && join(whole[place] ?? []) !== join(whole[index] ?? []))
    if (!meets(texts)) return text
    const counted = texts.map((each, place) => withCount(each, facts[place]))
    return meets(counted) ? join(whole[index] ?? []) : (counted[index] ?? '')
  })
}

/** Two lists that begin and end alike often differ in their length. */
function withCount(text: string, fact: Fact | undefined): string {
  return Array.isArray(fact?.after) && fact.before === undefined && text !== join(partsOf(fact)) ? `${text} (${fact.after.length} entries)` : text
}

/** The parts of a long value that tell the most: its beginning and its end. */
function shortenValue(part: string, most: number): string {
  const [, name = '', value = part] = /^([^:]*: )(.*)$/s.exec(part) ?? []
  return value.length <= most ? part : `${name}${value.slice(0, 18).trimEnd()}…${value.slice(-9).trimStart()}`
}

function partsOf({ before, after, label }: Fact): string[] {
  if (after === undefined) return []
  if (before === undefined) return isEmpty(after) ? [] : fieldsOf(after)
  const changes = changesBetween(before, after)
  return changes.length === 0 && label !== '' ? ['nothing changed in it'] : changes
}

function isEmpty(value: Json): boolean {
  return value === null || plain(value) === '{}'
}

/** What belongs together stays on one line, unless it is long. */
function join(parts: readonly string[]): string {
  return parts.map((part) => (part.length <= 30 ? part.replaceAll(' ', unbroken) : part)).join(', ')
}

/** A blank at which no line is broken. It is drawn as a blank. */
const unbroken = '\u00a0'
