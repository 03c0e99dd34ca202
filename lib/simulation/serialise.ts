import { MisuseError } from './errors.js'

/**
 * Messages, documents and HTTP bodies leave the process as JSON. What JSON would change without a word (a `Date`, a `Map`, a
 * function, `NaN`) is refused by name, because a real broker or database would not give it back either. So is what is too large.
 *
 * @throws MisuseError of kind `unserialisable`, with the path of the offending value.
 */
export function serialise(value: unknown, what: string): string {
  const text = textOfPlain(value)
  if (text === undefined) {
    throw new MisuseError('unserialisable', {
      what: `${findOffence(value, what, []) ?? `${what} goes more than ${deepest} levels deep, or is far too large, and that`} cannot be stored or sent.`,
      why: 'Messages and documents travel as JSON. It would arrive as something else, or not at all.',
      next: 'Send plain data: text, numbers, booleans, null, arrays and plain objects. A date can travel as an ISO string or as milliseconds.',
    })
  }
  if (text.length > longest) {
    throw new MisuseError('unserialisable', {
      what: `${what} is too large: ${text.length.toLocaleString('en')} characters of JSON. No more than ${longest.toLocaleString('en')} can be stored or sent at once.`,
      why: 'Real brokers and databases have limits, too (400 KB for an item in Amazon DynamoDB), and the search would keep a copy for every state.',
      next: 'Store or send less at once. If it grows with every message, ask what of it is still needed.',
    })
  }
  return text
}

/** In characters. */
const longest = 1_000_000

/** Undefined for what is not plain, and for what cannot even be looked at: a getter may throw, or a proxy. */
function textOfPlain(value: unknown): string | undefined {
  try {
    return isPlain(value, 0) ? JSON.stringify(value) : undefined
  } catch {
    return undefined
  }
}

/** The quick look, without a path: almost everything is plain. */
function isPlain(value: unknown, depth: number): boolean {
  if (typeof value === 'string' || typeof value === 'boolean' || value === null) return true
  if (typeof value === 'number') return Number.isFinite(value)
  if (typeof value !== 'object' || depth > deepest) return false
  if (Array.isArray(value)) return value.every((member) => isPlain(member, depth + 1))
  const prototype: unknown = Object.getPrototypeOf(value)
  if (prototype !== Object.prototype && prototype !== null) return false
  const members = value as Record<string, unknown>
  for (const key in members) if (members[key] !== undefined && !isPlain(members[key], depth + 1)) return false
  return true
}

const deepest = 64

function findOffence(value: unknown, path: string, parents: readonly object[]): string | undefined {
  switch (typeof value) {
    case 'string':
    case 'boolean':
      return undefined
    case 'number':
      return Number.isFinite(value) ? undefined : `${path} is ${String(value)}, and that`
    case 'undefined':
      return `${path} is undefined, and that`
    case 'object':
      return value === null ? undefined : findOffenceInObject(value, path, parents)
    default:
      return `${path} is a ${typeof value}, and that`
  }
}

function findOffenceInObject(value: object, path: string, parents: readonly object[]): string | undefined {
  if (parents.includes(value)) return `${path} contains itself, and that`
  if (parents.length > deepest) return undefined
  const within = [...parents, value]
  try {
    if (Array.isArray(value)) return firstOf(value.keys(), (index) => findOffence(value[index], `${path}[${index}]`, within))
    const prototype: unknown = Object.getPrototypeOf(value)
    if (prototype !== Object.prototype && prototype !== null) return `${path} is ${withArticle(nameOfClass(value))}, and that`
    // JSON leaves out a member that is undefined, and so does everyone who reads it.
    return firstOf(Object.keys(value), (key) => memberOffence(value, key, path, within))
  } catch {
    return `${path} throws an error when it is read, and that`
  }
}

function memberOffence(value: object, key: string, path: string, within: readonly object[]): string | undefined {
  let member: unknown
  try {
    member = Reflect.get(value, key)
  } catch {
    return `${path}.${key} throws an error when it is read, and that`
  }
  return member === undefined ? undefined : findOffence(member, `${path}.${key}`, within)
}

function firstOf<Item>(items: Iterable<Item>, find: (item: Item) => string | undefined): string | undefined {
  for (const item of items) {
    const found = find(item)
    if (found !== undefined) return found
  }
  return undefined
}

function nameOfClass(value: object): string {
  const name: unknown = typeof value.constructor === 'function' ? value.constructor.name : ''
  return typeof name === 'string' && name !== '' ? name : 'class instance'
}

function withArticle(noun: string): string {
  return `${/^[AEIOaeio]/.test(noun) ? 'an' : 'a'} ${noun}`
}
