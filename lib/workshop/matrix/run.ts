import { mkdtempSync, realpathSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { root } from '../exercises.js'
import type { Pair, Plan } from './plan.js'
import { Processes, type Ended } from './processes.js'
import { installToolchain } from './toolchain.js'

export interface Step extends Ended {
  /** As it is typed: `npm ci`. */
  readonly command: string
  readonly seconds: number
}

export interface PairResult {
  /** The versions that the ranges led to. */
  readonly node: string
  readonly npm: string
  /** In order; none after one that failed. */
  readonly steps: readonly Step[]
}

const signals = ['SIGINT', 'SIGTERM', 'SIGHUP'] as const

/**
 * Follows the README on each pair: a fresh clone of what is committed, then its commands. Whatever it made is removed again, also when it
 * is interrupted.
 */
export async function runMatrix(plan: Plan, onStep: (pair: Pair, command: string) => void, onResult: (result: PairResult) => void): Promise<void> {
  const processes = new Processes()
  const folders = new Set<string>()
  const tidy = (): void => {
    for (const folder of folders) rmSync(folder, { recursive: true, force: true, maxRetries: 5 })
  }
  const interrupted = (): void => {
    processes.end()
    tidy()
    process.exit(130)
  }
  for (const signal of signals) process.on(signal, interrupted)
  try {
    for (const pair of plan.pairs) {
      const folder = realpathSync(mkdtempSync(join(tmpdir(), 'workshop-matrix-')))
      folders.add(folder)
      onResult(await runPair(folder, pair, plan, processes, (command) => onStep(pair, command)))
      tidy()
      folders.delete(folder)
    }
  } finally {
    for (const signal of signals) process.off(signal, interrupted)
    tidy()
  }
}

async function runPair(folder: string, pair: Pair, plan: Plan, processes: Processes, onStep: (command: string) => void): Promise<PairResult> {
  onStep('installing')
  const { node, npm, program, script, env } = await installToolchain(folder, pair, plan, processes)
  const clone = join(folder, 'clone')
  const steps: Step[] = []
  const step = async (command: string, run: () => Promise<Ended>): Promise<boolean> => {
    onStep(command)
    const started = performance.now()
    const ended = await run()
    steps.push({ command, ...ended, seconds: Math.round((performance.now() - started) / 1000) })
    return ended.code === 0
  }
  const byNpm = (...args: readonly string[]) => () => processes.run(program, [script, ...args], { cwd: clone, env })
  const commands: [string, () => Promise<Ended>][] = [
    ['git clone', () => processes.run('git', ['clone', '--quiet', root, clone], { cwd: folder, env: process.env })],
    ['npm ci', byNpm('ci', ...(plan.ignoreScripts ? ['--ignore-scripts'] : []))],
    ['npm start', byNpm('start')],
    ...(plan.test ? [['npm test', byNpm('test')] satisfies [string, () => Promise<Ended>]] : []),
  ]
  for (const [command, run] of commands) if (!(await step(command, run))) break
  return { node, npm, steps }
}
