import { MisuseError } from './errors.js'
import { hashText, mix } from './hash.js'
import type { Execution } from './execution.js'
import { success, type Operation, type Task } from './process.js'
import type { Alternative } from './step.js'

/**
 * Ordinary code stays ordinary: while an execution runs, `Date`, `setTimeout`, `Math.random()`, `crypto.randomUUID()` and
 * `performance.now()` are virtual and seeded. `install` puts them in place and returns the function that takes them away again.
 */
export function installGlobals(execution: Execution, options: { readonly quiet: boolean }): () => void {
  const clock = new VirtualClock(execution)
  const undo: (() => void)[] = []
  const replace = (target: object, key: string, value: unknown): void => {
    const before = Object.getOwnPropertyDescriptor(target, key)
    Object.defineProperty(target, key, { value, configurable: true, writable: true, enumerable: before?.enumerable ?? true })
    undo.push(() => {
      if (before === undefined) Reflect.deleteProperty(target, key)
      else Object.defineProperty(target, key, before)
    })
  }
  replace(globalThis, 'Date', virtualDate(clock))
  replace(globalThis.performance, 'now', () => clock.elapsed())
  replace(globalThis, 'setTimeout', (callback: TimerCallback, delay?: number, ...values: unknown[]) => clock.setTimer(callback, delay, values, false))
  replace(globalThis, 'setInterval', (callback: TimerCallback, delay?: number, ...values: unknown[]) => clock.setTimer(callback, delay, values, true))
  replace(globalThis, 'setImmediate', (callback: TimerCallback, ...values: unknown[]) => clock.setTimer(callback, 0, values, false))
  for (const key of ['clearTimeout', 'clearInterval', 'clearImmediate']) replace(globalThis, key, (timer: unknown) => clock.clearTimer(timer))
  replace(globalThis.process, 'nextTick', (callback: TimerCallback, ...values: unknown[]) => queueMicrotask(() => callback(...values)))
  replace(Math, 'random', () => draw(execution).fraction())
  replace(globalThis.crypto, 'randomUUID', () => draw(execution).uuid())
  replace(globalThis.crypto, 'getRandomValues', <T extends ArrayBufferView>(array: T): T => {
    const bytes = new Uint8Array(array.buffer, array.byteOffset, array.byteLength)
    for (let index = 0; index < bytes.length; index++) bytes[index] = draw(execution).word() & 0xff
    return array
  })
  replace(globalThis, 'fetch', (input: unknown) => {
    throw realInput(execution, `fetch(${typeof input === 'string' ? input : '…'})`)
  })
  if (options.quiet) for (const key of ['log', 'info', 'debug', 'warn', 'error', 'table', 'dir']) replace(globalThis.console, key, () => undefined)
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
  const task = execution.current
  if (task === undefined) throw new Error('no task is running')
  const { process } = task
  if (process.node.definition.crashes) execution.world.observed.random = true
  if (!process.busy) process.observe(mix(process.instance, process.incarnation))
  return task.random
}

class VirtualClock {
  constructor(private readonly execution: Execution) {}

  /** Milliseconds since the execution began. Whoever looks at the clock may act on it, so it becomes part of the state. */
  elapsed(): number {
    const { execution } = this
    const process = execution.current?.process
    if (process !== undefined) {
      execution.world.observed.clock = true
      process.observe(mix(3, execution.world.now))
    }
    return execution.world.now
  }

  setTimer(callback: TimerCallback, delay: number | undefined, values: unknown[], repeat: boolean): VirtualTimer {
    const timer = new VirtualTimer()
    const task = this.execution.current
    if (task === undefined) return timer
    const wait = typeof delay === 'number' && delay > 0 ? Math.ceil(delay) : repeat ? 1 : 0
    const arm = (): void => {
      const due = this.execution.world.now + wait
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
          alternatives: (operation, offer) => offer(new Fire(this.execution, operation, due, wait)),
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

  clearTimer(timer: unknown): void {
    if (!(timer instanceof VirtualTimer)) return
    timer.cleared = true
    const { operation } = timer
    if (operation?.parked !== true) return
    operation.parked = false
    operation.process.take(operation.sequence)
  }
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
  readonly at: number

  constructor(
    private readonly execution: Execution,
    private readonly operation: Operation,
    private readonly due: number,
    private readonly wait: number,
  ) {
    this.slot = operation.process.slot
    this.at = due
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

/** `30 s`, `1.5 s`, `200 ms`, `10 min`, `24 h`, `7 days` */
export function describeDuration(milliseconds: number): string {
  if (milliseconds < 1000) return `${milliseconds} ms`
  if (milliseconds < 120_000) return `${milliseconds / 1000} s`
  if (milliseconds < 2 * 3_600_000) return `${trim(milliseconds / 60_000)} min`
  if (milliseconds < 48 * 3_600_000) return `${trim(milliseconds / 3_600_000)} h`
  return `${trim(milliseconds / 86_400_000)} days`
}

function trim(value: number): string {
  return String(Math.round(value * 10) / 10)
}

function virtualDate(clock: VirtualClock): DateConstructor {
  const handler: ProxyHandler<DateConstructor> = {
    construct(target, values: unknown[], newTarget: unknown) {
      const constructor = typeof newTarget === 'function' ? newTarget : target
      const made: unknown = Reflect.construct(target, values.length === 0 ? [epoch + clock.elapsed()] : values, constructor)
      return made as Date
    },
    apply(target) {
      return new target(epoch + clock.elapsed()).toString()
    },
    get(target, key, receiver) {
      if (key === 'now') return () => epoch + clock.elapsed()
      const member: unknown = Reflect.get(target, key, receiver === proxy ? target : receiver)
      return member
    },
  }
  const proxy = new Proxy(RealDate, handler)
  return proxy
}

/** Captured when this module is loaded, so that an execution within an execution cannot confuse the two. */
const RealDate = Date
