import { wrap } from '../screen/wrap.js'
import type { PairResult, Step } from './run.js'
import { lastLines } from './toolchain.js'

const commands = ['npm ci', 'npm start', 'npm test'] as const

export const tableHeading = `${'node'.padEnd(9)}${'npm'.padEnd(9)}${commands.map((command) => command.padEnd(12)).join('')}SQLite`

export function tableRow(result: PairResult): string {
  return [result.node.padEnd(9), result.npm.padEnd(9), ...commands.map((command) => outcome(result, command).padEnd(12)), sqliteOf(result) ?? '-'].join('').trimEnd()
}

/** Below the table: each warning once, then the end of what each failed command printed. */
export function tableNotes(results: readonly PairResult[], width: number): string {
  const warnings = new Map<string, string[]>()
  for (const result of results) for (const warning of warningsOf(result)) warnings.set(warning, [...(warnings.get(warning) ?? []), nameOf(result)])
  return [
    ...Array.from(warnings, ([warning, pairs]) => `\n${wrap(`! ${pairs.length === results.length ? 'all of them' : pairs.join(', ')}`, width, '', '  ')}\n${wrap(warning, width, '  ')}`),
    ...results.flatMap((result) => result.steps.filter(({ code }) => code !== 0).map(({ command, output }) => `\n✗ ${nameOf(result)}: ${command}\n${endOf(output).replace(/^/gm, '  ')}`)),
  ].join('\n')
}

/** True when every pair went through all of its commands. */
export function allWell(results: readonly PairResult[]): boolean {
  return results.length > 0 && results.every(({ steps }) => steps.length > 0 && steps.every(({ code }) => code === 0))
}

/** The SQLite that `npm start` says is used: `3.53.2 (better-sqlite3)`. */
export function sqliteOf({ steps }: PairResult): string | undefined {
  return /SQLite (\S+\s\([\w:-]+\))/.exec(find(steps, 'npm start')?.output ?? '')?.[1]?.replace(/\s/, ' ')
}

/** What npm and Node.js warn of, without the numbers of processes. */
export function warningsOf({ steps }: PairResult): readonly string[] {
  const lines = steps.flatMap(({ output }) => output.split(/\r?\n/)).filter((line) => /^npm warn\b|^\(node:\d+\)|^!/i.test(line.trim()))
  // That the headers of the Node.js at hand are used is this script's own doing.
  const others = lines.filter((line) => !line.includes('env config "nodedir"'))
  return [...new Set(others.map((line) => line.trim().replace(/^\(node:\d+\) /, '').replace(/^! /, '')))]
}

function outcome({ steps }: PairResult, command: string): string {
  const step = find(steps, command)
  return step === undefined ? '-' : `${step.code === 0 ? '✓' : `✗ ${step.code}`}  ${step.seconds} s`
}

function find(steps: readonly Step[], command: string): Step | undefined {
  return steps.find((step) => step.command === command)
}

function nameOf({ node, npm }: PairResult): string {
  return `node ${node} with npm ${npm}`
}

/** The tests that failed, by name, and how it ended. */
function endOf(output: string): string {
  const failed = new Set(Array.from(output.matchAll(/^\s*FAIL\s+(.+)$/gm), ([, name = '']) => `FAIL ${name.trimEnd()}`))
  return [...failed, lastLines(output, 20)].join('\n')
}
