/**
 * Sets as plain data: arrays without duplicates, in one canonical order. Two sets with the same elements are the same
 * state, in whatever order they were filled, just as in TLA+.
 */

/** The set with the element added; the set itself when it was in there already. */
export function add<T>(set: readonly T[], element: T): readonly T[] {
  let at = 0
  for (; at < set.length; at += 1) {
    const difference = compare(set[at], element)
    if (difference === 0) return set
    if (difference > 0) break
  }
  const result = set.slice()
  result.splice(at, 0, element)
  return result
}

/** The set without the element; the set itself when it was not in there. */
export function remove<T>(set: readonly T[], element: T): readonly T[] {
  const left = set.filter((other) => !same(other, element))
  return left.length === set.length ? set : left
}

/** Whether two pieces of plain data are equal in all their parts. */
export function same(one: unknown, other: unknown): boolean {
  return compare(one, other) === 0
}

/** A total order on plain data: by kind, then by content; objects by the values of their properties in alphabetical order. */
function compare(one: unknown, other: unknown): number {
  if (one === other) return 0
  if (typeof one === 'number' && typeof other === 'number') return one - other
  if (typeof one === 'string' && typeof other === 'string') return one < other ? -1 : 1
  const kinds = kind(one) - kind(other)
  if (kinds !== 0) return kinds
  if (isList(one) && isList(other)) return compareLists(one, other)
  if (isRecord(one) && isRecord(other)) return compareRecords(one, other)
  return Number(one) - Number(other)
}

function compareLists(one: readonly unknown[], other: readonly unknown[]): number {
  for (let index = 0; index < one.length && index < other.length; index += 1) {
    const difference = compare(one[index], other[index])
    if (difference !== 0) return difference
  }
  return one.length - other.length
}

function compareRecords(one: Readonly<Record<string, unknown>>, other: Readonly<Record<string, unknown>>): number {
  const keys = Object.keys(one)
  const others = Object.keys(other)
  if (keys.length !== others.length || keys.some((key, index) => key !== others[index])) {
    keys.sort()
    const names = compareLists(keys, others.sort())
    if (names !== 0) return names
  } else keys.sort()
  for (const key of keys) {
    const difference = compare(one[key], other[key])
    if (difference !== 0) return difference
  }
  return 0
}

const kinds = ['undefined', 'boolean', 'number', 'string', 'null', 'list', 'object']

function kind(value: unknown): number {
  return kinds.indexOf(value === null ? 'null' : isList(value) ? 'list' : typeof value)
}

export function isRecord(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}

export function isList(value: unknown): value is readonly unknown[] {
  return Array.isArray(value)
}
