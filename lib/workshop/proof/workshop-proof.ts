import { spawn } from 'node:child_process'
import { readFileSync, rmSync } from 'node:fs'
import { createRequire } from 'node:module'
import { availableParallelism } from 'node:os'
import { dirname, join } from 'node:path'
import { changedFiles } from '../attendee-files.js'
import { builtFile } from '../built-file.js'
import { listExercises, root } from '../exercises.js'
import { recordsFolder } from '../records/folder.js'
import { terminal, type Terminal } from '../screen/terminal.js'
import { wrap } from '../screen/wrap.js'

/**
 * The workshop's own proof: its tests (among them the solutions, starters and near misses of all exercises), its types and its lint. The tests
 * take longest and get every core; the other two run beside them, one after the other, and leave the cores to them again.
 *
 * @returns the exit code.
 */
export async function proveWorkshop(): Promise<number> {
  const screen = terminal()
  const started = performance.now()
  const [tests, [types, lint]] = await Promise.all([runTests(), beside(screen)])
  const parts = [tests, types, lint]
  for (const { name, code, output } of parts) if (code !== 0 && output !== '') screen.print(`\n${screen.paint.bold(name)}\n${output}`)
  screen.print('')
  for (const { name, code, seconds } of parts) screen.print(`${code === 0 ? screen.paint.green('✓') : screen.paint.red('✗')} ${name.padEnd(8)}${seconds} s`)
  for (const line of timesPerModule()) screen.print(screen.paint.dim(line))
  const failed = parts.filter(({ code }) => code !== 0)
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
        return module === undefined ? [] : [`  ${module}  ${Math.round((endTime - startTime) / 100) / 10} s`]
      })
      .sort()
  } catch {
    return [] // the tests did not get as far as that
  }
}

interface Part {
  readonly name: string
  readonly code: number
  readonly output: string
  readonly seconds: number
}

function runTests(): Promise<Part> {
  rmSync(report, { force: true })
  return run('tests', [tool('vitest', 'vitest.mjs'), 'run', '--reporter=default', '--reporter=json', `--outputFile.json=${report}`, `--maxWorkers=${availableParallelism()}`], true)
}

async function beside(screen: Terminal): Promise<[Part, Part]> {
  const colour: Record<string, string> = screen.colour ? { FORCE_COLOR: '1' } : {}
  const types = await run('types', [builtFile('type-check')], false, colour)
  const lint = await run('lint', [tool('eslint', 'bin', 'eslint.js'), root, ...lintOptions(), screen.colour ? '--color' : '--no-color'], false)
  return [types, lint]
}

/**
 * What has not changed is not looked at again, but in CI: there the answer must not depend on what was there before. Where an attendee is at work, lint
 * waits: the starter under `solutions` stands in for it.
 */
function lintOptions(): string[] {
  if (process.env['CI'] !== undefined) return []
  const changed = listExercises().filter((exercise) => changedFiles(exercise).length > 0)
  return ['--cache', '--cache-strategy', 'content', '--cache-location', join(root, 'node_modules', '.cache', 'eslint', 'proof'), ...changed.flatMap(({ folder }) => ['--ignore-pattern', `exercises/${folder}/**`])]
}

function run(name: string, args: readonly string[], shown: boolean, env: Readonly<Record<string, string>> = {}): Promise<Part> {
  const started = performance.now()
  return new Promise((resolve, reject) => {
    const child = spawn(process.execPath, args, { cwd: root, env: { ...process.env, ...env }, stdio: ['ignore', shown ? 'inherit' : 'pipe', shown ? 'inherit' : 'pipe'] })
    const pieces: Buffer[] = []
    for (const stream of [child.stdout, child.stderr]) stream?.on('data', (piece: Buffer) => pieces.push(piece))
    child.on('error', reject)
    child.on('close', (code) => {
      resolve({ name, code: code ?? 1, output: Buffer.concat(pieces).toString('utf8').trimEnd(), seconds: secondsSince(started) })
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
