import { spawn } from 'node:child_process'
import { readFileSync, rmSync } from 'node:fs'
import { createRequire } from 'node:module'
import { availableParallelism } from 'node:os'
import { dirname, join } from 'node:path'
import { builtFile } from '../built-file.js'
import { root } from '../exercises.js'
import { recordsFolder } from '../records/folder.js'
import { terminal, type Terminal } from '../screen/terminal.js'
import { wrap } from '../screen/wrap.js'
import type { StaticCheck, TypesAndLint } from './types-and-lint.js'

/**
 * The workshop's own proof: its tests (among them the solutions, starters and near misses of all exercises), its types and its lint. The tests
 * take longest and get every core; the other two run beside them, in one process, and leave the cores to them again.
 *
 * @returns the exit code.
 */
export async function proveWorkshop(): Promise<number> {
  const screen = terminal()
  const started = performance.now()
  const parts = (await Promise.all([runTests().then((part) => [part]), typesAndLint(screen)])).flat()
  for (const { name, passed, output } of parts) if (!passed && output !== '') screen.print(`\n${screen.paint.bold(name)}\n${output.trimEnd()}`)
  screen.print('')
  for (const { name, passed, seconds } of parts) screen.print(`${passed ? screen.paint.green('✓') : screen.paint.red('✗')} ${name.padEnd(8)}${seconds} s`)
  for (const line of timesPerModule()) screen.print(screen.paint.dim(line))
  const failed = parts.filter(({ passed }) => !passed)
  const total = secondsSince(started)
  screen.print(
    failed.length === 0
      ? screen.paint.green.bold(`✓ the workshop is sound · ${total} s`)
      : screen.paint.red.bold(`✗ the workshop is not sound: ${failed.map(({ name }) => name).join(', ')} · ${total} s`),
  )
  screen.print(wrap('This was the proof of the workshop itself. To judge your own files: npm test -- exercise-01', screen.width))
  return failed.length === 0 ? 0 : 1
}

const report = join(recordsFolder, 'proof.json')

interface Report {
  /** Milliseconds since 1970. */
  readonly testResults: readonly { readonly name: string; readonly startTime: number; readonly endTime: number }[]
}

/** How long each module's exercises took; they run side by side with all else. */
function timesPerModule(): readonly string[] {
  try {
    const { testResults } = JSON.parse(readFileSync(report, 'utf8')) as Report
    return testResults
      .flatMap(({ name, startTime, endTime }) => {
        const [, module] = /[\\/](module-\d+)\.test\.ts$/.exec(name) ?? []
        return module === undefined ? [] : [`  ${module.padEnd(9)}  ${Math.round((endTime - startTime) / 100) / 10} s`]
      })
      .sort((a, b) => a.localeCompare(b, 'en', { numeric: true }))
  } catch {
    return [] // the tests did not get as far as that
  }
}

interface Part extends StaticCheck {
  readonly name: string
}

function runTests(): Promise<Part> {
  rmSync(report, { force: true })
  return run('tests', [tool('vitest', 'vitest.mjs'), 'run', '--reporter=default', '--reporter=json', `--outputFile.json=${report}`, `--maxWorkers=${availableParallelism()}`], true)
}

async function typesAndLint(screen: Terminal): Promise<readonly Part[]> {
  const both = await run('types and lint', [builtFile('types-and-lint')], false, screen.colour ? { FORCE_COLOR: '1' } : {})
  if (!both.passed) return [both]
  const { types, lint } = JSON.parse(both.printed) as TypesAndLint
  return [{ name: 'types', ...types }, { name: 'lint', ...lint }]
}

function run(name: string, args: readonly string[], shown: boolean, env: Readonly<Record<string, string>> = {}): Promise<Part & { readonly printed: string }> {
  const started = performance.now()
  return new Promise((resolve, reject) => {
    const child = spawn(process.execPath, args, { cwd: root, env: { ...process.env, ...env }, stdio: ['ignore', shown ? 'inherit' : 'pipe', shown ? 'inherit' : 'pipe'] })
    const [printed, complained]: [Buffer[], Buffer[]] = [[], []]
    child.stdout?.on('data', (piece: Buffer) => printed.push(piece))
    child.stderr?.on('data', (piece: Buffer) => complained.push(piece))
    const textOf = (pieces: readonly Buffer[]): string => Buffer.concat(pieces).toString('utf8').trimEnd()
    child.on('error', reject)
    child.on('close', (code) => {
      resolve({ name, passed: code === 0, printed: textOf(printed), output: textOf([...printed, ...complained]), seconds: secondsSince(started) })
    })
  })
}

/** A program of a package, by its path there. */
function tool(name: string, ...path: readonly string[]): string {
  return join(dirname(createRequire(join(root, 'package.json')).resolve(`${name}/package.json`)), ...path)
}

function secondsSince(start: number): number {
  return Math.round((performance.now() - start) / 100) / 10
}
