import { MisuseError } from './errors.js'

/**
 * Messages, documents and HTTP bodies leave the process as JSON. What JSON would change without a word (a `Date`, a `Map`, a
 * function, `NaN`) is refused by name, because a real broker or database would not give it back either.
 *
 * @throws MisuseError of kind `unserialisable`, with the path of the offending value.
 */
export function serialise(value: unknown, what: string): string {
  if (!isPlain(value, 0)) {
    const offence = findOffence(value, what, []) ?? `${what} goes too deep, and that`
    throw new MisuseError('unserialisable', {
      what: `${offence} cannot be stored or sent.`,
      why: 'Messages and documents travel as JSON. It would arrive as something else, or not at all.',
      next: 'Send plain data: text, numbers, booleans, null, arrays and plain objects. A date can travel as an ISO string or as milliseconds.',
    })
  }
  return JSON.stringify(value)
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
  const within = parents.length === 0 ? [value] : [...parents, value]
  if (Array.isArray(value)) {
    for (let index = 0; index < value.length; index++) {
      const offence = findOffence(value[index], `${path}[${index}]`, within)
      if (offence !== undefined) return offence
    }
    return undefined
  }
  const prototype: unknown = Object.getPrototypeOf(value)
  if (prototype !== Object.prototype && prototype !== null) return `${path} is a ${nameOfClass(value)}, and that`
  for (const [key, member] of Object.entries(value)) {
    if (member === undefined) continue // JSON leaves it out, and so does everyone who reads it
    const offence = findOffence(member, `${path}.${key}`, within)
    if (offence !== undefined) return offence
  }
  return undefined
}

function nameOfClass(value: object): string {
  return value.constructor.name === '' ? 'class instance' : value.constructor.name
}
