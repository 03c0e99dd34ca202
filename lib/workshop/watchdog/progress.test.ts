import { spawnSync } from 'node:child_process'
import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { buildSync } from 'esbuild'
import { afterAll, expect, test } from 'vitest'
import type { LoopReport } from './watch.js'

const folder = mkdtempSync(join(tmpdir(), 'watchdog-'))
afterAll(() => rmSync(folder, { recursive: true, force: true }))

/** A process under the watchdog that keeps its main thread busy for so many milliseconds of processor time. */
function busy(name: string, work: string): { readonly ended: boolean; readonly reports: readonly LoopReport[] } {
  const reports = join(folder, name)
  const program = `
    import { startWatchdog } from './watchdog.ts'
    import { reportProgress } from '../../progress.ts'
    import { check } from '../../model-checker/index.ts'
    const watchdog = startWatchdog({ folder: ${JSON.stringify(reports)}, limit: 400, patience: 10 })
    watchdog.name('the check that is running')
    await new Promise((resolve) => setTimeout(resolve, 300))
    const used = () => { const { user, system } = process.cpuUsage(); return (user + system) / 1000 }
    const start = used()
    const longEnough = () => used() - start > 1500
    ${work}`
  const file = join(folder, `${name}.mjs`)
  buildSync({ stdin: { contents: program, resolveDir: fileURLToPath(new URL('.', import.meta.url)), loader: 'ts' }, bundle: true, platform: 'node', format: 'esm', outfile: file, logLevel: 'error' })
  const { status, stderr } = spawnSync(process.execPath, [file], { encoding: 'utf8' })
  expect(stderr).toBe('')
  const files = existsSync(reports) ? readdirSync(reports) : []
  return { ended: status !== 0, reports: files.map((file) => JSON.parse(readFileSync(join(reports, file), 'utf8')) as LoopReport) }
}

test('whoever neither turns the event loop nor makes progress is ended, and named', () => {
  expect(busy('endless', 'while (!longEnough());')).toEqual({ ended: true, reports: [{ idle: false, test: 'the check that is running', frames: [] }] })
})

test('work that reports its progress goes on, however long it takes', () => {
  expect(busy('honest', 'while (!longEnough()) reportProgress()')).toEqual({ ended: false, reports: [] })
})

test('the model checker reports its progress', () => {
  const counter = '{ initial: [{ n: 0, seen: [] }], actions: { Count: ({ n, seen }) => (longEnough() ? [] : [{ n: n + 1, seen: [n, ...seen.slice(0, 50)] }]) }, terminal: () => true }'
  expect(busy('model', `check(${counter}, { maxStates: 100_000_000 })`)).toEqual({ ended: false, reports: [] })
})

test('an endless loop inside an action of a specification is ended all the same', () => {
  const stuck = '{ initial: [{ n: 0 }], actions: { Stick: () => { while (!longEnough()); return [] } } }'
  expect(busy('stuck', `check(${stuck})`).ended).toBe(true)
})

test('whoever waits for something that never comes is ended, and named', () => {
  expect(busy('idle', 'setInterval(() => undefined, 50); await new Promise(() => undefined)')).toEqual({ ended: true, reports: [{ idle: true, test: 'the check that is running', frames: [] }] })
})

test('between two checks nobody needs to do anything', () => {
  expect(busy('resting', 'watchdog.rest(); await new Promise((resolve) => setTimeout(resolve, 2500))')).toEqual({ ended: false, reports: [] })
})
