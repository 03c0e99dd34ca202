import fc from 'fast-check'
import { Explorer } from '../exploration/explorer.js'
import { hashText, installGlobals, success, World, type Alternative, type Impact, type NodeDefinition, type Operation, type StepDescription, type Task } from '../simulation/index.js'
import { perSecond, type Measured } from './measure.js'

/**
 * The scheduler alone: two handlers of ten reads and ten writes each on a map, in random order. Once with this engine, once with
 * `fc.scheduler()` of fast-check; the handlers are the same functions.
 */
export async function measureScheduler(milliseconds: number): Promise<{ readonly ours: Measured; readonly fastCheck: Measured }> {
  return { ours: await measureOurs(milliseconds), fastCheck: await measureFastCheck(milliseconds) }
}

interface Memory {
  read(key: string): Promise<number>
  write(key: string, value: number): Promise<void>
}

async function handler(name: string, memory: Memory): Promise<void> {
  for (let turn = 0; turn < 10; turn++) {
    const value = await memory.read('x')
    await memory.write('x', value + name.length)
  }
}

function measureOurs(milliseconds: number): Promise<Measured> {
  const data = new Map<string, number>()
  const world = new World([bareNode('a', data), bareNode('b', data)])
  const explorer = new Explorer(world, { quiet: true, budget: {} })
  const restore = installGlobals(explorer.stage, { quiet: true })
  let state = 1
  return perSecond(milliseconds, async () => {
    data.set('x', 0)
    explorer.restart()
    await explorer.run([], (point) => {
      state = (Math.imul(state, 1664525) + 1013904223) >>> 0
      return point.regular === 0 ? undefined : state % point.regular
    })
  }).finally(restore)
}

/** A node that runs the handler as soon as it starts, on effects of its own. */
function bareNode(name: string, data: Map<string, number>): NodeDefinition {
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
    run: (task) =>
      handler(name, {
        read: (key) => issue(task, `read ${key}`, () => data.get(key) ?? 0),
        write: (key, value) => issue(task, `write ${key}`, () => void data.set(key, value)),
      }),
  }
}

function issue<T>(task: Task, label: string, effect: () => T): Promise<T> {
  return task.issue<T>({
    kind: 'bench',
    label,
    hash: 1,
    request: undefined,
    mustFinish: false,
    alternatives: (operation, offer) => offer(new Effect(operation, effect)),
    decode: (value) => value as T,
  })
}

class Effect implements Alternative {
  readonly fault = undefined
  readonly slot: number

  constructor(
    private readonly operation: Operation,
    private readonly effect: () => unknown,
  ) {
    this.slot = operation.process.slot
  }

  label(): string {
    return this.operation.effect.label
  }

  perform(): Impact {
    return { kind: 'settle', slot: this.slot, sequence: this.operation.sequence, result: success(this.effect(), 1) }
  }

  describe(): StepDescription {
    return { action: 'read', from: { name: this.operation.process.node.name, kind: 'service', instance: 1 }, text: this.label() }
  }
}

async function measureFastCheck(milliseconds: number): Promise<Measured> {
  const [arbitrary] = [fc.scheduler()]
  let seed = 0
  return perSecond(milliseconds, async () => {
    seed += 1
    const [scheduler] = fc.sample(arbitrary, { numRuns: 1, seed })
    if (scheduler === undefined) return
    const data = new Map<string, number>([['x', 0]])
    const memory: Memory = {
      read: (key) => scheduler.schedule(Promise.resolve()).then(() => data.get(key) ?? 0),
      write: (key, value) => scheduler.schedule(Promise.resolve()).then(() => void data.set(key, value)),
    }
    const done = Promise.all([handler('a', memory), handler('b', memory)])
    await scheduler.waitFor(done)
  })
}
