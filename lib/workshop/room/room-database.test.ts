import { existsSync, mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { requireSqlite } from '../../store/index.js'
import { listExercises } from '../exercises.js'
import { did, tested } from './fixtures/open-room.js'
import { idsRemembered, Keeping } from './room-database.js'
import { withReport, type Person } from './progress.js'
import { newId } from './report.js'
import { Room } from './room.js'
import { roomAsCsv, roomAsJson } from './table.js'

let folder: string
const open: Keeping[] = []
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'kept-'))
})
afterEach(() => {
  for (const each of open.splice(0)) each.close()
  rmSync(folder, { recursive: true, force: true })
})
const opened = (): Keeping => {
  const keeping = Keeping.open(folder, 1_000)
  open.push(keeping)
  return keeping
}
const closed = (): void => open.pop()?.close()
const file = (): string => join(folder, 'room.sqlite')
const change = (sql: string): void => {
  const database = requireSqlite().open(file())
  database.exec(sql)
  database.close()
}

describe('the state of a room', () => {
  test('is what it was before: code, people, and what they have told', () => {
    const [one, token] = [opened(), newId()]
    const room = new Room(one, () => 2_000)
    room.join(token, 'Ada')
    room.take(token, [tested(1, { failing: 'two clicks' }), did(2, 'hint')])
    one.listens('192.168.1.20', 4001)
    const { people } = room
    closed()
    const other = opened()
    expect(other.kept.about).toEqual({ ...one.kept.about, host: '192.168.1.20', port: 4001 })
    expect(new Room(other).people).toEqual(people)
    expect(people[0]).toMatchObject({ name: 'Ada', reports: 2, work: { 'exercise-01': { red: { check: 'two clicks', since: 2_000 } } } })
  })

  test('does not have the tokens, so that who reads it speaks for nobody', () => {
    const token = newId()
    new Room(opened()).join(token, 'Ada')
    expect(JSON.stringify(Keeping.look(folder))).not.toContain(token)
  })

  test('remembers no more ids than it needs', () => {
    const [keeping, token] = [opened(), newId()]
    const room = new Room(keeping, () => 2_000)
    room.join(token, 'Ada')
    for (let batch = 0; batch < 25; batch++) room.take(token, Array.from({ length: 50 }, (_, index) => did(batch * 50 + index + 1, 'hint')))
    closed()
    const database = requireSqlite().open(file())
    const [count = 0] = database.prepare<[], [number]>('SELECT count(*) FROM reports').get() ?? []
    database.close()
    expect(count).toBeGreaterThanOrEqual(idsRemembered)
    expect(count).toBeLessThanOrEqual(idsRemembered + 100)
  })

  test('can be read while the room is open, and opened only once', () => {
    new Room(opened()).join(newId(), 'Ada')
    expect(Keeping.look(folder)?.people.map(({ person }) => person.name)).toEqual(['Ada'])
    expect(() => Keeping.open(folder, 0)).toThrow(/^This room is open already\.\nAnother npm run room has its state, in .+\.\nEnd that one first, with Ctrl-C in its terminal\.$/)
    expect(() => Keeping.putAside(folder, new Date(0))).toThrow('This room is open already.')
  })

  test('is put aside whole, and an empty one begins', () => {
    const code = opened().kept.about.code
    closed()
    expect(Keeping.putAside(folder, new Date(0))).toBe(join(folder, 'room-1970-01-01T00-00-00-000Z.sqlite'))
    expect(existsSync(file())).toBe(false)
    expect(Keeping.putAside(folder, new Date(0))).toBeUndefined()
    expect(Keeping.look(folder)).toBeUndefined()
    expect(opened().kept).toMatchObject({ people: [], about: { port: 0 } })
    expect(code).toMatch(/^[A-Z]{4}$/)
  })
})

