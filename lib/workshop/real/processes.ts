import { fork } from 'node:child_process'
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { pathToFileURL } from 'node:url'
import type { Launch } from '../../real/crew.js'
import { builtFile } from '../built-file.js'
import { root } from '../exercises.js'
import { writeDownChecks, type GradedCheck } from './write-down.js'

/** What a process is told that plays a part of a system. */
export interface ProcessRequest {
  /** The path of the module of the graded checks. */
  readonly module: string
  /** The test, with the names of its suites. */
  readonly test: string
  /** Which check of it, from 0. */
  readonly number: number
  /** It is a consumer under load. */
  readonly load: boolean
}

/** The graded checks of an exercise, in a file that processes can load. */
export interface LoadedChecks {
  readonly tests: Awaited<ReturnType<typeof writeDownChecks>>
  /** Starts a process of the system of a check. */
  launch(check: GradedCheck, load?: boolean): Launch
  /** The path of the module. */
  readonly module: string
  remove(): void
}

export async function loadForReal(text: string): Promise<LoadedChecks> {
  const folder = mkdtempSync(join(tmpdir(), 'rock-solid-messaging-'))
  const remove = (): void => rmSync(folder, { recursive: true, force: true })
  try {
    const module = join(folder, 'checks.mjs')
    writeFileSync(module, text)
    const tests = await writeDownChecks(() => import(pathToFileURL(module).href))
    return {
      module,
      tests,
      launch: ({ test, number }, load = false) => () => {
        const request: ProcessRequest = { module, test: test.names.join(' > '), number, load }
        return fork(builtFile('real-process'), [JSON.stringify(request)], { cwd: root, env: { ...process.env, NODE_ENV: 'test' }, execArgv: [], stdio: ['ignore', 'ignore', 'pipe', 'ipc'] })
      },
      remove,
    }
  } catch (error) {
    remove()
    throw error
  }
}
