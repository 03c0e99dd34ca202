import type { Json, MessageView, WorldView } from '../simulation/trace.js'
import { paintWith, wantsColour, type Style } from './colours.js'
import { flow } from './flow.js'
import { inline, isList } from './json.js'
import { Line } from './line.js'
import { oneLine, wordingFor, type Wording } from './shorten.js'
import { cut, displayWidth } from './width.js'
import { ordinal } from './wording.js'

export interface WorldOptions {
  /** Columns of the terminal; at least 40. Left out: 80. */
  readonly width?: number | undefined
  /** Left out: as NO_COLOR and FORCE_COLOR ask for, else only when standard output is a terminal. */
  readonly colour?: boolean | undefined
  /** True to give a value that does not fit its line as many lines as it needs. Left out: it ends in `…`. */
  readonly whole?: boolean | undefined
}

/**
 * Shows what is in the stores, the queues and the third parties' ledgers, as one compact table for a terminal. Random ids are shortened as in a
 * diagram.
 */
export function renderWorld(view: WorldView, options: WorldOptions = {}): string {
  const width = Math.max(40, options.width ?? 80)
  const paint = paintWith(options.colour ?? wantsColour())
  const say = wordingFor([JSON.stringify(view)])
  const tables = [...storeTables(view), ...queueTables(view), ...ledgerTables(view)]
  if (tables.length === 0) return 'no stores, no queues, no ledgers'
  return tables.flatMap((table) => draw(table, say, width, options.whole ?? false)).map((line) => line.print(paint)).join('\n')
}

interface Table {
  readonly title: string
  /** Beside the title: `2 messages`. */
  readonly note: string
  readonly rows: readonly (readonly Field[])[]
}

interface Field {
  readonly text: string
  readonly style: Style
}

function storeTables({ stores }: WorldView): Table[] {
  return Object.entries(stores).flatMap(([service, collections]) => {
    const tables = Object.entries(collections).map(([collection, documents]) => ({
      title: `${service} store · ${collection}`,
      note: documents.length === 0 ? 'empty' : '',
      rows: documents.map(({ id, version, value }) => [field(id), field(`version ${version}`, 'number'), field(inline(value))]),
    }))
    return tables.length > 0 ? tables : [{ title: `${service} store`, note: 'empty', rows: [] }]
  })
}

function queueTables({ queues }: WorldView): Table[] {
  return queues.flatMap(({ name, messages, deadLetters }) => {
    const queue = { title: `queue ${name}`, note: messages.length === 0 ? 'empty' : '', rows: messages.map(messageRow) }
    const dead = { title: `dead letters of ${name}`, note: '', rows: deadLetters.map(messageRow) }
    return deadLetters.length > 0 ? [queue, dead] : [queue]
  })
}

function messageRow({ id, type, state, deliveryCount, origin, reason, body }: MessageView): Field[] {
  const delivery = `${origin === undefined ? '' : origin === 'copy' ? 'a copy, ' : 'redriven, '}${deliveryCount === 0 ? 'not delivered' : `${ordinal(deliveryCount)} delivery`}`
  const styles = { visible: 'good', locked: 'time', delayed: 'hint', dead: 'bad' } as const
  const why = reason === undefined ? '' : `✗ ${reason}  `
  return [field(id), field(type), field(state, styles[state]), field(delivery, 'number'), field(`${why}${inline(body)}`)]
}

function ledgerTables({ ledgers }: WorldView): Table[] {
  return Object.entries(ledgers).map(([name, value]) => {
    const rows = ledgerRows(value)
    return { title: `ledger ${name}`, note: rows.length === 0 ? 'empty' : '', rows }
  })
}

function ledgerRows(value: Json): Field[][] {
  if (value === null || typeof value !== 'object') return [[field(inline(value))]]
  if (isList(value)) return value.map((entry) => [field(inline(entry))])
  return Object.entries(value).map(([key, entry]) => [field(key), field(inline(entry))])
}

function field(text: string, style: Style = 'text'): Field {
  return { text: oneLine(text), style }
}

function draw({ title, note, rows }: Table, say: Wording, width: number, whole: boolean): Line[] {
  const heading = new Line(width)
  heading.put(heading.put(0, cut(say(title), width), 'title') + 2, note, 'number')
  const worded = rows.map((row) => row.map(({ text, style }) => ({ text: say(text), style })))
  const columns = Math.max(0, ...worded.map((row) => row.length))
  const widths = Array.from({ length: columns }, (_, x) => Math.min(24, Math.max(0, ...worded.map((row) => displayWidth(row[x]?.text ?? '')))))
  return [
    heading,
    ...worded.flatMap((row) => {
      const line = new Line(width)
      const below: Line[] = []
      let at = 2
      row.forEach(({ text, style }, x) => {
        if (x < row.length - 1) line.put(at, cut(text, Math.min(width - at, widths[x] ?? 0)), style)
        else if (whole) below.push(...putWhole(line, at, text, style, width))
        else line.put(at, cut(text, width - at), style)
        at += (widths[x] ?? 0) + 2
      })
      return [line, ...below]
    }),
  ]
}

/** A value over several lines, where it is too long for the first. @returns the lines below. */
function putWhole(line: Line, at: number, text: string, style: Style, width: number): Line[] {
  const [first = [], ...others] = flow([{ text, tone: 'plain' }], width - at)
  for (const part of first) line.put(at + part.column, part.text, style)
  return others.map((placed) => {
    const below = new Line(width)
    for (const part of placed) below.put(at + part.column, part.text, style)
    return below
  })
}
