/** Whatever was thrown, as a reason: people throw texts, and sometimes nothing. */
export function describeThrown(error: unknown): string {
  return error instanceof Error ? nameThrown(error) : `${nameThrown(error)} was thrown`
}

/** The same, to stand behind "threw". */
export function nameThrown(error: unknown): string {
  if (error instanceof Error) return `${error.name}: ${error.message}`
  return error === undefined ? 'undefined' : JSON.stringify(error)
}
