import type { Json, MessageView, WorldView } from '../../simulation/index.js'
import { inline, isList } from '../../story/json.js'
import { ordinal } from '../../story/wording.js'

/** What stands in a store, a queue or a ledger after a step, and what the step did to it. */
export interface Table {
  readonly title: string
  readonly rows: readonly Row[]
}

export interface Row {
  /** What tells it from its neighbours; copies of a message share it. */
  readonly id: string
  readonly cells: readonly string[]
  readonly change: 'same' | 'new' | 'changed' | 'gone'
}

/** The tables of a view, compared with the view before it. A table that has gone is shown once more, with what was in it. */
export function tablesOf(view: WorldView, before: WorldView | undefined): readonly Table[] {
  const earlier = before === undefined ? undefined : plainTables(before)
  const tables = plainTables(view)
  const gone = earlier?.filter(({ title }) => !tables.some((table) => table.title === title)).map(({ title }) => ({ title, rows: [] })) ?? []
  return [...tables, ...gone].map(({ title, rows }) => ({ title, rows: compare(rows, earlier === undefined ? rows : (earlier.find((table) => table.title === title)?.rows ?? [])) }))
}

/** True when the step left the table alone. */
export function isSame({ rows }: Table): boolean {
  return rows.every(({ change }) => change === 'same')
}

type PlainRow = Omit<Row, 'change'>

function compare(rows: readonly PlainRow[], earlier: readonly PlainRow[]): Row[] {
  const rest = [...earlier]
  const take = (matches: (row: PlainRow) => boolean): boolean => {
    const found = rest.findIndex(matches)
    if (found >= 0) rest.splice(found, 1)
    return found >= 0
  }
  const equals = rows.map((row) => take((other) => other.id === row.id && other.cells.join('\n') === row.cells.join('\n')))
  const compared = rows.map((row, index): Row => ({ ...row, change: equals[index] === true ? 'same' : take(({ id }) => id === row.id) ? 'changed' : 'new' }))
  return [...compared, ...rest.map((row): Row => ({ ...row, change: 'gone' }))]
}

function plainTables({ stores, queues, ledgers }: WorldView): { readonly title: string; readonly rows: readonly PlainRow[] }[] {
  return [
    ...Object.entries(stores).flatMap(([service, collections]) => {
      const tables = Object.entries(collections).map(([collection, documents]) => ({
        title: `${service} store · ${collection}`,
        rows: documents.map(({ id, version, value }) => ({ id, cells: [id, `version ${version}`, inline(value)] })),
      }))
      return tables.length > 0 ? tables : [{ title: `${service} store`, rows: [] }]
    }),
    ...queues.flatMap(({ name, messages, deadLetters }) => [
      { title: `queue ${name}`, rows: messages.map(messageRow) },
      ...(deadLetters.length > 0 ? [{ title: `dead letters of ${name}`, rows: deadLetters.map(messageRow) }] : []),
    ]),
    ...Object.entries(ledgers).map(([name, value]) => ({ title: `ledger ${name}`, rows: ledgerRows(value) })),
  ]
}

function messageRow({ id, type, state, deliveryCount, origin, reason, body }: MessageView): PlainRow {
  const delivery = `${origin === undefined ? '' : origin === 'copy' ? 'a copy, ' : 'redriven, '}${deliveryCount === 0 ? 'not delivered' : `${ordinal(deliveryCount)} delivery`}`
  return { id, cells: [id, type, state, delivery, `${reason === undefined ? '' : `✗ ${reason} `}${inline(body)}`] }
}

function ledgerRows(value: Json): PlainRow[] {
  if (value === null || typeof value !== 'object') return [{ id: '', cells: [inline(value)] }]
  if (isList(value)) return value.map((entry, index) => ({ id: String(index), cells: [inline(entry)] }))
  return Object.entries(value).map(([key, entry]) => ({ id: key, cells: [key, inline(entry)] }))
}
