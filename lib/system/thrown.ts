/** Whatever was thrown, as a reason: people throw texts, and sometimes nothing. */
export function describeThrown(error: unknown): string {
  return error instanceof Error ? nameThrown(error) : `${nameThrown(error)} was thrown`
}

/** The same, to stand behind "threw". */
export function nameThrown(error: unknown): string {
  try {
    return error instanceof Error ? `${error.name}: ${error.message}` : textOf(error)
  } catch {
    return 'something that cannot be read' // a proxy, for example, or an error whose message is no text
  }
}

/** As JSON, and for what JSON does not know, or knows as nothing, as JavaScript would print it. */
function textOf(thrown: unknown): string {
  if (typeof thrown === 'function') return 'a function'
  if (typeof thrown === 'bigint' || typeof thrown === 'symbol' || thrown === undefined) return String(thrown)
  try {
    const text: unknown = JSON.stringify(thrown)
    return typeof text === 'string' ? text : 'an object that is not plain'
  } catch {
    return 'an object that is not plain'
  }
}
