import { Chalk } from 'chalk'
import { describe, expect, test } from 'vitest'
import { displayWidth } from '../../story/width.js'
import type { EnvironmentCheck } from '../environment.js'
import { listExercises, modules, type Exercise } from '../exercises.js'
import { readyLine, type Machine } from '../ready-line.js'
import type { Progress } from '../records/progress.js'
import type { Terminal } from '../screen/terminal.js'
import { startScreen } from './start.js'

const nothing = (): void => undefined
const terminal: Terminal = { width: 80, colour: false, paint: new Chalk({ level: 0 }), interactive: false, print: nothing, complain: nothing, wipe: nothing, whisper: nothing }
const machine: Machine = { node: '22.11.0', agent: 'npm/11.6.2 node/v22.11.0 linux x64 workspaces/false', platform: 'linux', architecture: 'x64', workshop: '1.0.0', done: 0, exercises: 16 }
const fine: readonly EnvironmentCheck[] = ['Node.js 22.11.0', 'dependencies', 'SQLite 3.53.2 (better-sqlite3)', '80 columns', 'colour'].map((name) => ({ name, advice: undefined }))
const noSqlite: EnvironmentCheck = { name: 'No SQLite loads', advice: 'a reason that is '.repeat(12), missing: 'SQLite' }

const untouched: Progress = { untouched: true, judged: undefined, done: false }
const core = listExercises().filter(({ module }) => !module.elective)
const elective = (number: number): Exercise => ({ number, name: `exercise-${number}`, folder: `exercise-${number}-back-off`, title: 'back-off', module: modules.find(({ exercises }) => exercises.includes(number)) ?? { number: 0, title: '', elective: true } })
const all = [...core, ...modules.flatMap((module) => (module.elective ? module.exercises.map(elective) : []))]
const lines = (progress: Progress, checks = fine, width = 80, exercises = all): string[] =>
  startScreen(exercises.map((exercise) => ({ exercise, progress })), checks, readyLine(machine, checks), { ...terminal, width }).split('\n')

describe('npm start', () => {
  test.each<[string, Progress]>([
    ['untouched', untouched],
    ['changed', { untouched: false, judged: undefined, done: false }],
    ['in progress', { untouched: false, judged: { level: 2, passed: 12, total: 19 }, done: false }],
    ['done', { untouched: false, judged: { level: 3, passed: 5, total: 5 }, done: true }],
  ])('fits 80 × 24 with the prompt below it, %s, with all electives', (_, progress) => {
    const shown = lines(progress)
    expect(shown.length).toBeLessThanOrEqual(23)
    expect(shown.filter((line) => displayWidth(line) > 80)).toEqual([])
    for (const { name } of core) expect(shown.join('\n')).toMatch(new RegExp(`(?:^|\\s)${name.slice(-2)} `, 'm'))
  })

  test('shows electives below the core, by module, and counts none of them', () => {
    const shown = lines(untouched)
    expect(shown[0]).toMatch(/ 0 of 16 done$/)
    expect(shown.slice(13, 16)).toEqual([
      '6 · Share the work 17–20   7 · Agree 21–22   8 · Time and long processes 23–25',
      '9 · Workflows as code 26–28   10 · Out into the world 29–30',
      '',
    ])
    expect(lines(untouched, fine, 80, core)).toEqual(shown.filter((line) => !/^(?:6|9) · /.test(line)))
    const done: Progress = { untouched: false, judged: { level: 3, passed: 5, total: 5 }, done: true }
    const steps = [...core.map((exercise) => ({ exercise, progress: done })), ...[17, 18, 20, 21].map((number) => ({ exercise: elective(number), progress: number === 18 ? untouched : done }))]
    const screen = startScreen(steps, fine, '', { ...terminal, width: 80 })
    expect(screen).toMatch(/█ 16 of 16 done\n/)
    expect(screen).toContain('\n6 · Share the work 17–18 20 2✓   7 · Agree 21 ✓\n')
    expect(screen).toContain('\nNext: elective 18 · back-off\n')
  })

  test('keeps warnings and the last line in sight', () => {
    const shown = lines(untouched, [...fine.slice(0, 2), noSqlite, { ...noSqlite, name: 'another' }])
    const last = shown.slice(-23).join('\n')
    expect(last).toContain('✓ Node.js 22.11.0')
    expect(last).toContain('! No SQLite loads\n  a reason that is')
    expect(shown.at(-1)).toMatch(/^not ready \(SQLite, SQLite\): /)
  })

  test('has one column where there is no room for two', () => {
    const shown = lines(untouched, fine, 50)
    expect(shown.filter((line) => displayWidth(line) > 50 && !/npm |exercises\/|ready/.test(line))).toEqual([])
  })

  test('shows stars only of what was judged, untouched or not', () => {
    expect(lines(untouched).join('')).not.toMatch(/[★☆]/)
    expect(lines({ untouched: true, judged: { level: 1, passed: 2, total: 5 }, done: false }).join('\n')).toMatch(/01 double-click +★☆☆ 2 of 5/)
  })
})

describe('the line for the facilitator', () => {
  test('names versions, and fits a line', () => {
    expect(readyLine(machine, fine)).toBe('ready: v1.0.0 · Node 22.11 · npm 11 · Linux x64 · better-sqlite3 · 0 of 16')
    expect(readyLine({ ...machine, platform: 'win32', architecture: 'arm64', done: 16 }, fine).length).toBeLessThanOrEqual(80)
    expect(readyLine({ ...machine, platform: 'darwin', agent: '' }, fine)).toBe('ready: v1.0.0 · Node 22.11 · macOS x64 · better-sqlite3 · 0 of 16')
  })

  test('says what is missing', () => {
    expect(readyLine({ ...machine, node: '18.20.1' }, [{ name: 'Node.js 18.20.1', advice: 'x', missing: 'Node.js 20.19' }, noSqlite])).toBe('not ready (Node.js 20.19, SQLite): v1.0.0 · Node 18.20 · npm 11 · Linux x64 · 0 of 16')
  })
})
