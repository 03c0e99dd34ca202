import { AsyncLocalStorage } from 'node:async_hooks'
import { epoch, fractionBy, type Chance, type RandomStream, type Task } from '../simulation/index.js'

/** What code of a system gets where it looks at a clock, sets a timer or draws a random value. */
export interface Surroundings {
  /** Virtual milliseconds since the execution began. */
  readonly now: number
  /** Calls back when so many virtual milliseconds have passed. @returns what takes it back. */
  readonly later: (milliseconds: number, callback: () => void) => () => void
  /** What the simulator would draw; `undefined` for real chance. */
  readonly random: RandomStream | undefined
  /** By how many milliseconds the clock on the wall is wrong. */
  readonly skew: number
  /** How `Math.random()` comes out. */
  readonly chance: Chance | undefined
}

const code = new AsyncLocalStorage<Surroundings>()

/** Runs code of a system: in it, and in whatever follows from it, time is the director's. Libraries around it keep the real one. */
export function asCode<Result>(surroundings: Surroundings, run: () => Result): Result {
  return code.run(surroundings, run)
}

/** Runs what is not the system's, though it is called from there. */
export function asOurs<Result>(run: () => Result): Result {
  return code.exit(run)
}

/** Surroundings of a task: its random values are those that the simulator draws for it. */
export function surroundingsOf(clock: Omit<Surroundings, 'random'>, task: Task, seeded: boolean): Surroundings {
  return {
    get now() {
      return clock.now
    },
    later: (milliseconds, callback) => {
      task.nextOperation() // in the simulator a timer is one, and what comes after it is counted on
      return clock.later(milliseconds, callback)
    },
    skew: clock.skew,
    chance: clock.chance,
    get random() {
      return seeded ? task.random : undefined
    },
  }
}

/**
 * An hour cannot be waited for, so the clocks of all processes are the director's: nobody waits for it but code that asked to. Only clocks, timers and
 * chance are replaced; everything else that code of a system meets is real.
 */
export function installClock(): void {
  const real = { Date, setTimeout, setInterval, clearTimeout, clearInterval, random: Math.random.bind(Math), uuid: crypto.randomUUID.bind(crypto), now: performance.now.bind(performance) }
  const now = (): number => {
    const surroundings = code.getStore()
    return surroundings === undefined ? real.Date.now() : epoch + surroundings.now + surroundings.skew
  }
  globalThis.Date = new Proxy(real.Date, {
    construct: (target, values: unknown[], newTarget) => Reflect.construct(target, values.length === 0 ? [now()] : values, newTarget) as Date,
    apply: (target) => new target(now()).toString(),
    get(target, key) {
      const member: unknown = key === 'now' ? now : Reflect.get(target, key, target)
      return member
    },
  })
  replace(globalThis, 'setTimeout', (callback: Callback, delay: unknown, ...values: unknown[]) => setTimer(callback, delay, values, false, real.setTimeout))
  replace(globalThis, 'setInterval', (callback: Callback, delay: unknown, ...values: unknown[]) => setTimer(callback, delay, values, true, real.setInterval))
  for (const key of ['clearTimeout', 'clearInterval'] as const) {
    replace(globalThis, key, (timer: unknown) => {
      if (timer instanceof Timer) timer.clear()
      else real[key](timer as NodeJS.Timeout)
    })
  }
  replace(performance, 'now', () => {
    const surroundings = code.getStore()
    return surroundings === undefined ? real.now() : surroundings.now + surroundings.skew
  })
  replace(Math, 'random', () => fractionBy(code.getStore()?.chance, code.getStore()?.random?.fraction() ?? real.random()))
  replace(crypto, 'randomUUID', () => code.getStore()?.random?.uuid() ?? real.uuid())
}

function replace(target: object, key: string, value: unknown): void {
  Object.defineProperty(target, key, { value, configurable: true, writable: true, enumerable: true })
}

type Callback = (...values: unknown[]) => void

function setTimer(callback: Callback, delay: unknown, values: unknown[], repeat: boolean, real: (callback: Callback, delay: number, ...values: unknown[]) => unknown): unknown {
  const surroundings = code.getStore()
  const wait = typeof delay === 'number' && delay > 0 ? Math.ceil(delay) : 0
  if (surroundings === undefined) return real(callback, wait, ...values)
  const timer = new Timer()
  const arm = (): void => {
    timer.cancel = surroundings.later(repeat ? Math.max(1, wait) : wait, () => {
      if (repeat) arm()
      asCode(surroundings, () => callback(...values))
    })
  }
  arm()
  return timer
}

/** What `setTimeout` returns to code of a system. */
class Timer {
  cancel: () => void = () => undefined

  clear(): void {
    this.cancel()
  }

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
