import type { Json } from '../simulation/trace.js'
import { isList } from './json.js'

/**
 * What is different, field by field: `status: pending → accepted`, `extras + winter tyres`, `paidAt: 12` for a new field, `− voucher` for one
 * that is gone. Nothing when nothing is.
 */
export function changesBetween(before: Json, after: Json): string[] {
  return changesAt('', before, after)
}

/** The fields of a value on one line, without the quotes and braces of code: `customer: Erika, price: 89000`. */
export function fieldsOf(value: Json): string[] {
  if (!isFields(value)) return [plain(value)]
  return Object.entries(value).map(([key, field]) => `${key}: ${plain(field)}`)
}

/** A value as short as it can be said without taking one for another: a text needs quotes only where it could be read as something else. */
export function plain(value: Json): string {
  if (typeof value === 'string') return isPlain(value) ? value : JSON.stringify(value)
  if (value === null || typeof value !== 'object') return String(value)
  if (isList(value)) return `[${value.map(plain).join(', ')}]`
  return `{${fieldsOf(value).join(', ')}}`
}

function isPlain(text: string): boolean {
  return /^[^\s,:{}[\]"'][^,{}[\]"'\n]*$/.test(text) && !/^(?:-?\d+(?:\.\d+)?|true|false|null)$|: |\s$/.test(text)
}

function changesAt(path: string, before: Json, after: Json): string[] {
  if (isFields(before) && isFields(after)) return changedFields(path, before, after)
  if (isList(before) && isList(after)) return changedList(path, before, after)
  const [old, now] = [plain(before), plain(after)]
  return old === now ? [] : [`${path === '' ? '' : `${path}: `}${old} → ${now}`]
}

function changedFields(path: string, before: Fields, after: Fields): string[] {
  const inside = path === '' ? '' : `${path}.`
  return [...new Set([...Object.keys(before), ...Object.keys(after)])].flatMap((key) => {
    const [old, now] = [before[key], after[key]]
    if (now === undefined) return [`− ${inside}${key}`]
    return old === undefined ? [`${inside}${key}: ${plain(now)}`] : changesAt(inside + key, old, now)
  })
}

/** What has come and what has gone; where as many are left, what has changed at which place. */
function changedList(path: string, before: readonly Json[], after: readonly Json[]): string[] {
  const rest = after.map(plain)
  const gone = before.map(plain).filter((item) => !take(rest, item))
  if (gone.length > 0 && before.length === after.length) return after.flatMap((item, index) => changesAt(`${path}[${index}]`, before[index] ?? null, item))
  const name = path === '' ? '' : `${path} `
  return [...gone.map((item) => `${name}− ${item}`), ...rest.map((item) => `${name}+ ${item}`)]
}

function take(items: string[], item: string): boolean {
  const index = items.indexOf(item)
  if (index >= 0) items.splice(index, 1)
  return index >= 0
}

interface Fields {
  readonly [key: string]: Json
}

function isFields(value: Json): value is Fields {
  return typeof value === 'object' && value !== null && !isList(value)
}
