import { describeDuration } from './duration.js'
import { MisuseError } from './errors.js'
import { hashText, mix } from './hash.js'
import type { Execution } from './execution.js'
import { success, type Operation } from './operation.js'
import type { Task } from './task.js'
import type { Alternative } from './step.js'

/** Whose code is running; undefined between executions. */
export interface Stage {
  execution: Execution | undefined
}

/**
 * Ordinary code stays ordinary: while an execution is on the stage, `Date`, `setTimeout`, `Math.random()`, `crypto.randomUUID()` and
 * `performance.now()` are virtual and seeded; otherwise they are what they always were. Returns the function that takes the
 * stand-ins away again.
 *
 * They are put in place once for many executions: replacing a global costs more than an execution.
 */
export function installGlobals(stage: Stage, options: { readonly quiet: boolean }): () => void {
  const undo: (() => void)[] = []
  const replace = <Value>(target: object, key: string, value: (real: Value) => unknown): void => {
    const before = Object.getOwnPropertyDescriptor(target, key)
    const real = Reflect.get(target, key) as Value
    Object.defineProperty(target, key, { value: value(real), configurable: true, writable: true, enumerable: before?.enumerable ?? true })
    undo.push(() => {
      if (before === undefined) Reflect.deleteProperty(target, key)
      else Object.defineProperty(target, key, before)
    })
  }
  /** Calls the stand-in when an execution is on the stage, and the real thing otherwise. */
  const standIn = (target: object, key: string, play: (execution: Execution, ...values: never[]) => unknown): void =>
    replace<(...values: unknown[]) => unknown>(target, key, (real) =>
      function (this: unknown, ...values: unknown[]): unknown {
        const { execution } = stage
        return execution === undefined ? Reflect.apply(real, this, values) : play(execution, ...(values as never[]))
      },
    )
  replace<DateConstructor>(globalThis, 'Date', (real) => virtualDate(stage, real))
  standIn(globalThis.performance, 'now', elapsed)
  standIn(globalThis, 'setTimeout', (execution, callback: TimerCallback, delay?: number, ...values: unknown[]) => setTimer(execution, callback, delay, values, false))
  standIn(globalThis, 'setInterval', (execution, callback: TimerCallback, delay?: number, ...values: unknown[]) => setTimer(execution, callback, delay, values, true))
  standIn(globalThis, 'setImmediate', (execution, callback: TimerCallback, ...values: unknown[]) => setTimer(execution, callback, 0, values, false))
  for (const key of ['clearTimeout', 'clearInterval', 'clearImmediate']) standIn(globalThis, key, (_execution, timer: unknown) => clearTimer(timer))
  standIn(globalThis.process, 'nextTick', (_execution, callback: TimerCallback, ...values: unknown[]) => queueMicrotask(() => callback(...values)))
  standIn(AbortSignal, 'timeout', (execution, delay: number) => abortLater(execution, delay))
  standIn(Math, 'random', (execution) => execution.fraction(drawing(execution)))
  standIn(globalThis.crypto, 'randomUUID', (execution) => draw(execution).uuid())
  standIn(globalThis.crypto, 'getRandomValues', (execution, array: ArrayBufferView) => {
    const bytes = new Uint8Array(array.buffer, array.byteOffset, array.byteLength)
    const random = draw(execution)
    for (let index = 0; index < bytes.length; index++) bytes[index] = random.word() & 0xff
    return array
  })
  standIn(globalThis, 'fetch', (execution, input: unknown) => {
    throw realInput(execution, `fetch(${typeof input === 'string' ? input : '…'})`)
  })
  if (options.quiet) for (const key of ['log', 'info', 'debug', 'warn', 'error', 'table', 'dir']) standIn(globalThis.console, key, () => undefined)
  return () => {
    for (const restore of undo.reverse()) restore()
  }
}

/** Virtual time begins here: a Thursday morning, 9:00 UTC, milliseconds since 1970. */
export const epoch = Date.UTC(2026, 0, 1, 9, 0, 0)

export function realInput(execution: Execution, call: string): MisuseError {
  const who = execution.current?.process.node.name ?? 'The code'
  const error = new MisuseError('real-io', {
    what: `${who} called \`${call}\`: real input or output, which the simulation cannot see.`,
    why: 'It could neither be made to fail, nor be repeated, nor be undone; a pass would say nothing about it.',
    next: 'Use what the context offers: context.http for calls, context.store for data, context.send and context.publish for messages.',
  })
  execution.fail(error)
  return error
}

