/** What a state may be made of. */

/** Thrown where a value is not plain data; `firstNotData` says what it was. */
export class NotData extends Error {}

/** The first part of a state that is not plain data, as "undefined at .cars[2].price", or undefined when all of it is. */
export function firstNotData(value: unknown, path = 'state'): string | undefined {
  if (value === undefined) return `undefined at ${path}`
  if (typeof value === 'number' && Number.isNaN(value)) return `NaN at ${path}`
  if (typeof value === 'function' || typeof value === 'symbol' || typeof value === 'bigint') return `a ${typeof value} at ${path}`
  if (typeof value !== 'object' || value === null) return undefined
  if (Array.isArray(value)) return firstOf(value.map((part, index) => firstNotData(part, `${path}[${index}]`)))
  if (!isPlain(value)) return `a ${value.constructor.name} at ${path}`
  return firstOf(Object.entries(value).map(([key, part]) => firstNotData(part, `${path}.${key}`)))
}

function firstOf(answers: readonly (string | undefined)[]): string | undefined {
  return answers.find((answer) => answer !== undefined)
}

/** Whether it is an object of properties that count, and neither an array nor an object of some class. */
export function isRecord(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null && !Array.isArray(value) && isPlain(value)
}

export function isPlain(value: object): value is Readonly<Record<string, unknown>> {
  const prototype: unknown = Object.getPrototypeOf(value)
  return prototype === Object.prototype || prototype === null
}

/** In the order of the properties. */
export function valuesIn(record: Readonly<Record<string, unknown>>): unknown[] {
  const values: unknown[] = []
  for (const key in record) values.push(record[key])
  return values
}
