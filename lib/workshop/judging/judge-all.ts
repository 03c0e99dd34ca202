import { mkdirSync, mkdtempSync, realpathSync, rmSync, writeFileSync } from 'node:fs'
import { availableParallelism, tmpdir } from 'node:os'
import { join } from 'node:path'
import { answerAt, compileChecks, NotCompiled } from './compile.js'
import type { HandedIn } from './handed-in.js'
import { JudgeProcess } from './job.js'
import type { Limits } from './messages.js'
import { verdictOf, type Verdict } from './verdict.js'

export interface JudgedAnswer extends Verdict {
  readonly answer: HandedIn
  /** Seconds. */
  readonly seconds: number
}

/** Judging in a temporary folder, which goes when it is closed, with all processes in it. */
export interface Bench {
  readonly folder: string
  process(limits: Limits): JudgeProcess
  close(): void
}

export function openBench(): Bench {
  const folder = realpathSync(mkdtempSync(join(tmpdir(), 'workshop-judge-')))
  const processes = new Set<JudgeProcess>()
  return {
    folder,
    process(limits) {
      const own = join(folder, String(processes.size))
      mkdirSync(own)
      const started = new JudgeProcess(own, limits)
      processes.add(started)
      return started
    },
    close() {
      for (const each of processes) each.end()
      rmSync(folder, { recursive: true, force: true, maxRetries: 5 })
    },
  }
}

/** Does something with each item, as many at a time as there are cores. */
export async function onEachCore<Item>(items: readonly Item[], work: (item: Item) => Promise<void>, cores = availableParallelism()): Promise<void> {
  const queue = [...items]
  const worker = async (): Promise<void> => {
    for (let item = queue.shift(); item !== undefined; item = queue.shift()) await work(item)
  }
  await Promise.all(Array.from({ length: Math.max(1, Math.min(cores, items.length)) }, worker))
}

/** Judges each answer in a process of its own, so that none can be taken for another. */
export async function judgeAll(bench: Bench, answers: readonly HandedIn[], limits: Limits, onJudged: (judged: JudgedAnswer) => void): Promise<void> {
  await onEachCore(answers, async (answer) => {
    const started = performance.now()
    const verdict = await judge(bench.process(limits), answer)
    onJudged({ answer, ...verdict, seconds: (performance.now() - started) / 1_000 })
  })
}

async function judge(court: JudgeProcess, { exercise, path }: HandedIn): Promise<Verdict> {
  try {
    const module = join(court.folder, 'checks.mjs')
    writeFileSync(module, await compileChecks(exercise, answerAt(exercise, path)))
    return verdictOf(await court.run({ module, first: [], until: 'the first broken' }))
  } catch (error) {
    if (!(error instanceof NotCompiled)) throw error
    return { verdict: 'rejected', by: undefined, because: `It cannot be compiled. ${error.message}` }
  } finally {
    court.end()
  }
}