describe('a state that cannot be used is explained, and left as it is', () => {
  const made = (): void => {
    new Room(opened()).join(newId(), 'Ada')
    closed()
  }
  const changed = (sql: string) => () => {
    made()
    change(sql)
  }
  test.each<[string, () => void, RegExp]>([
    ['no SQLite', () => writeFileSync(file(), 'not a database, but long enough to be looked at as one'.repeat(20)), /file is not a database/],
    ['one of a later version', changed("UPDATE about SET value = '2' WHERE name = 'format'"), /its format is 2, and this workshop reads 1/],
    ['without its code', changed("DROP TABLE about; CREATE TABLE about (name TEXT PRIMARY KEY, value TEXT NOT NULL); INSERT INTO about VALUES ('format', '1')"), /it does not say its \w+/],
    ['a person that is no JSON', changed("UPDATE people SET state = '{'"), /JSON/],
    ['a person without a name', changed("UPDATE people SET state = '{\"number\":1}'"), /a person in it is incomplete/],
    ['a person without work', changed("UPDATE people SET state = json_set(state, '$.work', NULL)"), /a person in it is incomplete/],
    ['work without numbers', changed("UPDATE people SET state = json_set(state, '$.work', json('{\"exercise-01\":{}}'))"), /a person in it is incomplete/],
    ['other tables', changed('DROP TABLE people; CREATE TABLE people (a TEXT)'), /no such column|has no column/],
  ])('%s', (_, breakIt, reason) => {
    breakIt()
    for (const read of [() => Keeping.look(folder), () => Keeping.open(folder, 0)]) {
      expect(read).toThrow(/^The room's state in .+room\.sqlite cannot be used: /)
      expect(read).toThrow(reason)
      expect(read).toThrow('It has who has joined and what they have reached, so nothing was changed in it.\nnpm run room -- --new begins an empty room, and puts this file aside. People then join again.')
    }
    expect(Keeping.putAside(folder, new Date(0))).toBeDefined()
    expect(opened().kept.people).toEqual([])
    expect(readdirSync(folder).filter((name) => name.startsWith('room-') && name.endsWith('.sqlite'))).toHaveLength(1)
  })
})

describe('at the end', () => {
  const began = Date.UTC(2026, 10, 21, 9)
  const person = (number: number, name: string): Person => ({ number, name, joined: began, left: false, work: {}, reports: 0 })
  const people = [
    [tested(1, { stars: 2, passed: 8, failing: 'two "clicks"' }), did(2, 'hint')].reduce((known, report) => withReport(known, report, began + 60_000), person(1, 'Ada, the first')),
    [did(1, 'solution'), tested(2, { stars: 3, passed: 11 }), tested(3, { exercise: 'exercise-17', stars: 1 })].reduce((known, report) => withReport(known, report, began + 120_000), person(2, '=HYPERLINK("http://x")')),
    person(3, '李'),
  ]

  test('a spreadsheet has a line for each person, and runs nothing', () => {
    const lines = roomAsCsv(people, listExercises()).split('\r\n')
    expect(lines[0]).toBe('name,joined,last,done,hints,solutions,exercise-01,exercise-02,exercise-03,exercise-04,exercise-05,exercise-06,exercise-07,exercise-08,exercise-09,exercise-10,exercise-11,exercise-12,exercise-13,exercise-14,exercise-15,exercise-16,exercise-17')
    expect(lines.slice(1)).toEqual([
      `"Ada, the first",2026-11-21T09:00:00.000Z,2026-11-21T09:01:00.000Z,0,1,0,2${','.repeat(16)}`,
      `"'=HYPERLINK(""http://x"")",2026-11-21T09:00:00.000Z,2026-11-21T09:02:00.000Z,1,0,1,3${','.repeat(16)}1`,
      `李,2026-11-21T09:00:00.000Z,,0,0,0${','.repeat(17)}`,
    ])
  })

  test('JSON has every detail', () => {
    const about = { id: '', code: '', looking: 'secret', began, host: '', port: 0 }
    const text = roomAsJson(about, people)
    expect(text).not.toContain('secret')
    expect(JSON.parse(text)).toMatchObject({
      began: '2026-11-21T09:00:00.000Z',
      people: [
        { name: 'Ada, the first', reports: 2, last: { exercise: 'exercise-01', command: 'hint' }, exercises: [{ exercise: 'exercise-01', stars: 2, passed: 8, total: 11, done: false, solution: false, hints: 1, failing: { check: 'two "clicks"', since: '2026-11-21T09:01:00.000Z' } }] },
        { exercises: [{ exercise: 'exercise-01', stars: 3, done: true, solution: true, failing: null }, { exercise: 'exercise-17' }] },
        { name: '李', last: null, exercises: [] },
      ],
    })
  })
})
