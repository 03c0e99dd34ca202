import { spawnSync } from 'node:child_process'
import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'

/**
 * What the commands cost, in processor time of all Node.js processes that take part, npm among them. Each is run in turn with the others, and again, so
 * that whatever else the machine does befalls all of them; what counts is the median. The unit is `npx vitest run` on one test that does nothing.
 */
export function measureCommands(root: string, rounds: number): readonly string[] {
  const folder = mkdtempSync(join(tmpdir(), 'bench-'))
  try {
    const trivial = trivialProject(folder, root)
    const now = (...args: readonly string[]): Run => ({ cwd: root, args: [npm(), '--silent', 'run', ...args] })
    const before = (...args: readonly string[]): Run => ({ cwd: folder, args: [npm(), '--silent', 'run', 'translated', '--', ...args] })
    const bare = (...args: readonly string[]): Run => ({ cwd: root, args: [join('lib', 'workshop', 'launch.mjs'), ...args] })
    const bareBefore = (...args: readonly string[]): Run => ({ cwd: root, args: [join('node_modules', 'tsx', 'dist', 'cli.mjs'), join('lib', 'workshop', 'main.ts'), ...args] })
    const runs = {
      unit: { cwd: root, args: [npm(), '--silent', 'exec', '--', 'vitest', 'run', '--root', trivial] },
      test: now('test', '--', 'exercise-01'),
      byVitest: now('test', '--', 'exercise-01', '--run'),
      testBefore: before('test', 'exercise-01', '--run'),
      hint: now('hint', '--', 'exercise-01'),
      hintBefore: before('hint', 'exercise-01'),
      start: now('start'),
      startBefore: before('start'),
      hintBare: bare('hint', 'exercise-01'),
      hintBareBefore: bareBefore('hint', 'exercise-01'),
      startBare: bare('start'),
      startBareBefore: bareBefore('start'),
    } satisfies Record<string, Run>
    const cost = medians(runs, rounds, folder)
    const line = (text: string, own: number, tsx: number): string => `  ${text.padEnd(24)}${times(own / cost.unit)} · ${times(own / tsx)} the same by tsx, as it was`
    return [
      'The commands, in processor time; 1 × is npx vitest run on one test that does nothing',
      line('npm test -- exercise-01', cost.test, cost.testBefore),
      line('the same by Vitest', cost.byVitest, cost.testBefore),
      line('npm run hint', cost.hint, cost.hintBefore),
      line('npm start', cost.start, cost.startBefore),
      line('hint, without npm', cost.hintBare, cost.hintBareBefore),
      line('start, without npm', cost.startBare, cost.startBareBefore),
    ]
  } finally {
    rmSync(folder, { recursive: true, force: true })
  }
}

interface Run {
  readonly cwd: string
  /** Of Node.js. */
  readonly args: readonly string[]
}

/** A test that does nothing, and a script that starts the commands as it was done before there was a build. */
function trivialProject(folder: string, root: string): string {
  writeFileSync(join(folder, 'trivial.test.js'), `import { test } from ${JSON.stringify(join(root, 'node_modules', 'vitest', 'dist', 'index.js'))}\ntest('nothing', () => undefined)\n`)
  writeFileSync(join(folder, 'vitest.config.js'), 'export default {}\n')
  const translated = ['node', join(root, 'node_modules', 'tsx', 'dist', 'cli.mjs'), join(root, 'lib', 'workshop', 'main.ts')].map((word) => JSON.stringify(word)).join(' ')
  writeFileSync(join(folder, 'package.json'), JSON.stringify({ private: true, scripts: { translated } }))
  return folder
}

function medians<Name extends string>(runs: Readonly<Record<Name, Run>>, rounds: number, folder: string): Record<Name, number> {
  const names = Object.keys(runs) as Name[]
  const costs = new Map<Name, number[]>(names.map((name) => [name, []]))
  for (const name of names) cost(runs[name], folder) // what is made once is made now
  for (let round = 0; round < rounds; round++) for (const name of names) costs.get(name)?.push(cost(runs[name], folder))
  return Object.fromEntries(names.map((name) => [name, median(costs.get(name) ?? [])])) as Record<Name, number>
}

function median(values: readonly number[]): number {
  return [...values].sort((a, b) => a - b)[Math.floor(values.length / 2)] ?? NaN
}

/** Milliseconds of processor time. Each process notes its own when it ends. */
function cost({ cwd, args }: Run, folder: string): number {
  const notes = mkdtempSync(join(folder, 'notes-'))
  const note = join(folder, 'note.cjs')
  writeFileSync(note, `const { isMainThread } = require('node:worker_threads')
const { writeFileSync } = require('node:fs')
if (isMainThread) process.on('exit', () => { const { user, system } = process.cpuUsage(); writeFileSync(require('node:path').join(process.env.BENCH_NOTES, String(process.pid)), String((user + system) / 1000)) })
`)
  const inherited = Object.entries(process.env).filter(([name]) => !/^(?:WORKSHOP_|npm_(?!execpath$)|NODE_OPTIONS$)/.test(name))
  const env = { ...Object.fromEntries(inherited), BENCH_NOTES: notes, NODE_OPTIONS: `--require ${JSON.stringify(note)}` }
  spawnSync(process.execPath, args, { cwd, env, stdio: 'ignore' })
  return readdirSync(notes).reduce((sum, file) => sum + Number(readFileSync(join(notes, file), 'utf8')), 0)
}

/** The program of npm, which says in the environment of a script where it is. */
function npm(): string {
  const { npm_execpath: path } = process.env
  if (path?.endsWith('npm-cli.js') === true) return path
  throw new Error('What the commands cost is measured with npm: start it as npm run bench.')
}

function times(value: number): string {
  return `${value.toFixed(2)} ×`
}
