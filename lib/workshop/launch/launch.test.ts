import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, statSync, utimesSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, describe, expect, test } from 'vitest'
import { copyWorkshop, type Copy } from '../fixtures/copy.js'
import { fingerprint, signature, sourceFiles } from './sources.mjs'

const copies: Copy[] = []
const copy = (): Copy => {
  const made = copyWorkshop({ ownPackages: true })
  copies.push(made)
  return made
}
const small = mkdtempSync(join(tmpdir(), 'sources-'))
afterAll(() => {
  for (const each of copies) each.remove()
  rmSync(small, { recursive: true })
})

/** Changes a file so that its size and the time of the change, as editors and git may set it, are those of before. */
function changeUnseen(file: string, from: string, to: string): void {
  expect(to.length).toBe(from.length)
  const { atime, mtime } = statSync(file)
  const text = readFileSync(file, 'utf8')
  expect(text).toContain(from)
  writeFileSync(file, text.replace(from, to))
  utimesSync(file, atime, mtime)
}

describe('what a build is made of', () => {
  mkdirSync(join(small, 'lib', 'story'), { recursive: true })
  mkdirSync(join(small, 'node_modules', 'esbuild'), { recursive: true })
  const file = join(small, 'lib', 'story', 'width.ts')
  writeFileSync(file, 'export const width = 80')
  writeFileSync(join(small, 'lib', 'story', 'width.test.ts'), '')
  writeFileSync(join(small, 'node_modules', 'esbuild', 'package.json'), '{"version":"1.0.0"}')
  const states = (): [string, string] => [fingerprint(sourceFiles(small), small), signature(sourceFiles(small), small).text]
  const differs = ([one, other]: readonly [string, string], [again, otherAgain]: readonly [string, string]): void => expect([one === again, other === otherAgain]).toEqual([false, false])

  test('is the same as long as nothing changes', () => {
    expect(states()).toEqual(states())
    expect(sourceFiles(small)).toContain(join('lib', 'story', 'width.ts'))
    expect(sourceFiles(small)).not.toContain(join('lib', 'story', 'width.test.ts'))
  })

  test('changes with a file, even if its size and time are those of before', () => {
    const before = states()
    changeUnseen(file, '80', '81')
    differs(before, states())
  })

  test('changes with the version of a package', () => {
    const before = states()
    changeUnseen(join(small, 'node_modules', 'esbuild', 'package.json'), '1.0.0', '1.0.1')
    differs(before, states())
  })

  test('changes with a file that is new, or gone', () => {
    const before = states()
    writeFileSync(join(small, 'lib', 'new.ts'), '')
    const between = states()
    differs(before, between)
    rmSync(join(small, 'lib', 'new.ts'))
    expect(states()).toEqual(before)
  })

  test('changes with Node.js', () => {
    const files = sourceFiles(small)
    expect(fingerprint(files, small, 'v20.19.0')).not.toBe(fingerprint(files, small, 'v26.0.0'))
    expect(signature(files, small, 'v20.19.0').text).not.toBe(signature(files, small, 'v26.0.0').text)
  })
})

describe('a command', () => {
  const builds = (workshop: Copy): string[] => readdirSync(join(workshop.root, 'node_modules', '.cache', 'rock-solid-messaging')).filter((name) => !name.startsWith('newest'))
  const hint = join('lib', 'workshop', 'commands', 'hint.ts')

  test('is built once, also by several at once, and leaves nothing half done', async () => {
    const workshop = copy()
    const together = await Promise.all([1, 2, 3].map((number) => workshop.run(['hint', '1', '--number', String(number)])))
    expect(together.map(({ code, stderr }) => ({ code, stderr }))).toEqual(Array(3).fill({ code: 0, stderr: '' }))
    expect(together.map(({ stdout }) => /hint \d of/.exec(stdout)?.[0])).toEqual(['hint 1 of', 'hint 2 of', 'hint 3 of'])
    await workshop.run(['hint', '1'])
    expect(builds(workshop)).toHaveLength(1)
  })

  test('is what its file says now', async () => {
    const workshop = copy()
    await workshop.run(['hint', '1'])
    changeUnseen(join(workshop.root, hint), 'the next hint', 'another hint!')
    expect((await workshop.run(['hint', '1'])).stdout).toContain('another hint!')
    changeUnseen(join(workshop.root, hint), 'another hint!', 'the next hint')
    expect((await workshop.run(['hint', '1', '--again'])).stdout).toContain('the next hint')
    expect(builds(workshop)).toHaveLength(2)
  })

  test('works where nothing can be written next to the packages', async () => {
    const workshop = copy()
    writeFileSync(join(workshop.root, 'node_modules', '.cache'), 'a file, so that no folder can be made')
    const { code, stdout, stderr } = await workshop.run(['hint', '1'], { TMPDIR: workshop.root, TEMP: workshop.root, TMP: workshop.root })
    expect({ code, stderr }).toEqual({ code: 0, stderr: '' })
    expect(stdout).toContain('hint 1 of 3')
    expect(readdirSync(workshop.root).filter((name) => name.startsWith('rock-solid-messaging'))).toEqual([])
  })

  test('says where the workshop itself cannot be compiled', async () => {
    const workshop = copy()
    const file = join(workshop.root, hint)
    writeFileSync(file, readFileSync(file, 'utf8').replace('export const hint: Command = {', 'export const hint: Command = = {'))
    const { code, stderr } = await workshop.run(['hint', '1'])
    const [, line] = /hint\.ts:(\d+): /.exec(stderr) ?? []
    expect(code).toBe(1)
    expect(readFileSync(file, 'utf8').split('\n')[Number(line) - 1]).toContain('= =')
    expect(stderr).toMatch(/^✗ The workshop itself cannot be compiled:\n {2}lib\/workshop\/commands\/hint\.ts:\d+: /)
    expect(stderr).toContain('git checkout lib')
    expect(stderr.split('\n').filter((text) => text.length > 80)).toEqual([])
  })

  test('says what to do where packages are missing', async () => {
    const workshop = copy()
    rmSync(join(workshop.root, 'node_modules'), { recursive: true })
    const { code, stderr } = await workshop.run(['start'])
    expect(code).toBe(1)
    expect(stderr).toBe('✗ A package is not installed: esbuild.\n  No command of the workshop works without it.\n  Run npm ci first.\n')
  })
})
