import fc from 'fast-check'
import { Explorer } from '../exploration/explorer.js'
import { hashText, installGlobals, MisuseError, success, World, type Alternative, type EffectRequest, type Impact, type NodeDefinition, type Operation, type StepDescription } from '../simulation/index.js'

/**
 * The scheduler alone: two handlers of ten reads and ten writes each on a map, in random order. Once with this engine, once with
 * `fc.scheduler()` of fast-check; the handlers are the same functions.
 */
export interface Scheduler {
  /** One execution, to its end. Says what the handlers have left behind: it depends on the order of their steps. */
  once(): Promise<number>
  close(): void
}

/** Both, by the name that a process for measuring is given. */
export const schedulers = { engine: engineScheduler, 'fast-check': fastCheckScheduler }

export type SchedulerName = keyof typeof schedulers

/** Reads and writes of one execution, of both handlers. */
export const stepsPerExecution = 40

interface Memory {
  read(key: string): Promise<number>
  write(key: string, value: number): Promise<undefined>
}

type Handler = (memory: Memory) => Promise<void>

async function handler(memory: Memory): Promise<void> {
  for (let turn = 0; turn < stepsPerExecution / 4; turn++) {
    const value = await memory.read('x')
    await memory.write('x', value + 1)
  }
}

async function handlerThatForgets(memory: Memory): Promise<void> {
  const value = await memory.read('x')
  void memory.write('x', value + 1)
}

function engineScheduler(): Scheduler {
  return engineWith(handler)
}

/** @throws Error unless the engine, as it is measured, sees that `await` is missing. */
export async function provesMissingAwait(): Promise<void> {
  const scheduler = engineWith(handlerThatForgets)
  try {
    await scheduler.once()
  } catch (error) {
    if (error instanceof MisuseError && error.kind === 'missing-await') return
    throw error
  } finally {
    scheduler.close()
  }
  throw new Error('The engine, as it is measured, has not seen a missing `await`.')
}

function engineWith(code: Handler): Scheduler {
  const data = new Map<string, number>()
  const world = new World([bareNode('a', code, data), bareNode('b', code, data)])
  const explorer = new Explorer(world, { quiet: true, budget: {} })
  const restore = installGlobals(explorer.stage, { quiet: true })
  let state = 1
  return {
    async once() {
      data.set('x', 0)
      explorer.restart()
      let steps = 0
      await explorer.run([], ({ depth, regular }) => {
        steps = depth
        state = (Math.imul(state, 1664525) + 1013904223) >>> 0
        return regular === 0 ? undefined : (state >>> 16) % regular
      })
      if (steps !== stepsPerExecution) throw new Error(`There were ${steps} steps.`)
      return data.get('x') ?? NaN
    },
    close() {
      restore()
      world.close()
    },
  }
}

/** A node that runs the handler as soon as it starts, on effects of its own. */
function bareNode(name: string, code: Handler, data: Map<string, number>): NodeDefinition {
  const hash = hashText(name)
  return {
    name,
    kind: 'service',
    instances: 1,
    concurrency: 1,
    keepsMemory: false,
    crashes: false,
    autostart: true,
    install: () => undefined,
    boot: () => ({ hash, seed: hash, label: name, payload: undefined }),
    async run(task) {
      await code({
        read: (key) => task.issue(new Read(data, key)),
        write: (key, value) => task.issue(new Write(data, key, value)),
      })
      task.leave()
    },
  }
}

/** A read or a write: what is asked for, and what may happen to it. It costs little, as a `then` costs fast-check little. */
abstract class Access<T> implements EffectRequest<T> {
  abstract readonly label: string
  abstract happen(): T
  #happens: Happens | undefined

  get kind(): string {
    return 'bench'
  }

  get hash(): number {
    return 1
  }

  get request(): undefined {
    return undefined
  }

  get mustFinish(): boolean {
    return false
  }

  alternatives(operation: Operation, offer: (alternative: Alternative) => void): void {
    offer((this.#happens ??= new Happens(operation, this)))
  }

  decode(value: unknown): T {
    return value as T
  }
}

class Read extends Access<number> {
  constructor(
    private readonly data: ReadonlyMap<string, number>,
    private readonly key: string,
  ) {
    super()
  }

  get label(): string {
    return `read ${this.key}`
  }

  happen(): number {
    return this.data.get(this.key) ?? 0
  }
}

class Write extends Access<undefined> {
  constructor(
    private readonly data: Map<string, number>,
    private readonly key: string,
    private readonly value: number,
  ) {
    super()
  }

  get label(): string {
    return `write ${this.key}`
  }

  happen(): undefined {
    this.data.set(this.key, this.value)
  }
}

class Happens implements Alternative {
  constructor(
    private readonly operation: Operation,
    private readonly access: Access<unknown>,
  ) {}

  get fault(): undefined {
    return undefined
  }

  get slot(): number {
    return this.operation.process.slot
  }

  label(): string {
    return this.access.label
  }

  perform(): Impact {
    return { kind: 'settle', slot: this.slot, sequence: this.operation.sequence, result: success(this.access.happen(), 1) }
  }

  describe(): StepDescription {
    return { action: 'read', from: { name: this.operation.process.node.name, kind: 'service', instance: 1 }, text: this.label() }
  }
}

/** fast-check takes the executions of a run from one sample, so that nothing but its scheduler counts. */
function fastCheckScheduler(): Scheduler {
  const arbitrary = fc.scheduler()
  let ready: fc.Scheduler[] = []
  let seed = 0
  return {
    async once() {
      if (ready.length === 0) ready = fc.sample(arbitrary, { numRuns: 100, seed: (seed += 1) })
      const scheduler = ready.pop()
      if (scheduler === undefined) throw new Error('fast-check has given no scheduler.')
      const data = new Map<string, number>([['x', 0]])
      const memory: Memory = {
        read: (key) => scheduler.schedule(settled).then(() => data.get(key) ?? 0),
        write: (key, value) => scheduler.schedule(settled).then(() => void data.set(key, value)),
      }
      await scheduler.waitFor(Promise.all([handler(memory), handler(memory)]))
      return data.get('x') ?? NaN
    },
    close: () => undefined,
  }
}

const settled = Promise.resolve()
