import { existsSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { afterAll, describe, expect, test } from 'vitest'
import { copyWorkshop } from '../../fixtures/copy.js'
import { atFullLength } from '../../proof/extent.js'
import { equivalentMutants, orphansAmong } from '../equivalent.js'
import { roomFiles } from './judge.js'
import { rooms, suiteFiles } from './rooms.js'

const workshop = copyWorkshop()
afterAll(() => workshop.remove())

interface Json {
  readonly exercises: readonly unknown[]
  readonly rooms: readonly { readonly room: string; readonly mutants: number; readonly killed: number; readonly unusable: number; readonly equivalent: number }[]
  readonly alive: readonly object[]
}

describe.each(rooms)('the room $name', (room) => {
  test('has files to change, and neither tests nor fixtures among them', () => {
    const files = roomFiles(room)
    expect(files.length).toBeGreaterThan(3)
    for (const { path } of files) expect(path).toMatch(new RegExp(`^lib/${room.name}/(?!.*(?:fixtures/|\\.test\\.ts$)).+\\.ts$`))
  })

  test('lists no equivalent mutant that there is not, each with a reason', () => {
    const subject = { name: room.name, folder: `lib/${room.name}` }
    expect(orphansAmong(subject, roomFiles(room))).toEqual([])
    for (const { reason } of equivalentMutants(subject)) expect(reason.length).toBeGreaterThan(20)
  })

  test('has tests of its own', () => {
    expect(suiteFiles([room])).not.toEqual([])
  })
})

test('all files of tests that judge are there', () => {
  for (const file of suiteFiles()) expect(existsSync(join(workshop.root, ...file.split('/'))), file).toBe(true)
})

describe('npm run mutants -- rooms', () => {
  // How many the engine's tests kill in all is in CONTRIBUTING.md; here it is shown that they still do, and that killing is told from surviving.
  test('--quick: the tests beside the files kill most of a sample', { timeout: 600_000 }, async () => {
    const [names, count] = atFullLength ? ['rooms', 15] : ['http', 5]
    const { stdout, stderr } = await workshop.run(['mutants', names, '--quick', '--sample', String(count), '--seed', '2026', '--json'])
    expect(stderr.replace(/^.*mutants · .*$/gm, '').trim()).toBe('')
    const { exercises, rooms: rows, alive } = JSON.parse(stdout) as Json
    expect(exercises).toEqual([])
    expect(rows.reduce((sum, { mutants }) => sum + mutants, 0)).toBe(count)
    expect(alive.length, JSON.stringify(alive, undefined, 2)).toBeLessThanOrEqual(count / 5)
    expect(rows.reduce((sum, { killed, unusable, equivalent }) => sum + killed + unusable + equivalent, 0)).toBe(count - alive.length)
  })

  test('an entry that fits no mutant is an error, and a mutant that no test breaks is shown', { timeout: 600_000 }, async () => {
    const list = join(workshop.root, 'lib', 'system', 'equivalent-mutants.json')
    const before = existsSync(list) ? readFileSync(list, 'utf8') : undefined
    writeFileSync(list, JSON.stringify([{ file: 'routes.ts', line: 'return nothing', change: 'true → false', reason: 'It is not there.' }]))
    const routes = join(workshop.root, 'lib', 'system', 'routes.ts')
    const text = readFileSync(routes, 'utf8')
    // Nobody calls it, and so nobody tests it. It has so many mutants that some of them are drawn.
    writeFileSync(routes, `${text}\nexport function uncalled(): readonly number[] {\n  return [${Array.from({ length: 2_000 }, () => '1 + 1').join(', ')}]\n}\n`)
    const { code, stdout } = await workshop.run(['mutants', 'system', '--quick', '--sample', '3', '--seed', 'a'])
    writeFileSync(routes, text)
    if (before === undefined) rmSync(list)
    else writeFileSync(list, before)
    expect(code).toBe(1)
    expect(stdout.replace(/\s+/g, ' ')).toContain('✗ equivalent-mutants.json of system lists a mutant that there is not: routes.ts: return nothing: true → false')
    expect(stdout).toMatch(/✗ survived: lib\/system\/routes\.ts:\d+ \(\w+\)\n {2}- /)
    expect(stdout).toContain('No test reaches it.')
    expect(stdout).toMatch(/system +3 +\d +\d +[123] +0 +0 /)
  })

  test('--again judges only what was alive before, and says so when it cannot read what that was', { timeout: 600_000 }, async () => {
    const found = join(workshop.root, 'found.json')
    writeFileSync(found, JSON.stringify({ alive: [{ room: 'system', file: 'thrown.ts', line: "if (typeof thrown === 'function') return 'a function'", change: "'a function' → \"\"" }] }))
    const { code, stdout } = await workshop.run(['mutants', 'system', '--quick', '--again', 'found.json', '--json'])
    expect([code, (JSON.parse(stdout) as Json).rooms]).toMatchObject([0, [{ room: 'system', mutants: 1, killed: 1 }]])
    const { code: failed, stderr } = await workshop.run(['mutants', 'system', '--again', 'lost.json'])
    expect(failed).toBe(2)
    expect(stderr.replace(/\s+/g, ' ')).toMatch(/lost\.json cannot be read: .* Nothing was judged\. Give a file that this command has printed with --json\./)
  })

  test('a name that nobody has is explained', async () => {
    const { code, stderr } = await workshop.run(['mutants', 'kitchen'])
    expect(code).toBe(2)
    const text = stderr.replace(/\s+/g, ' ')
    expect(text).toContain('There is neither an exercise nor a room "kitchen".')
    expect(text).toContain('Nothing was judged.')
    expect(text).toContain('The rooms are broker, store, http, providers, system, and rooms are all of them.')
  })
})
