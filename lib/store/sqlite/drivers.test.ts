import { spawnSync } from 'node:child_process'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { describe, expect, test, vi } from 'vitest'
import { abortsIn } from './better-sqlite3.js'
import { chooseSqlite, loaders, requireSqlite, sqlite, type Loaders } from './choose.js'
import type { Driver, DriverName } from './driver.js'
import { availableDrivers } from './fixtures/available.js'
import { whyNoSqlite } from './missing.js'

const { node } = process.versions
const [major = 0, minor = 0] = node.split('.').map(Number)
const hasNodeSqlite = major > 22 || (major === 22 && minor >= 13) || process.execArgv.includes('--experimental-sqlite') || (process.env['NODE_OPTIONS'] ?? '').includes('--experimental-sqlite')
// Asked in a process of its own: an addon that failed to load once fails differently the second time.
const loadsBetter = !abortsIn(node) && spawnSync(process.execPath, ['-e', "new (require('better-sqlite3'))(':memory:').close()"], { cwd: import.meta.dirname }).status === 0
const names = availableDrivers.map(({ name }) => name)

describe('what the tests of the store are run with', () => {
  test(`node:sqlite: ${hasNodeSqlite ? 'yes' : `no, Node.js ${node} has none`}`, () => {
    expect(names.includes('node:sqlite')).toBe(hasNodeSqlite)
  })

  test(`better-sqlite3: ${loadsBetter ? 'yes' : abortsIn(node) ? `no, it can abort Node.js ${node}` : 'no, it is not built for this Node.js'}`, () => {
    expect(names.includes('better-sqlite3')).toBe(loadsBetter)
  })

  test('at least one of them', () => {
    expect(names).not.toEqual([])
  })
})

describe.each(availableDrivers)('$name', (driver) => {
  test('says which SQLite it is', () => {
    expect(driver.version).toMatch(/^3\.\d+\.\d+$/)
  })

  test('gives rows as arrays, and integers as numbers', () => {
    const connection = driver.open(':memory:')
    const select = connection.prepare<[string, number, null], [string, number, null]>('SELECT ? AS a, ? AS b, ? AS c')
    expect(select.get('ä', 9007199254740991, null)).toEqual(['ä', 9007199254740991, null])
    expect(select.all('x', -1, null)).toEqual([['x', -1, null]])
    expect(connection.prepare<[], [number]>('SELECT 1 AS one WHERE 1 = 2').get()).toBeUndefined()
    connection.close()
  })

  test('says what is wrong with a statement', () => {
    const connection = driver.open(':memory:')
    expect(() => connection.prepare('SELECT a FROM nowhere')).toThrow('no such table: nowhere')
    expect(() => connection.exec('SELEC')).toThrow('near "SELEC": syntax error')
    connection.close()
    expect(() => connection.prepare('SELECT 1')).toThrow(/not open/)
  })

  test('writes files that any of them can read', () => {
    const folder = mkdtempSync(join(tmpdir(), 'sqlite-'))
    try {
      const file = join(folder, 'a.sqlite')
      const writer = driver.open(file)
      writer.exec("CREATE TABLE t (a); INSERT INTO t VALUES ('x'), ('y')")
      writer.close()
      for (const other of availableDrivers) {
        const reader = other.open(file)
        expect(reader.prepare<[], [string]>('SELECT a FROM t ORDER BY a').all(), other.name).toEqual([['x'], ['y']])
        reader.close()
      }
    } finally {
      rmSync(folder, { recursive: true })
    }
  })

  test('loads without a warning', () => {
    const warned = vi.spyOn(process, 'emitWarning')
    loaders[driver.name]()
    expect(warned).not.toHaveBeenCalled()
    warned.mockRestore()
  })
})