type TimerCallback = (...values: unknown[]) => void

function draw(execution: Execution): Task['random'] {
  return drawing(execution).random
}

/** The task that draws. */
function drawing(execution: Execution): Task {
  const task = execution.current
  if (task === undefined) throw new Error('no task is running')
  if (task.process.node.definition.crashes) execution.world.observed.random = true
  return task
}

/** Milliseconds since the execution began, as the clock of the process shows it. Whoever looks at the clock may act on it, so it becomes part of the state. */
function elapsed(execution: Execution): number {
  const { world, current } = execution
  if (current === undefined) return world.now
  const { process } = current
  world.observed.clock = true
  execution.noteTime()
  const shown = world.now + process.clock
  process.observe(mix(3, shown))
  return shown
}

function setTimer(execution: Execution, callback: TimerCallback, delay: number | undefined, values: unknown[], repeat: boolean): VirtualTimer {
  const timer = new VirtualTimer()
  const task = execution.current
  if (task === undefined) return timer
  const wait = typeof delay === 'number' && delay > 0 ? Math.ceil(delay) : repeat ? 1 : 0
  const arm = (): void => {
    const due = execution.world.now + wait
    timer.operation = undefined
    void task
      .issue<undefined>({
        kind: 'timer',
        label: `setTimeout(${wait})`,
        hash: mix(hashText('timer'), wait),
        request: wait,
        own: true,
        mustFinish: false,
        deadline: due,
        alternatives: (operation, offer) => {
          if (operation.process.isNextDue(operation)) offer(new Fire(execution, operation, due, wait))
        },
        decode: () => undefined,
      })
      .then(() => {
        if (timer.cleared) return
        if (repeat) arm()
        callback(...values)
      })
    timer.operation = task.issued.at(-1)
  }
  arm()
  return timer
}

function clearTimer(timer: unknown): void {
  if (!(timer instanceof VirtualTimer)) return
  timer.cleared = true
  const { operation } = timer
  if (operation?.parked !== true) return
  operation.parked = false
  operation.process.take(operation.sequence)
}

function abortLater(execution: Execution, delay: number): AbortSignal {
  const controller = new AbortController()
  setTimer(execution, () => controller.abort(new DOMException('The operation was aborted due to timeout', 'TimeoutError')), delay, [], false)
  return controller.signal
}

/** What `setTimeout` returns: enough of Node's `Timeout` for ordinary use. */
class VirtualTimer {
  cleared = false
  operation: Operation | undefined

  ref(): this {
    return this
  }

  unref(): this {
    return this
  }

  hasRef(): boolean {
    return true
  }
}

class Fire implements Alternative {
  readonly fault = undefined
  readonly slot: number
  readonly idle: boolean

  constructor(
    private readonly execution: Execution,
    private readonly operation: Operation,
    readonly due: number,
    private readonly wait: number,
  ) {
    this.slot = operation.process.slot
    this.idle = due > execution.world.now
  }

  label(): string {
    return `${this.operation.process.node.name}: ${describeDuration(this.wait)} are over`
  }

  perform(): ReturnType<Alternative['perform']> {
    this.execution.world.advance(this.due)
    return { kind: 'settle', slot: this.operation.process.slot, sequence: this.operation.sequence, result: success(undefined, 1) }
  }

  describe(): ReturnType<Alternative['describe']> {
    return {
      action: 'timer',
      from: this.execution.world.participant(this.operation.process.slot),
      text: `${describeDuration(this.wait)} later`,
      task: this.operation.task.label,
    }
  }
}

function virtualDate(stage: Stage, real: DateConstructor): DateConstructor {
  const now = (): number => (stage.execution === undefined ? real.now() : epoch + elapsed(stage.execution))
  return new Proxy(real, {
    construct(target, values: unknown[], newTarget: unknown) {
      const constructor = typeof newTarget === 'function' ? newTarget : target
      const made: unknown = Reflect.construct(target, values.length === 0 ? [now()] : values, constructor)
      return made as Date
    },
    apply: (target) => new target(now()).toString(),
    get(target, key) {
      if (key === 'now') return now
      const member: unknown = Reflect.get(target, key, target)
      return member
    },
  })
}
