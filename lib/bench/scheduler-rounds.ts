import { fork, type ChildProcess } from 'node:child_process'
import { provesMissingAwait, schedulers, stepsPerExecution, type SchedulerName } from './scheduler.js'

/** What some executions have cost one of the two. */
interface Cost {
  readonly executions: number
  /** Of processor time of the whole process: its garbage collector and its compiler run in threads of their own. */
  readonly microseconds: number
  /** What the handlers of all executions have left behind, added up. */
  readonly left: number
}

export interface Round {
  readonly engine: Cost
  readonly fastCheck: Cost
  /** How many times as fast the engine is. */
  readonly ratio: number
}

/** How much is measured. */
export interface Extent {
  readonly rounds: number
  /** Executions of each side in each round, and as many before that to warm up. */
  readonly executions: number
}

/**
 * In a process of its own: runs as many executions as it is told, again and again, and says what they have cost. Nothing of one side is
 * in the process of the other: what the engine does to promises and globals must not make fast-check slower.
 */
export async function serveScheduler(name: SchedulerName): Promise<void> {
  if (name === 'engine') await provesMissingAwait()
  const scheduler = schedulers[name]()
  process.on('message', (executions: number) => {
    void measure(executions).then((cost) => process.send?.(cost))
  })
  process.send?.('ready')

  async function measure(executions: number): Promise<Cost> {
    const before = process.cpuUsage()
    let left = 0
    for (let count = 0; count < executions; count++) left += await scheduler.once()
    const { user, system } = process.cpuUsage(before)
    return { executions, microseconds: user + system, left }
  }
}

/**
 * Compares the two. In each round both have a new process, and take turns in a few parts, so that whatever else the machine does
 * befalls both of them alike.
 *
 * @param serve the program that calls `serveScheduler` with the name that is its last parameter, and parameters before that.
 * @throws Error when the two have not done the same work: the handlers lose as many updates with one as with the other.
 */
export async function compareSchedulers([program, ...parameters]: readonly [string, ...string[]], { rounds, executions }: Extent): Promise<readonly Round[]> {
  const compared: Round[] = []
  for (let round = 0; round < rounds; round++) {
    const [engine, fastCheck] = [new Side(program, [...parameters, 'engine']), new Side(program, [...parameters, 'fast-check'])]
    try {
      await engine.ready()
      await fastCheck.ready()
      for (const count of [executions, ...Array<number>(parts).fill(executions / parts)]) {
        // Whoever begins in one part comes second in the next.
        for (const side of engine.costs.length % 2 === 0 ? [engine, fastCheck] : [fastCheck, engine]) await side.run(count)
      }
      compared.push(judge(engine.total(), fastCheck.total()))
    } finally {
      engine.stop()
      fastCheck.stop()
    }
  }
  return compared
}

const parts = 5

function judge(engine: Cost, fastCheck: Cost): Round {
  if (engine.executions !== fastCheck.executions) throw new Error(`The engine has run ${engine.executions} executions, fast-check ${fastCheck.executions}.`)
  const [own, other] = [engine.left / engine.executions, fastCheck.left / fastCheck.executions]
  if (Math.abs(own / other - 1) > 0.05) throw new Error(`The handlers leave behind ${own} with the engine and ${other} with fast-check, on average: these are not the same executions.`)
  return { engine, fastCheck, ratio: fastCheck.microseconds / engine.microseconds }
}

/** One of the two, in a process of its own. */
class Side {
  readonly costs: Cost[] = []
  readonly #child: ChildProcess

  constructor(program: string, parameters: readonly string[]) {
    this.#child = fork(program, parameters)
  }

  async ready(): Promise<void> {
    await this.#answer()
  }

  async run(executions: number): Promise<void> {
    this.#child.send(executions)
    this.costs.push((await this.#answer()) as Cost)
  }

  /** Without the first part, which warms up. */
  total(): Cost {
    return this.costs.slice(1).reduce((sum, { executions, microseconds, left }) => ({ executions: sum.executions + executions, microseconds: sum.microseconds + microseconds, left: sum.left + left }))
  }

  stop(): void {
    this.#child.kill()
  }

  #answer(): Promise<unknown> {
    return new Promise((resolve, reject) => {
      const ended = (code: number | null): void => reject(new Error(`A process that measures a scheduler has ended with ${code ?? 'a signal'}.`))
      this.#child.once('exit', ended)
      this.#child.once('message', (answer) => {
        this.#child.off('exit', ended)
        resolve(answer)
      })
    })
  }
}

/** For people: what was compared, and how it came out. */
export function describeRounds(rounds: readonly Round[]): readonly string[] {
  const ratios = rounds.map(({ ratio }) => ratio).sort((one, other) => one - other)
  const [lowest = NaN, median = NaN, highest = NaN] = [ratios[0], ratios[Math.floor(ratios.length / 2)], ratios.at(-1)]
  const executions = rounds[0]?.engine.executions ?? 0
  const perSecond = (side: 'engine' | 'fastCheck'): string => Math.round((executions * rounds.length * 1e6) / rounds.reduce((sum, round) => sum + round[side].microseconds, 0)).toLocaleString('en')
  return [
    `The scheduler alone: the same two handlers of ten reads and ten writes each, ${stepsPerExecution} steps in random order, by this engine and by fast-check's scheduler`,
    `  in processor time of processes of their own, in turn; ${rounds.length} rounds of ${executions.toLocaleString('en')} executions each. This engine watches for a missing await meanwhile, and has seen one`,
    `  ${median.toFixed(1)} × the executions per second of fast-check's scheduler: the median; the lowest is ${lowest.toFixed(1)}, the highest ${highest.toFixed(1)} (${perSecond('engine')} and ${perSecond('fastCheck')} a second)`,
  ]
}
