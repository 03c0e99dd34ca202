import { spawnSync } from 'node:child_process'
import { join } from 'node:path'
import { afterEach, describe, expect, test, vi } from 'vitest'
import { namedExercises, oneExercise } from './arguments.js'
import { runCommand } from './command-line.js'
import { ExplainedError } from './explained-error.js'
import { findExercise, listExercises, root, type Exercise } from './exercises.js'
import { hasStories } from './replay/rerun.js'
import { knownFlags, parseVitestArguments, plainArguments } from './vitest-flags.js'

afterEach(() => {
  vi.restoreAllMocks()
})

async function typed(...args: string[]): Promise<{ code: number; text: string }> {
  const texts: string[] = []
  const write = (text: string | Uint8Array): boolean => texts.push(String(text)) > 0
  vi.spyOn(process.stdout, 'write').mockImplementation(write)
  vi.spyOn(process.stderr, 'write').mockImplementation(write)
  const code = await runCommand(args)
  vi.restoreAllMocks()
  return { code, text: texts.join('').trimEnd() }
}

describe('wrong arguments get an answer in three parts, and exit code 2', () => {
  test.each([
    [['dance'], 'There is no command "dance"'],
    [['test', 'exercise-99'], 'There is no exercise "exercise-99"'],
    [['sheets', 'exercise-99'], 'There is no exercise "exercise-99"'],
    [['test', '--watch'], 'No exercise was named'],
    [['test', '1', '--wach'], 'There is no flag --wach'],
    [['test', '1', '-t'], '-t needs a part of the name of a check'],
    [['test', '1', '--reporter', 'fancy'], 'There is no reporter "fancy"'],
    [['hint'], 'No exercise was named'],
    [['hint', '1', '--nmber', '2'], "Unknown option '--nmber'"],
    [['hint', '1', '--number', '99'], 'exercise-01 has no hint 99'],
    [['solution', '1', '12'], 'Several exercises were named'],
    [['reset', 'x'], 'There is no exercise "x"'],
    [['grade', '--xml'], "Unknown option '--xml'"],
    [['start', '1'], "Unexpected argument '1'"],
    [['grade', '--min-stars', 'many'], '--min-stars many is no number of stars'],
    [['grade', '1', '--min-stars', '4'], '--min-stars 4 is no number of stars'],
    [['compare', 'x'], 'There is no comparison "x"'],
    [['compare', 'distribution', '2'], 'There is no comparison "distribution 2"'],
    [['compare', 'distribution', '--seed', 'x'], '--seed x is no seed'],
    [['compare', 'distribution', '--seed', '0'], '--seed 0 is no seed'],
    [['compare', '--seed', '2'], 'The comparison of deduplications draws nothing'],
    [['restore'], 'No exercise was named'],
    [['restore', '1', '1', '2'], 'Too many arguments: 1, 1, 2'],
    [['room', 'x'], "Unexpected argument 'x'"],
    [['room', '--port'], '--port needs a value'],
    [['room', '--port', '0'], '--port 0 is no port'],
    [['room', '--port', '70000'], '--port 70000 is no port'],
    [['room', '--host', '0.0.0.0'], '--host 0.0.0.0 means every network of this machine'],
    [['room', '--host', 'en99'], '--host en99 is no address and no network interface of this machine'],
    [['room', '--csv', '--json'], 'Both --csv and --json were asked for'],
    [['join', '--code', 'KLIF'], 'To join a room takes more: the address and --name'],
    [['join', '192.168.1.20', '--name', 'Ada'], 'To join a room takes more: --code'],
    [['join', '192.168.1.20', 'Ada', '--code', 'KLIF'], 'Too many arguments: 192.168.1.20, Ada'],
    [['join', '192.168.1.20:x', '--code', 'KLIF', '--name', 'Ada'], '"192.168.1.20:x" is not the address of a room'],
    [['join', '192.168.1.20', '--code', 'KLIF', '--name', ' '], 'The name is empty'],
    [['join', '192.168.1.20', '--code', 'KLIF', '--name', 'a'.repeat(41)], 'This cannot be shown as a name'],
  ])('%j', async (args, what) => {
    const { code, text } = await typed(...args)
    expect(code).toBe(2)
    const [first = '', ...others] = text.split('\n')
    expect(first.startsWith(`✗ ${what}`), first).toBe(true)
    expect(others.filter((line) => line.startsWith('  ')).length).toBeGreaterThanOrEqual(2)
  })

  test('an unknown name lists the known ones', async () => {
    expect((await typed('observe', 'nope')).text).toContain('exercise-01 (double-click)')
  })
})

