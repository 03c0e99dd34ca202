import type { Terminal } from './terminal.js'

/** A command, and what it is good for. */
export type Next = readonly [command: string, what: string]

/** How every screen ends. */
export function nextLines(lines: readonly Next[], { paint }: Terminal): string[] {
  const column = Math.max(...lines.map(([command]) => command.length)) + 3
  return lines.map(([command, what]) => `  ${paint.cyan(command)}${' '.repeat(column - command.length)}${paint.dim(what)}`)
}
