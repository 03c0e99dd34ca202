import { createRequire, syncBuiltinESMExports } from 'node:module'
import { describeThrown } from '../system/index.js'
import { installGlobals, MisuseError, realInput } from '../simulation/index.js'
import type { Explorer } from './explorer.js'

/**
 * Keeps the simulation and the process around it apart while a check runs: real input and output is refused while code under test
 * runs, and a promise that was rejected and that nobody handled is put down to that code.
 */
export async function withoutInterference<Result>(explorer: Explorer, use: () => Promise<Result>): Promise<Result> {
  const listeners = process.listeners('unhandledRejection')
  process.removeAllListeners('unhandledRejection')
  const blame = (reason: unknown): void => explorer.execution?.fail(unhandled(reason))
  process.on('unhandledRejection', blame)
  const restoreGlobals = installGlobals(explorer.stage, explorer.options)
  const restore = refuseRealInput(explorer)
  try {
    return await use()
  } finally {
    restore()
    restoreGlobals()
    process.removeListener('unhandledRejection', blame)
    for (const listener of listeners) process.on('unhandledRejection', listener)
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
  'node:child_process': ['spawn', 'spawnSync', 'exec', 'execSync', 'execFile', 'execFileSync', 'fork'],
  'node:timers/promises': ['setTimeout', 'setImmediate', 'setInterval'],
  'node:crypto': ['randomUUID', 'randomBytes', 'randomInt'],
}

/** What can be had from the simulation under another name. */
const insteads: Readonly<Record<string, string>> = {
  'node:timers/promises': 'await new Promise((resolve) => setTimeout(resolve, 1000))',
  'node:crypto': 'crypto.randomUUID() of the global `crypto`, without an import',
}

function refuseRealInput(explorer: Explorer): () => void {
  const require = createRequire(import.meta.url)
  const undo: (() => void)[] = []
  for (const [module, names] of Object.entries(doors)) {
    const exports = require(module) as Record<string, unknown>
    for (const name of names) {
      const real = exports[name]
      if (typeof real !== 'function') continue
      exports[name] = function (this: unknown, ...values: unknown[]): unknown {
        const { execution } = explorer.stage
        if (execution !== undefined) throw withInstead(realInput(execution, `${module}.${name}()`), module)
        const result: unknown = Reflect.apply(real, this, values)
        return result
      }
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
