import { stripVTControlCharacters } from 'node:util'
import type { Trace } from '../simulation/trace.js'
import { cut, displayWidth } from './width.js'

/** Turns a text of a trace into one that can stand in a diagram. */
export type Wording = (text: string) => string

/**
 * How this trace's texts are put into a diagram: on one line, and with random ids shortened to 8 characters. Nobody reads a UUID,
 * everybody has to see whether two are the same. So an id is shortened in the same way everywhere in a trace; ids that begin alike keep
 * as many characters as it takes to tell them apart.
 */
export function wordingOf(trace: Trace): Wording {
  return wordingFor(textsOf(trace))
}

/** The same for any texts that will stand side by side. */
export function wordingFor(texts: Iterable<string>): Wording {
  const short = shortIds(texts)
  return (text) => oneLine(text).replace(uuid, (id) => short.get(id) ?? id)
}

/** Each UUID in the texts → its shortest beginning, 8 characters or more, that no other one shares. */
export function shortIds(texts: Iterable<string>): ReadonlyMap<string, string> {
  const ids = new Set<string>()
  for (const text of texts) for (const [id] of text.matchAll(uuid)) ids.add(id)
  const short = new Map<string, string>()
  for (const id of ids) {
    const alike = [...ids].filter((other) => other.slice(0, 8) === id.slice(0, 8))
    let length = 8
    while (new Set(alike.map((other) => other.slice(0, length))).size < alike.length) length++
    short.set(id, id.slice(0, length))
  }
  return short
}

/** Without escape codes, line breaks and other characters that would break a line of a diagram. */
export function oneLine(text: string): string {
  return stripVTControlCharacters(text).replace(/[\p{Control}\p{Format}\u2028\u2029]+/gu, ' ').trim()
}

/**
 * A text in at most `width` columns, keeping what tells it from its neighbours: the last part of a path (`POST …/submission`), an id at the
 * end (`ack Submit… m1`), else its beginning.
 */
export function fit(text: string, width: number): string {
  if (displayWidth(text) <= width) return text
  const [, method, lastPart] = /^([A-Z]+ )\/.*(\/[^/]+)$/.exec(text) ?? []
  if (method !== undefined && lastPart !== undefined) {
    const path = `${method}…${lastPart}`
    if (displayWidth(path) <= width) return path
  }
  const [, head, id] = /^(.*\S)( \S*\d\S*)$/.exec(text) ?? []
  if (head !== undefined && id !== undefined && width - displayWidth(id) >= 6) return `${cut(head, width - displayWidth(id))}${id}`
  return cut(text, width)
}

const uuid = /\b[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}\b/gi

function* textsOf(trace: Trace): Iterable<string> {
  for (const participant of trace.participants) yield participant.name
  for (const step of trace.steps) {
    yield step.text
    if (step.outcome !== undefined) yield step.outcome
    if (step.task !== undefined) yield step.task
    if (step.facts !== undefined) yield JSON.stringify(step.facts)
  }
}
