import { createRequire, syncBuiltinESMExports } from 'node:module'
import { describeThrown } from '../system/index.js'
import { installGlobals, MisuseError, realInput, type Execution } from '../simulation/index.js'
import { frozenGlobal, refuseChangedGlobals } from './changed-globals.js'
import type { Explorer } from './explorer.js'

/**
 * Keeps the simulation and the process around it apart while a check runs: real input and output is refused while code under test
 * runs, and a promise that was rejected and that nobody handled is put down to that code.
 */
export async function withoutInterference<Result>(explorer: Explorer, use: () => Promise<Result>): Promise<Result> {
  refuseChangedGlobals()
  const listeners = process.listeners('unhandledRejection')
  process.removeAllListeners('unhandledRejection')
  const blame = (reason: unknown): void => explorer.execution?.fail(unhandled(reason))
  process.on('unhandledRejection', blame)
  const restoreGlobals = replaceGlobals(explorer)
  const restore = refuseRealInput(explorer)
  const restoreProcess = protectProcess(explorer)
  try {
    return await use()
  } finally {
    restoreProcess()
    restore()
    restoreGlobals()
    process.removeListener('unhandledRejection', blame)
    for (const listener of listeners) process.on('unhandledRejection', listener)
    refuseChangedGlobals() // whatever was found or thrown meanwhile is not to be believed
  }
}

function replaceGlobals({ stage, options }: Explorer): () => void {
  try {
    return installGlobals(stage, options)
  } catch (error) {
    throw frozenGlobal(error)
  }
}

function unhandled(reason: unknown): MisuseError {
  if (reason instanceof MisuseError) return reason
  return new MisuseError('unhandled-rejection', {
    what: `A promise was rejected and nobody handled it: ${describeThrown(reason).replace(/\.$/, '')}.`,
    why: 'In production this ends the process (Node.js does so since version 15), together with everything that it was working on.',
    next: 'Look for an async call without `await`: its error cannot reach any `catch`.',
  })
}

/** The doors to the outside, by module. */
const doors: Readonly<Record<string, readonly string[]>> = {
  'node:fs': ['readFile', 'readFileSync', 'writeFile', 'writeFileSync', 'appendFile', 'appendFileSync', 'existsSync', 'mkdirSync', 'readdirSync', 'rmSync', 'unlinkSync', 'createReadStream', 'createWriteStream', 'open', 'openSync'],
  'node:fs/promises': ['readFile', 'writeFile', 'appendFile', 'mkdir', 'readdir', 'rm', 'unlink', 'open'],
  'node:http': ['request', 'get', 'createServer'],
  'node:https': ['request', 'get'],
  'node:net': ['connect', 'createConnection', 'createServer'],
  'node:dns': ['lookup', 'resolve'],
  'node:worker_threads': ['Worker'],
  'node:cluster': ['fork'],
  'node:child_process': ['spawn', 'spawnSync', 'exec', 'execSync', 'execFile', 'execFileSync', 'fork'],
  'node:timers/promises': ['setTimeout', 'setImmediate', 'setInterval'],
  'node:crypto': ['randomUUID', 'randomBytes', 'randomInt'],
}

/** What can be had from the simulation under another name. */
const insteads: Readonly<Record<string, string>> = {
  'node:timers/promises': 'await new Promise((resolve) => setTimeout(resolve, 1000))',
  'node:crypto': 'crypto.randomUUID() of the global `crypto`, without an import',
}

/** What would end, halt or change the process in which the checks run. */
const reins: readonly (readonly [object: object, name: string, key: string])[] = [
  ...['exit', 'abort', 'kill', 'chdir', 'on', 'once', 'addListener', 'prependListener', 'removeAllListeners'].map((key) => [process, 'process', key] as const),
  [Atomics, 'Atomics', 'wait'],
]

function protectProcess(explorer: Explorer): () => void {
  const undo = reins.map(([object, name, key]) => {
    const before = Object.getOwnPropertyDescriptor(object, key)
    const real: unknown = Reflect.get(object, key)
    const standIn = function (this: unknown, ...values: unknown[]): unknown {
      const { execution } = explorer.stage
      if (execution !== undefined) throw refusedRein(execution, `${name}.${key}()`)
      const result: unknown = typeof real === 'function' ? Reflect.apply(real, this, values) : undefined
      return result
    }
    Object.defineProperty(object, key, { value: standIn, configurable: true, writable: true, enumerable: before?.enumerable ?? false })
    return () => {
      if (before === undefined) Reflect.deleteProperty(object, key)
      else Object.defineProperty(object, key, before)
    }
  })
  return () => {
    for (const restore of undo) restore()
  }
}

function refusedRein(execution: Execution, call: string): MisuseError {
  const error = new MisuseError('real-io', {
    what: `${execution.current?.process.node.name ?? 'The code'} called \`${call}\`: that is about the process in which the checks run.`,
    why: 'In it every process of the simulation runs, so all of them would be ended, halted or changed at once.',
    next: 'Throw an error to give up on a message. Crashes come from the check.',
  })
  execution.fail(error)
  return error
}

function refuseRealInput(explorer: Explorer): () => void {
  const require = createRequire(import.meta.url)
  const undo: (() => void)[] = []
  for (const [module, names] of Object.entries(doors)) {
    const exports = require(module) as Record<string, unknown>
    for (const name of names) {
      const real = exports[name]
      if (typeof real !== 'function') continue
      const keepShut = (): void => {
        const { execution } = explorer.stage
        if (execution !== undefined) throw withInstead(realInput(execution, `${module}.${name}()`), module)
      }
      exports[name] = new Proxy(real, {
        apply(target, self, values): unknown {
          keepShut()
          return Reflect.apply(target, self, values)
        },
        construct(target, values: unknown[], newTarget): object {
          keepShut()
          return Reflect.construct(target, values, newTarget) as object
        },
      })
      undo.push(() => {
        exports[name] = real
      })
    }
  }
  syncBuiltinESMExports()
  return () => {
    for (const restore of undo) restore()
    syncBuiltinESMExports()
  }
}

function withInstead(error: MisuseError, module: string): MisuseError {
  const instead = insteads[module]
  return instead === undefined ? error : new MisuseError(error.kind, { ...error.explanation, next: `Use ${instead}.` })
}
