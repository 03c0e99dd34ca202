import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { root } from './exercises.js'

/** A line of an agenda in the facilitator's book. Times are minutes since midnight. */
export interface Row {
  readonly from: number
  readonly to: number
  readonly minutes: number
  readonly kind: string
  readonly what: string
}

export interface Agenda {
  /** `Half a day, 13:30 to 17:30` */
  readonly title: string
  readonly rows: readonly Row[]
}

/** Every table with times in WORKSHOP.md, under the heading that says from when to when. */
export function listAgendas(): readonly Agenda[] {
  const sections = readFileSync(join(root, 'WORKSHOP.md'), 'utf8').replaceAll('\r\n', '\n').split(/^### /m).slice(1)
  const found = sections.map((section) => ({
    title: section.slice(0, section.indexOf('\n')),
    rows: Array.from(section.matchAll(/^\| (\d+:\d\d)–(\d+:\d\d) \| (\d+) \| (\S+) \|(.*)\|$/gm), ([, from = '', to = '', minutes, kind = '', what = '']) => ({
      from: minutesOf(from),
      to: minutesOf(to),
      minutes: Number(minutes),
      kind,
      what: what.trim(),
    })),
  }))
  return found.filter(({ rows }) => rows.length > 0)
}

/** The numbers of the exercises that a line has time for. */
export function numbersIn({ kind, what }: Row): number[] {
  return kind === 'exercise' ? Array.from(what.matchAll(/(\d\d) · [a-z]/g), ([, digits]) => Number(digits)) : []
}

/** Minutes alone, as a mob, and to reflect: `10 + 15 + 5` at the end of an exercise's line. */
export interface Minutes {
  readonly alone: number
  readonly mob: number
  readonly reflect: number
}

export function partsOf({ what }: Pick<Row, 'what'>): Minutes | undefined {
  const [, alone, mob, reflect] = /· (\d+) \+ (\d+) \+ (\d+)$/.exec(what) ?? []
  return alone === undefined ? undefined : { alone: Number(alone), mob: Number(mob), reflect: Number(reflect) }
}

export function minutesOf(time: string): number {
  const [hours = 0, minutes = 0] = time.split(':').map(Number)
  return hours * 60 + minutes
}
