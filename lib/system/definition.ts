import { callSite, HarnessError, MisuseError } from '../simulation/index.js'
import { nameThrown } from './thrown.js'

/** @throws MisuseError when a name could not be used in a queue, a host name and a story. */
export function checkName(name: unknown, what: string): void {
  if (typeof name === 'string' && /^[a-z][a-z0-9-]*$/.test(name)) return
  throw new MisuseError('invalid-definition', {
    what: `${what}() was given ${typeof name === 'string' ? `"${name}"` : String(name)} as a name.`,
    why: 'The name is the name of its queue, of its host and of its lane in the story.',
    next: 'Use lower-case letters, digits and hyphens: orders, payment-gateway.',
  })
}

export function checkInstances(count: number, name: string): number {
  if (Number.isInteger(count) && count >= 1 && count <= 8) return count
  throw new MisuseError('invalid-definition', {
    what: `${name} was asked for ${String(count)} instances or concurrent tasks.`,
    why: 'Every process takes part in every schedule.',
    next: 'Use a whole number from 1 to 8; 2 shows what competing consumers do to each other.',
  })
}

/** @throws MisuseError for an option that does not exist: a misspelt option would be silently without effect. */
export function checkOptions(options: object, known: readonly string[], what: string): void {
  const unknown = Object.keys(options).filter((key) => !known.includes(key))
  if (unknown.length === 0) return
  throw new MisuseError('invalid-definition', {
    what: `${what} was given an option that it does not have: ${unknown.join(', ')}.`,
    why: 'It would have no effect.',
    next: `Its options are ${known.join(', ')}.`,
  })
}

/** What a process keeps in memory. @throws MisuseError when it cannot even be made: with the error and its place. */
export function started<T>(what: string, make: () => T): T {
  try {
    return make()
  } catch (error) {
    if (error instanceof MisuseError || error instanceof HarnessError) throw error
    const site = callSite(error)
    throw new MisuseError('invalid-definition', {
      what: `${what} threw ${nameThrown(error).replace(/\.$/, '')}${site === undefined ? '' : ` (${site})`} when a process started.`,
      why: 'Each process calls that function when it starts, also after a crash. While it throws, nothing is ever handled.',
      next: 'Correct that line; what can fail belongs into the handlers, where a message can be tried again.',
    })
  }
}
