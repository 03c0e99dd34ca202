import { fingerprintOf, isCode, isSame } from './code.js'
import type { Keeping } from './room-database.js'
import { needOf, withReport, type Need, type Person } from './progress.js'
import type { Report } from './report.js'

/** A room takes so many people. Those who have left count: their rows are kept. */
export const mostPeople = 200

/** What the page shows of a person. */
export interface Row {
  readonly number: number
  readonly name: string
  readonly reports: number
  readonly need: Need
  /** What they have done last: `exercise-07`, `test`, and when. */
  readonly last: { readonly exercise: string; readonly command: string; readonly at: number } | undefined
  readonly work: Readonly<Record<string, { readonly stars: number; readonly passed: number; readonly total: number; readonly done: boolean; readonly applied: boolean; readonly hints: number }>>
}

/** A row, and which change of the room made it what it is. */
export interface Change {
  readonly version: number
  readonly row: Row
}

interface Member {
  person: Person
  /** A fingerprint: whoever reads the state cannot speak for anybody. */
  readonly token: string
  row: Row
  version: number
}

/**
 * Everybody in the room, and what they have told. Each change has a number, and a row has that of its last change: whoever has seen everything up to
 * some number misses the rows with a greater one, and nothing else. So a page that comes back needs no list of what has happened meanwhile.
 */
export class Room {
  readonly #keeping: Keeping
  readonly #now: () => number
  readonly #members = new Map<string, Member>()
  readonly #listeners = new Set<() => void>()
  #version = 0

  /** @param now milliseconds since 1970. */
  constructor(keeping: Keeping, now: () => number = Date.now) {
    this.#keeping = keeping
    this.#now = now
    for (const { token, person } of keeping.kept.people) this.#put(token, person)
  }

  get about(): Keeping['kept']['about'] {
    return this.#keeping.kept.about
  }

  get version(): number {
    return this.#version
  }

  get people(): readonly Person[] {
    return [...this.#members.values()].map(({ person }) => person)
  }

  isCode(typed: unknown): boolean {
    return isCode(typed, this.about.code)
  }

  mayLook(secret: string): boolean {
    return isSame(secret, this.about.looking)
  }

  /** Joins, or comes back under the same token, perhaps with another name. @returns undefined when the room is full. */
  join(token: string, name: string): Person | undefined {
    const known = this.#members.get(fingerprintOf(token))?.person
    if (known === undefined && this.#members.size >= mostPeople) return undefined
    const own = this.#freeName(name, known?.number)
    const person: Person = known === undefined ? { number: this.#members.size + 1, name: own, joined: this.#now(), left: false, work: {}, reports: 0 } : { ...known, name: own, left: false }
    this.#keep(fingerprintOf(token), person)
    return person
  }

  /** @returns false for a token that nobody has joined with. */
  leave(token: string): boolean {
    const member = this.#members.get(fingerprintOf(token))
    if (member !== undefined) this.#keep(member.token, { ...member.person, left: true })
    return member !== undefined
  }

  knows(token: string): boolean {
    return this.#members.has(fingerprintOf(token))
  }

  /** Takes reports; those that have been taken before change nothing. When it returns, they are written. */
  take(token: string, reports: readonly Report[]): void {
    const member = this.#members.get(fingerprintOf(token))
    if (member === undefined) return
    const received = this.#now()
    const fresh = new Map(reports.map((report) => [report.id, report]))
    for (const id of fresh.keys()) if (this.#keeping.has(member.person.number, id)) fresh.delete(id)
    if (fresh.size === 0) return
    let person: Person = { ...member.person, left: false }
    for (const report of [...fresh.values()].sort((one, other) => one.number - other.number)) person = withReport(person, report, received)
    this.#keep(member.token, person, [...fresh.keys()])
  }

  /** The rows that have changed since, in the order in which they did. */
  since(version: number): readonly Change[] {
    return [...this.#members.values()].filter((member) => member.version > version).sort((one, other) => one.version - other.version)
  }

  /** Somebody becomes stuck by time alone. To be called about once a second. */
  pass(): void {
    const now = this.#now()
    for (const member of this.#members.values()) {
      if (needOf(member.person, now).kind !== member.row.need.kind) this.#put(member.token, member.person)
    }
  }

  /** @param listener is called after each change. @returns what ends it. */
  onChange(listener: () => void): () => void {
    this.#listeners.add(listener)
    return () => this.#listeners.delete(listener)
  }

  #freeName(name: string, number: number | undefined): string {
    const taken = new Set([...this.#members.values()].flatMap(({ person }) => (person.left || person.number === number ? [] : [person.name])))
    let free = name
    for (let count = 2; taken.has(free); count++) free = `${name} (${count})`
    return free
  }

  #keep(token: string, person: Person, ids: readonly string[] = []): void {
    this.#keeping.keep(token, person, ids)
    this.#put(token, person)
  }

  #put(token: string, person: Person): void {
    this.#version += 1
    const row = rowOf(person, this.#now())
    const member = this.#members.get(token)
    if (member === undefined) this.#members.set(token, { token, person, row, version: this.#version })
    else Object.assign(member, { person, row, version: this.#version })
    for (const listener of this.#listeners) listener()
  }
}

/** What everybody may see of a person. */
export function rowOf(person: Person, now: number): Row {
  const { number, name, reports, last } = person
  return {
    number,
    name,
    reports,
    need: needOf(person, now),
    last: last === undefined ? undefined : { exercise: last.exercise, command: last.command, at: last.at },
    work: Object.fromEntries(Object.entries(person.work).map(([exercise, { stars, passed, total, done, applied, hints }]) => [exercise, { stars, passed, total, done, applied, hints }])),
  }
}
