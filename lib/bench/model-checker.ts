import { spawn, spawnSync } from 'node:child_process'
import { cpSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { check, ModelError, type Specification } from '../model-checker/index.js'
import type { Launch } from '../model-checker/tla-tools.js'
import { runTlc } from '../model-checker/tlc.js'

/** What one search costs. Processor time is that of the whole process, its start and its garbage collector included, in seconds. */
interface Cost {
  readonly distinct: number
  readonly seconds: number
  /** The most memory that the process held at a time, in MB; only of our own. */
  readonly megabytes: number
}

/** Messages, and failures of each. */
type Bounds = readonly [messages: number, failures: number]

/** In a process of its own: searches once, and prints what it cost. */
export function searchOnce<S>(specification: Specification<S>): void {
  const { distinct, verdict } = check(specification, { maxStates: 100_000_000 })
  if (verdict !== 'holds') throw new Error(`The solution of exercise 12 should hold, and the answer is ${verdict}.`)
  const { user, system } = process.cpuUsage()
  const cost: Cost = { distinct, seconds: (user + system) / 1e6, megabytes: process.resourceUsage().maxRSS / 1024 }
  process.stdout.write(JSON.stringify(cost))
}

/**
 * The model checker and TLC with one worker, in turn, on the same specification with the same invariants: exercise 12's solution.
 *
 * @param search the parameters of Node.js that start a process which calls `searchOnce` with these bounds.
 */
export async function* measureModelChecker(root: string, [messages, failures]: Bounds, rounds: number, search: readonly string[]): AsyncGenerator<string> {
  yield `The model checker: exercise 12's solution, four invariants, ${messages} messages with ${failures} failures of each; processor time of whole processes, in turn, ${rounds} × each`
  const folder = mkdtempSync(join(tmpdir(), 'bench-tlc-'))
  try {
    withoutProperties(root, folder)
    const [ours, theirs]: [Cost[], Cost[]] = [[], []]
    let missing: string | undefined = process.platform === 'win32' ? 'processor time of another program is not known on Windows' : undefined
    for (let round = 0; round < rounds; round += 1) {
      ours.push(JSON.parse(spawnSync(process.execPath, search, { encoding: 'utf8', stdio: ['ignore', 'pipe', 'inherit'] }).stdout) as Cost)
      if (missing === undefined) {
        const cost = await tlc(folder, { MessageCount: messages, MaxFailures: failures })
        if (typeof cost === 'string') missing = cost
        else theirs.push(cost)
      }
    }
    const own = median(ours)
    const memory = `${Math.round(Math.max(...ours.map(({ megabytes }) => megabytes)))} MB at most`
    if (missing !== undefined) {
      yield `  ${count(own.distinct)} distinct states, ${count(own.distinct / own.seconds)} a second, ${memory}; not compared with TLC: ${missing}`
      return
    }
    const other = median(theirs)
    if (own.distinct !== other.distinct) throw new Error(`The model checker sees ${own.distinct} distinct states where TLC sees ${other.distinct}.`)
    yield `  ${(other.seconds / own.seconds).toFixed(1)} × the distinct states per second of TLC with one worker (${count(own.distinct)} states: ${count(own.distinct / own.seconds)} and ${count(other.distinct / other.seconds)} a second), ${memory}`
  } finally {
    rmSync(folder, { recursive: true, force: true })
  }
}

/** The solution's specification with its invariants alone: "leads to" costs TLC many times as much. */
function withoutProperties(root: string, folder: string): void {
  const name = join('solutions', 'exercise-12-model-checking')
  for (const file of ['MessageHandler.tla', 'MessageHandler.cfg']) cpSync(join(root, name, file), join(folder, name, file))
  const config = join(folder, name, 'MessageHandler.cfg')
  writeFileSync(config, readFileSync(config, 'utf8').replace(/^PROPERT(?:Y|IES)\b[\s\S]*?(?=^[A-Z]+\b|(?![\s\S]))/m, ''))
}

/** What TLC costs, or why it does not run here. */
async function tlc(root: string, constants: Readonly<Record<string, number>>): Promise<Cost | string> {
  let seconds = 0
  const launch: Launch = async (program, parameters, cwd) => {
    const result = await timed(program, parameters, cwd)
    seconds = result.seconds
    return result
  }
  try {
    const { passed, distinct = 0, output } = await runTlc('exercise-12', { tree: 'solutions', root, constants, launch })
    if (!passed) throw new Error(`TLC did not pass exercise 12's solution:\n${output}`)
    return { distinct, seconds, megabytes: NaN }
  } catch (error) {
    if (error instanceof ModelError) return error.explanation.what
    throw error
  }
}

/** Runs a program and waits for its end; the shell's `times` says what its processes have cost, in the last line: "0m15.003s 0m1.590s". */
async function timed(program: string, parameters: readonly string[], cwd: string): Promise<{ status: number | null; output: string; seconds: number }> {
  const child = spawn('sh', ['-c', '"$@"; status=$?; times; exit $status', 'sh', program, ...parameters], { cwd, stdio: ['ignore', 'pipe', 'pipe'] })
  let output = ''
  for (const stream of [child.stdout, child.stderr]) stream.setEncoding('utf8').on('data', (text: string) => (output += text))
  const status = await new Promise<number | null>((resolve, reject) => {
    child.on('error', reject)
    child.on('close', resolve)
  })
  const times = [...output.matchAll(/(\d+)m([\d.,]+)s/g)].slice(-2)
  return { status, output, seconds: times.reduce((sum, [, minutes, rest]) => sum + 60 * Number(minutes) + Number(rest?.replace(',', '.')), 0) }
}

function median(costs: readonly Cost[]): Cost {
  const sorted = [...costs].sort((one, other) => one.seconds - other.seconds)
  const middle = sorted[Math.floor(sorted.length / 2)]
  if (!middle) throw new Error('Nothing was measured.')
  return middle
}

function count(value: number): string {
  return Math.round(value).toLocaleString('en')
}
