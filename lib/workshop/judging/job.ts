import { fork, spawnSync, type ChildProcess } from 'node:child_process'
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { builtFile } from '../built-file.js'
import { root } from '../exercises.js'
import type { LoopReport } from '../watchdog/watch.js'
import type { EndedCheck, GivenUp, Job, Limits, Message } from './messages.js'

export interface Outcome {
  /** In the order in which they ran. */
  readonly checks: readonly EndedCheck[]
  /** The check that was running when the job ended; undefined between checks, and while the answer was being loaded. */
  readonly running: string | undefined
  readonly end: End
  /** Milliseconds. */
  readonly duration: number
}

export type End =
  | { readonly kind: 'over' }
  | { readonly kind: 'not loaded'; readonly text: string }
  | { readonly kind: 'loop' }
  | { readonly kind: 'given up'; readonly because: GivenUp }
  /** The process is gone, and the job did not end: by itself, or by somebody else. */
  | { readonly kind: 'gone'; readonly code: number | null; readonly signal: string | null; readonly outOfMemory: boolean }

/** An answer that takes more than this is not one that anybody would run. */
export const limits: Limits = { time: 120_000, memory: 2 ** 31 }

/** Milliseconds of processor time without a turn of the event loop and without progress. */
const loopLimit = Number(process.env['WORKSHOP_LOOP_LIMIT'] ?? 5_000)

/** A process for jobs, one after the other. It is started again when it has gone. */
export class JudgeProcess {
  #child: ChildProcess | undefined
  #errors = ''

  constructor(
    /** A folder of our own, for what it leaves behind. */
    readonly folder: string,
    readonly limits: Limits,
  ) {}

  run(job: Job): Promise<Outcome> {
    const child = (this.#child ??= this.#start())
    const started = performance.now()
    const checks: EndedCheck[] = []
    let running: string | undefined
    return new Promise((resolve) => {
      const finish = (end: End): void => {
        clearTimeout(patience)
        child.removeAllListeners()
        if (end.kind !== 'over' && end.kind !== 'not loaded') this.end()
        resolve({ checks, running, end, duration: performance.now() - started })
      }
      // Who is blocked uses no time. A busy machine lets everybody wait, so this is generous.
      const patience = setTimeout(() => finish({ kind: 'given up', because: 'time' }), 60_000 + 5 * this.limits.time)
      child.on('message', (message: Message) => {
        if (message.kind === 'begun') running = message.check
        else if (message.kind === 'ended') {
          running = undefined
          checks.push(message.ended)
        } else finish(message)
      })
      child.once('error', (error) => finish({ kind: 'not loaded', text: `No process could be started: ${error.message}` }))
      child.once('close', (code: number | null, signal: string | null) => {
        const looped = this.#loopReport(child.pid) !== undefined
        finish(looped ? { kind: 'loop' } : { kind: 'gone', code, signal, outOfMemory: /heap out of memory|Allocation failed/.test(this.#errors) })
      })
      child.send(job, () => undefined) // when it cannot be sent, the process is gone, and says so
    })
  }

  #start(): ChildProcess {
    this.#errors = ''
    const inherited = Object.fromEntries(Object.entries(process.env).filter(([name]) => !/^(?:VITEST|WORKSHOP_(?!BUILD$|ROOT$)|NODE_OPTIONS$)/.test(name)))
    const child = fork(builtFile('judge-process'), [JSON.stringify({ folder: this.folder, loopLimit, limits: this.limits })], {
      cwd: root,
      env: { ...inherited, NODE_ENV: 'test' },
      execArgv: [`--max-old-space-size=${Math.round(this.limits.memory / 2 ** 20)}`],
      stdio: ['ignore', 'ignore', 'pipe', 'ipc'],
      // In a group of its own, so that it can be ended with what an answer has started.
      detached: process.platform !== 'win32',
    })
    child.stderr?.on('data', (piece: Buffer) => {
      this.#errors = (this.#errors + piece.toString('utf8')).slice(-20_000)
    })
    return child
  }

  #loopReport(pid: number | undefined): LoopReport | undefined {
    try {
      return JSON.parse(readFileSync(join(this.folder, `${pid ?? ''}.json`), 'utf8')) as LoopReport
    } catch {
      return undefined
    }
  }

  end(): void {
    const child = this.#child
    this.#child = undefined
    if (child?.pid === undefined) return
    child.removeAllListeners()
    child.on('error', () => undefined)
    if (process.platform === 'win32') {
      spawnSync('taskkill', ['/pid', String(child.pid), '/T', '/F'])
      return
    }
    try {
      process.kill(-child.pid, 'SIGKILL')
    } catch {
      // It has ended in the meantime.
    }
  }
}