describe('which one is used', () => {
  const made = (name: DriverName): Driver => ({ name, version: '3.0.0', open: () => { throw new Error('not opened here') } })
  const both: Loaders = { 'better-sqlite3': () => made('better-sqlite3'), 'node:sqlite': () => made('node:sqlite') }
  const failing = (message: string, code?: string) => (): never => { throw Object.assign(new Error(message), code === undefined ? {} : { code }) }
  const without = failing("Cannot find module 'better-sqlite3'\nRequire stack: …", 'MODULE_NOT_FOUND')
  const nameOf = (choice: ReturnType<typeof chooseSqlite>): string => ('driver' in choice ? choice.driver.name : choice.missing.what)

  test.each<{ title: string; wish: string; load: Loaders; outcome: string }>([
    { title: 'better-sqlite3, where both are there', wish: '', load: both, outcome: 'better-sqlite3' },
    { title: 'node:sqlite, where better-sqlite3 does not load', wish: '', load: { ...both, 'better-sqlite3': without }, outcome: 'node:sqlite' },
    { title: 'WORKSHOP_SQLITE=node', wish: 'node', load: both, outcome: 'node:sqlite' },
    { title: 'WORKSHOP_SQLITE=better', wish: 'better', load: both, outcome: 'better-sqlite3' },
    { title: 'WORKSHOP_SQLITE=better, where it does not load', wish: 'better', load: { ...both, 'better-sqlite3': without }, outcome: 'No SQLite loads on this machine.' },
    { title: 'WORKSHOP_SQLITE=mysql', wish: 'mysql', load: both, outcome: 'WORKSHOP_SQLITE is "mysql".' },
  ])('$title', ({ wish, load, outcome }) => {
    expect(nameOf(chooseSqlite(wish, load))).toBe(outcome)
  })

  test('here: what WORKSHOP_SQLITE asks for, or the first that loads', () => {
    expect(nameOf(sqlite)).toBe(nameOf(chooseSqlite(process.env['WORKSHOP_SQLITE'])))
    expect(names).toContain(requireSqlite().name)
  })

  test('none: whoever needs one is told so', () => {
    const choice = chooseSqlite('', { 'better-sqlite3': without, 'node:sqlite': failing('none') })
    expect(() => requireSqlite(choice)).toThrow(/^No SQLite loads on this machine\.\nThe exercises keep their documents in SQLite/)
  })

  const none = new Error('none')
  const told = (better: Error, platform: string): string => {
    const { why, next } = whyNoSqlite({ 'better-sqlite3': better, 'node:sqlite': none }, { platform, node: '20.19.6' })
    return `${why} ${next}`
  }
  const absent = Object.assign(new Error("Cannot find module 'better-sqlite3'"), { code: 'MODULE_NOT_FOUND' })

  test.each([
    ['linux', 'Install Python 3 and a C++ compiler (Debian, Ubuntu: sudo apt install python3 make g++)'],
    ['darwin', 'Install the command line tools (xcode-select --install), which have Python 3 and a C++ compiler'],
    ['win32', 'Install Python 3 (winget install Python.Python.3.13) and Visual Studio Build Tools with "Desktop development with C++" (winget install Microsoft.VisualStudio.2022.BuildTools, then choose it in the installer)'],
    ['freebsd', 'Install Python 3, make and a C++ compiler'],
  ])('on %s it says what to install', (platform, compiler) => {
    expect(told(absent, platform)).toBe(
      `The exercises keep their documents in SQLite, so they cannot run. better-sqlite3 could not be built when npm ci ran, and Node.js 20.19.6 has no SQLite of its own. ${compiler}, then run npm ci again. Or use Node.js 22.13 or later, which has SQLite inside.`,
    )
  })

  test('where install scripts are switched off, it says how to run this one', () => {
    const text = told(new Error('Could not locate the bindings file. Tried:\n → …'), 'linux')
    expect(text).toContain('better-sqlite3 was not built, since npm did not run its install script, and')
    expect(text).toContain('Run npm rebuild better-sqlite3 --ignore-scripts=false. If that finds no compiler: install Python 3')
  })

  test('where it was built for another Node.js, it says to install again', () => {
    const text = told(Object.assign(new Error('The module … was compiled against a different Node.js version'), { code: 'ERR_DLOPEN_FAILED' }), 'linux')
    expect(text).toContain('better-sqlite3 was built for another Node.js or another kind of machine, and')
    expect(text).toContain('Run npm ci again, with the Node.js that you use now. Or use')
  })

  test.each([['20.19.0', false], ['22.23.3', false], ['24.18.1', false], ['24.19.0', true], ['24.21.0', true], ['26.0.0', true], ['26.4.9', true], ['26.5.0', false], ['26.10.0', false]])('better-sqlite3 12 with Node.js %s can abort: %s', (version, aborts) => {
    expect(abortsIn(version)).toBe(aborts)
  })

  test('where it can abort Node.js, and is asked for, it says so', () => {
    const { why, next } = whyNoSqlite({ 'better-sqlite3': new Error('better-sqlite3 12 can abort Node.js 24.21.0') }, { platform: 'linux', node: '24.21.0' })
    expect(why).toContain('better-sqlite3 12 can abort this Node.js, and is not used.')
    expect(next).toBe('Use another version of Node.js. Or leave WORKSHOP_SQLITE out.')
  })

  test('where WORKSHOP_SQLITE rules the other one out, it says so', () => {
    expect(whyNoSqlite({ 'node:sqlite': none }, { platform: 'linux', node: '20.19.6' }).next).toBe('Use Node.js 22.13 or later, which has SQLite inside, or leave WORKSHOP_SQLITE out.')
    expect(whyNoSqlite({ 'better-sqlite3': absent }, { platform: 'linux', node: '20.19.6' }).next).toMatch(/then run npm ci again\. Or leave WORKSHOP_SQLITE out\.$/)
  })
})
