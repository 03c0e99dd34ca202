import type { Explanation } from '../../simulation/index.js'
import type { DriverName } from './driver.js'

export interface Machine {
  /** As in `process.platform`. */
  readonly platform: string
  /** As in `process.versions.node`. */
  readonly node: string
}

/** What to do on a machine where no SQLite loads. `failures` has what each driver threw that was tried. */
export function whyNoSqlite(failures: Readonly<Partial<Record<DriverName, unknown>>>, machine: Machine): Explanation {
  const state = 'better-sqlite3' in failures ? stateOf(failures['better-sqlite3']) : undefined
  const reasons = [
    ...(state === undefined ? [] : [states[state]]),
    ...('node:sqlite' in failures ? [`Node.js ${machine.node} has no SQLite of its own`] : []),
  ]
  const newer = 'node:sqlite' in failures ? 'use Node.js 22.13 or later, which has SQLite inside' : 'leave WORKSHOP_SQLITE out'
  return {
    what: 'No SQLite loads on this machine.',
    why: `The exercises keep their documents in SQLite, so they cannot run. ${capitalised(reasons.join(', and '))}.`,
    next: state === undefined ? `${capitalised(newer)}, or leave WORKSHOP_SQLITE out.` : `${remedies(machine.platform)[state]} Or ${newer}.`,
  }
}

type State = 'absent' | 'not built' | 'built for another' | 'unsafe'

const states: Readonly<Record<State, string>> = {
  absent: 'better-sqlite3 could not be built when npm ci ran',
  'not built': 'better-sqlite3 was not built, since npm did not run its install script',
  'built for another': 'better-sqlite3 was built for another Node.js or another kind of machine',
  unsafe: 'better-sqlite3 12 can abort this Node.js, and is not used',
}

/** npm removes an optional dependency whose install script fails, and keeps one whose script it was told not to run. */
function stateOf(failure: unknown): State {
  const { code, message } = failure instanceof Error ? (failure as NodeJS.ErrnoException) : { code: undefined, message: String(failure) }
  if (code === 'MODULE_NOT_FOUND' && message.includes("'better-sqlite3'")) return 'absent'
  if (message.includes('can abort Node.js')) return 'unsafe'
  return message.includes('Could not locate the bindings file') ? 'not built' : 'built for another'
}

function remedies(platform: string): Readonly<Record<State, string>> {
  const compiler = compilers[platform] ?? 'Install Python 3, make and a C++ compiler'
  return {
    absent: `${compiler}, then run npm ci again.`,
    'not built': `Run npm rebuild better-sqlite3 --ignore-scripts=false. If that finds no compiler: ${compiler.charAt(0).toLowerCase()}${compiler.slice(1)}.`,
    unsafe: 'Use another version of Node.js.',
    'built for another': 'Run npm ci again, with the Node.js that you use now.',
  }
}

const compilers: Readonly<Record<string, string>> = {
  linux: 'Install Python 3 and a C++ compiler (Debian, Ubuntu: sudo apt install python3 make g++)',
  darwin: 'Install the command line tools (xcode-select --install), which have Python 3 and a C++ compiler',
  win32: 'Install Python 3 (winget install Python.Python.3.13) and Visual Studio Build Tools with "Desktop development with C++" (winget install Microsoft.VisualStudio.2022.BuildTools, then choose it in the installer)',
}

function capitalised(text: string): string {
  return /^Node|^better/.test(text) ? text : text.charAt(0).toUpperCase() + text.slice(1)
}