test.each(['start', 'test', 'observe', 'replay', 'story', 'hint', 'solution', 'reset', 'restore', 'mob', 'room', 'join', 'grade', 'slides', 'sheets', 'bench', 'compare', 'tlc'])('%s explains itself', async (name) => {
  const { code, text } = await typed(name, '--help')
  expect(code).toBe(0)
  expect(text).toMatch(/\n {2}npm (?:run )?[a-z]+/)
  expect(text.split('\n').filter((line) => line.length > 80)).toEqual([])
  const usage = text.split('\n\n')[1] ?? ''
  expect(usage.split('\n').filter((line) => line.split('[').length !== line.split(']').length), 'no line ends between brackets').toEqual([])
})

test('results that cannot be written are told before anything is judged', async () => {
  const { code, text } = await typed('grade', '1', '--junit', join(root, 'package.json', 'results.xml'))
  expect(code).toBe(1)
  expect(text.replace(/\s+/g, ' ')).toMatch(/^✗ The results cannot be written to ".*results\.xml": (?:EEXIST|ENOTDIR).*Give --junit a file in a folder that you may write to\.$/)
})

test.runIf(process.platform === 'linux')('so they are where no folder can be made, and the command ends', async () => {
  const { code, text } = await typed('grade', '1', '--junit', '/proc/nowhere/results.xml')
  expect(code).toBe(1)
  expect(text).toContain('✗ The results cannot be written to "/proc/nowhere/results.xml"')
})

test.each([10, 11])('exercise %i has no story to step through, and says so', async (number) => {
  for (const command of ['replay', 'story']) {
    const { code, text } = await typed(command, String(number))
    expect(code).toBe(1)
    expect(text).toBe(`✗ exercise-${number} has no story to step through.\n  Its checks print everything they have to say.\n  npm test -- exercise-${number} shows it.`)
  }
})

test('all others have one, but for the model', () => {
  expect(listExercises().filter((exercise) => !hasStories(exercise)).map(({ number }) => number)).toEqual([10, 11, 12, 22])
})

describe('an exercise has many names', () => {
  const exercises: Exercise[] = [1, 7, 12].map((number) => ({ number, name: `exercise-${String(number).padStart(2, '0')}`, folder: `exercise-${String(number).padStart(2, '0')}-title-${number}`, title: `title-${number}`, module: { number: 1, title: '', elective: false } }))

  test.each(['7', '07', 'exercise-7', 'exercise-07', 'EXERCISE-07', 'ex7', 'title-7', 'exercise-07-title-7', 'exercises/exercise-07-title-7', './exercises/exercise-07-title-7/', 'exercises\\exercise-07-title-7\\book.ts', 'solutions/exercise-07-title-7/near-misses/swapped.ts', '.\\solutions\\exercise-07-title-7\\README.md', 'facilitation/exercise-07-title-7.md'])('%s', (text) => {
    expect(findExercise(text, exercises)?.number).toBe(7)
  })

  test.each(['', '70', '-7', 'seven', 'exercise', '7.5'])('%j is none', (text) => {
    expect(findExercise(text, exercises)).toBeUndefined()
  })

  test('several are put in order, each once', () => {
    expect(namedExercises(['12', '1', 'exercise-12']).map(({ number }) => number)).toEqual([1, 12])
    expect(oneExercise(['1', '01']).number).toBe(1)
    expect(() => oneExercise(['1', '12'])).toThrow(ExplainedError)
  })
})

describe("vitest's flags", () => {
  test('pass through, in any order', async () => {
    expect(await parseVitestArguments(['--watch', '7', '-t', 'two clicks', '08', '--reporter=json', '--bail', '2'])).toEqual({ names: ['7', '08'], flags: { watch: true, testNamePattern: 'two clicks', bail: 2 }, reporters: ['json'] })
  })

  test('-t knows a check by the words of an export, too', async () => {
    const { only } = plainArguments(['10', '-t', 'looksRight']) ?? {}
    expect(only?.test('★★ a deduplication that looks right: the promise must break')).toBe(true)
    expect(only?.test('★ looksRight')).toBe(true)
    expect(only?.test('★★ lost update: the promise must break')).toBe(false)
    expect(plainArguments(['12', '-t', 'NoGhostMessages'])?.only?.source).toBe('NoGhostMessages')
    expect((await parseVitestArguments(['--watch', '10', '-t', 'lostUpdate'])).flags).toEqual({ watch: true, testNamePattern: 'lostUpdate|lost update' })
  })

  test('are those that vitest lists', () => {
    const { stdout } = spawnSync(process.execPath, [join(root, 'node_modules', 'vitest', 'vitest.mjs'), '--help'], { encoding: 'utf8' })
    const listed = Array.from(stdout.matchAll(/^\s+(?:-\w, )?--(?:no-)?(\w+)/gm), ([, name]) => name ?? '')
    expect(listed.length).toBeGreaterThan(40)
    expect(listed.filter((name) => !['help', 'version', 'no'].includes(name) && !knownFlags.includes(name))).toEqual([])
  })
})
