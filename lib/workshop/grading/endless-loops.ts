import { existsSync, readdirSync, readFileSync, rmSync } from 'node:fs'
import { join } from 'node:path'
import { shownPath } from '../../simulation/source-path.js'
import { root } from '../exercises.js'
import type { LoopReport } from '../watchdog/watch.js'
import { loopsFolder } from './loops-folder.js'
import type { Problem } from './result.js'

export interface Loop {
  /** The test that was running; undefined while files were being imported. */
  readonly test: string | undefined
  /** The exercise's folder, if the attendee's code was found on the stack. */
  readonly folder: string | undefined
  readonly problem: Problem
  /** True when nobody knows whose fault it was. */
  readonly unknown?: boolean
}

/** Takes the reports that processes left behind when they were ended because of an endless loop. */
export function takeLoops(): readonly Loop[] {
  try {
    return readdirSync(loopsFolder).map((file) => readLoop(file))
  } catch {
    return [] // there is no such folder: nothing was ended
  } finally {
    rmSync(loopsFolder, { recursive: true, force: true })
  }
}

/** Takes the report of one process. */
export function takeLoop(pid: number): Loop | undefined {
  const file = `${pid}.json`
  if (!existsSync(join(loopsFolder, file))) return undefined
  const loop = readLoop(file)
  rmSync(join(loopsFolder, file))
  if (readdirSync(loopsFolder).length === 0) rmSync(loopsFolder, { recursive: true, force: true })
  return loop
}

function readLoop(file: string): Loop {
  return describeLoop(JSON.parse(readFileSync(join(loopsFolder, file), 'utf8')) as LoopReport)
}

/** What a process says that Node.js has ended because nothing could resolve the promise that it waited for. */
export function waitsInVain(test: string | undefined): Loop {
  return {
    test,
    folder: undefined,
    problem: {
      title: test === undefined ? 'The file waits for something that never comes, while it is loaded.' : 'The check waits for something that never comes.',
      detail: 'No code runs, and nothing is under way that could go on: a promise that nobody resolves, or an `await` at the top level of a file that never ends. The run was ended.\nLook for a `new Promise` whose resolve is never called, and for an `await` outside of every function.',
      site: undefined,
    },
  }
}

/** How a process ended that nobody asked to end. */
export interface Ending {
  readonly code: number | null
  readonly signal: NodeJS.Signals | null
}

/**
 * The name of an ending that the system or Node.js has forced: a signal, or on Windows, which has none, the exit code. Undefined for one that a program
 * can choose.
 */
export function forcedEnding({ code, signal }: Ending): string | undefined {
  if (signal !== null) return signal
  if (code === 134) return 'SIGABRT' // 128 and the number of the signal: what a shell in between makes of it, and abort() on Windows
  if (code === 137) return 'SIGKILL'
  return code !== null && code >>> 0 >= 0xc0000000 ? `exit code 0x${(code >>> 0).toString(16).toUpperCase()}` : undefined
}

/** What usually stands behind it. */
function causeOf(ending: string): string {
  if (ending === 'SIGKILL') return 'process.kill at the top level of a file does that, and so does an operating system that is short of memory.'
  if (ending === 'SIGABRT' || ending === 'exit code 0xC0000409') return 'process.abort at the top level of a file does that, and so does Node.js when its memory has run out.'
  return 'process.kill or process.abort at the top level of a file does that, or memory that ran out.'
}

/**
 * What can be said of a process that has ended without a word, in the middle of a test.
 *
 * @param ending as `forcedEnding` says, where it is known.
 */
export function endedFromWithin(test: string | undefined, ending?: string): Loop {
  return {
    test,
    folder: undefined,
    unknown: true,
    problem: {
      title: `The process in which the checks run ended${test === undefined ? ' while the file was loaded' : ' in the middle of this one'}.`,
      detail: `${ending === undefined ? 'Something ended it from within, so nothing more could be judged: process.kill or process.abort at the top level of a file, or memory that ran out.' : `It was ended by ${ending.replace('exit', 'an error of the system, with exit')}, so nothing more could be judged. ${causeOf(ending)}`}\nLook for such a call, and for a list or a Map that grows without end.`,
      site: undefined,
    },
  }
}

function describeLoop({ idle, test, frames }: LoopReport): Loop {
  if (idle) return waitsInVain(test)
  const [innermost] = frames
  const outermost = frames.findLast(({ name }) => name !== '')
  const path = innermost === undefined ? undefined : shownPath(root, innermost.file)
  return {
    test,
    folder: path?.split('/')[1],
    problem: {
      title: `${outermost === undefined ? 'The code' : `"${outermost.name}"`} never ends, and lets nothing else happen.`,
      detail: 'A loop that never waits for anything real blocks its whole process: in production no other request would be answered, and no lock renewed. The run was ended.\nLook at what should end the loop: a condition that never changes, a missing break or return, a retry without a limit.',
      site: innermost === undefined || path === undefined ? undefined : `${path}:${innermost.line}`,
    },
  }
}
