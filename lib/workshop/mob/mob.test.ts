import { EventEmitter } from 'node:events'
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { PassThrough } from 'node:stream'
import { stripVTControlCharacters } from 'node:util'
import { Chalk } from 'chalk'
import { describe, expect, test } from 'vitest'
import { displayWidth } from '../../story/width.js'
import { ExplainedError } from '../explained-error.js'
import { listAgendas, partsOf } from '../agendas.js'
import { listExercises, root } from '../exercises.js'
import type { Terminal } from '../screen/terminal.js'
import { big } from './large-digits.js'
import { beginning, drivenIn, pass, press, type Session } from './clock.js'
import { digits, page } from './page.js'
import { minute, minutesIn, orderAt, partsInOrder, peopleIn, rotationFor, talking, turnsOf, type Part, type Plan } from './plan.js'
import { itemsIn, questionsOf, sectionOf } from './questions.js'
import { runMob, type Room } from './run.js'
import { clockBeat, clockNow } from './shown-clock.js'
import { tell } from './plan-text.js'

const nothing = (): void => undefined
const terminal = (width: number): Terminal => ({ width, colour: false, paint: new Chalk({ level: 0 }), interactive: true, print: nothing, complain: nothing, wipe: nothing, whisper: nothing })
const plan: Plan = {
  exercise: { number: 7, name: 'exercise-07', folder: 'exercise-07-message-identity', title: 'message-identity', module: { number: 2, title: '', elective: false } },
  people: ['Anna', 'Ben', 'Chris'],
  times: { ...talking, alone: 10 * minute, mob: 10 * minute },
  rotate: 4 * minute,
  prediction: 'Does the version check stop `PaymentReceived`?',
  discussion: ['Which others have you met, in all the years that you have been at work on systems such as this one?', 'Who stops the second?'],
  reflection: ['What does it cost?', 'When may it go?'],
}
const at = (part: Part, session: Partial<Session> = {}): Session => ({ ...beginning, part, running: true, ...session })

describe('the clock', () => {
  test('rings when a time is up, and waits until somebody goes on', () => {
    expect(pass(beginning, minute - 1, plan)).toMatchObject({ rings: false, session: { part: 'predict', running: true } })
    for (const part of partsInOrder) {
      const over = pass(at(part), 60 * minute, plan)
      expect(over, part).toMatchObject({ rings: true, session: { part, running: false, elapsed: plan.times[part] } })
      expect(pass(over.session, 60 * minute, plan), part).toEqual({ rings: false, session: over.session })
    }
  })

  test('goes through the parts with Enter, and asks after the last one', () => {
    const seen: string[] = []
    let session: Session | 'end' = beginning
    while (session !== 'end' && seen.length < 20) {
      seen.push(session.asking ? 'asks' : session.part)
      session = session.asking ? press(session, { name: 'y' }, plan) : press(pass(session, 60 * minute, plan).session, { name: 'return' }, plan)
    }
    expect(seen).toEqual(['predict', 'observe', 'discuss', 'alone', 'mob', 'reflect', 'asks'])
  })

  test('leaves out a part that has no time', () => {
    const mobOnly = { ...plan, times: { ...plan.times, alone: 0 } }
    expect(press(at('discuss'), { name: 'return' }, mobOnly)).toMatchObject({ part: 'mob', running: true })
  })

  test('rings at each rotation, and at the end', () => {
    let session = at('mob')
    const rung: string[] = []
    for (let second = 1; second <= 700; second++) {
      const passed = pass(session, 1000, plan)
      session = passed.session
      if (passed.rings) rung.push(`${digits(second * 1000)} ${session.turn} ${session.running ? 'goes on' : 'is over'}`)
    }
    expect(rung).toEqual(['04:00 1 goes on', '08:00 2 goes on', '10:00 2 is over'])
  })

  test('gives a minute more, to whoever is at the keyboard when the time is up', () => {
    const over = pass(at('mob', { turn: 2, elapsed: 8 * minute }), 2 * minute, { ...plan, rotate: 2 * minute + 1 }).session
    const added = press(over, { sequence: '+' }, plan)
    expect(added).toMatchObject({ running: true, added: minute, turn: 2, driving: 0 })
    expect(added === 'end' ? added : pass(added, minute, plan)).toMatchObject({ rings: true, session: { turn: 2, running: false } })
    expect(press(at('mob', { driving: 5, running: false }), { sequence: '+' }, plan)).toMatchObject({ running: true, driving: 5 })
  })

  test('makes up for a laptop that slept', () => {
    expect(pass(at('mob'), 9 * minute, plan).session).toMatchObject({ turn: 2, driving: minute })
  })

  test('asks before it ends, and goes on with any other key', () => {
    const asking = press(at('mob'), { name: 'q' }, plan)
    expect(asking).toEqual(at('mob', { asking: true }))
    if (asking === 'end') return
    expect(pass(asking, 1000, plan).session).toMatchObject({ asking: true, elapsed: 1000 })
    expect(press(asking, { name: 'n' }, plan)).toEqual(at('mob'))
    expect(press(asking, { name: 'y' }, plan)).toBe('end')
    expect(press(at('mob'), { name: 'c', ctrl: true }, plan)).toBe('end')
  })

  test('obeys keys', () => {
    expect(press(at('mob'), { name: 'space' }, plan)).toMatchObject({ part: 'mob', running: false })
    expect(press(at('mob', { driving: 5 }), { name: 'n' }, plan)).toMatchObject({ turn: 1, driving: 0, running: true })
    expect(press(at('alone'), { name: 's' }, plan)).toMatchObject({ part: 'mob', running: true })
    expect(press(at('alone'), { name: 'n' }, plan)).toEqual(at('alone'))
  })

  test('knows who has driven', () => {
    expect(drivenIn(at('mob'))).toBe(0)
    expect(drivenIn(at('mob', { turn: 1, elapsed: 1 }))).toBe(2)
    expect(press(at('mob', { turn: 1, elapsed: 1 }), { name: 's' }, plan)).toMatchObject({ part: 'reflect', turn: 2 })
    expect(orderAt(plan, 4)).toEqual(['Ben', 'Chris', 'Anna'])
  })
})

describe('the plan', () => {
  test('lets all drive in turn', () => {
    expect(turnsOf(plan).map(({ driver, navigators, to }) => [driver, navigators.join(' '), to / minute])).toEqual([
      ['Anna', 'Ben Chris', 4],
      ['Ben', 'Chris Anna', 8],
      ['Chris', 'Anna Ben', 10],
    ])
  })

  test('as text has the questions and the turns', () => {
    const text = tell(plan, terminal(80))
    const parts = [
      '00:00–01:00  Predict',
      'Does the version check',
      '01:00–03:00  Observe',
      'npm run observe -- exercise-07',
      '03:00–05:00  Discuss',
      'Who stops the second?',
      '05:00–15:00  Implement, alone',
      '15:00–25:00  Implement, as a mob',
      '15:00–19:00  Anna drives; Ben, Chris',
      '25:00–30:00  Reflect',
      'What does it cost?',
      'npm test -- exercise-07',
      '--people "Anna, Ben, Chris"',
    ]
    const places = parts.map((part) => text.indexOf(part))
    expect(places).toEqual(places.toSorted((a, b) => a - b))
    expect(places).not.toContain(-1)
    expect(text.split('\n').filter((line) => displayWidth(line) > 80)).toEqual([])
  })

  test('gives everybody the same time, as the facilitator’s book says', () => {
    const rows = Array.from(readFileSync(join(root, 'WORKSHOP.md'), 'utf8').matchAll(/^\| (\d+) \| (\d+ turns of .+) \|$/gm), ([, people, cells = '']) => ({ people: Number(people), cells: cells.split(' | ') }))
    expect(rows.map(({ people }) => people)).toEqual([3, 4, 5, 8])
    for (const { people, cells } of rows) {
      const told = [10, 15, 20].map((minutes) => {
        const rotate = rotationFor(minutes * minute, people)
        return `${Math.ceil((minutes * minute) / rotate)} turns of ${digits(rotate).replace(/^0/, '')}`
      })
      expect(cells, `${people} people`).toEqual(told)
    }
  })

  test('always has a turn that fits', () => {
    expect(rotationFor(minute, 5)).toBe(minute)
    for (let people = 2; people <= 20; people++) {
      for (let minutes = 2; minutes <= 60; minutes++) {
        const rotate = rotationFor(minutes * minute, people)
        expect(rotate, `${people} people, ${minutes} minutes`).toBeGreaterThanOrEqual(2 * minute)
        expect(rotate, `${people} people, ${minutes} minutes`).toBeLessThanOrEqual(5 * minute)
        const turns = Math.ceil((minutes * minute) / rotate)
        expect(turns < people || turns % people === 0, `${people} people, ${minutes} minutes`).toBe(true)
      }
    }
  })

  test('agrees with the agendas', () => {
    const rows = listAgendas().flatMap((agenda) => agenda.rows)
    const before = talking.predict + talking.observe + talking.discuss
    for (const { kind, minutes } of rows) if (kind === 'predict') expect(minutes * minute).toBe(before)
    const parts = rows.flatMap((row) => (row.kind === 'exercise' ? [partsOf(row)] : []))
    expect(parts.length).toBeGreaterThan(30)
    for (const part of parts) expect((part?.reflect ?? 0) * minute).toBe(talking.reflect)
  })

  test.each([
    ['', 'No names were given.'],
    [' , ', 'No names were given.'],
    ['Anna', 'Only one name was given: Anna.'],
  ])('for "%s" is refused in three parts', (text, what) => {
    expect(() => peopleIn(text)).toThrow(new ExplainedError({ what, why: 'A mob needs a driver and at least one navigator.', next: 'Name two or more, with commas between them: --people "Anna, Ben, Chris".' }))
  })

  test.each(['', 'four', '0', '-1', '121', 'NaN'])('does not rotate every "%s" minutes', (text) => {
    expect(() => minutesIn(text, 'rotate', 0.5)).toThrow(`--rotate "${text}" is not a number of minutes.\nThe clock would not know when to ring.\nGive 0.5 to 120 minutes: --rotate 2.`)
  })

  test('takes half minutes, and names with blanks around them', () => {
    expect(minutesIn('2.5', 'rotate', 0.5)).toBe(150_000)
    expect(peopleIn(' Anna,Ben ;')).toEqual(['Anna', 'Ben'])
  })
})

describe('the questions', () => {
  test('are there for every exercise', () => {
    for (const exercise of listExercises()) {
      const { prediction, discussion, reflection } = questionsOf(exercise)
      expect(prediction, exercise.name).toMatch(/\S.*[?.]$/s)
      expect(discussion.length, exercise.name).toBeGreaterThan(1)
      expect(reflection.length, exercise.name).toBeGreaterThan(1)
    }
  })

  test('are the items of a section, each on one line', () => {
    expect(itemsIn(sectionOf('## A\n\n- x\n\n## B\n\n- one\n  two\n- three\n\nNo item.\n\n## C\n', 'B'))).toEqual(['one two', 'three'])
    expect(itemsIn(sectionOf('nothing', 'B'))).toEqual([])
  })

  test('of an exercise without a sheet are general', () => {
    expect(questionsOf({ ...plan.exercise, folder: 'exercise-99-nothing' })).toEqual({ prediction: 'What will the first failing check be? Write it down.', discussion: [], reflection: [] })
  })
})

describe('big letters', () => {
  test('all have five rows of one width', () => {
    for (const letter of '0123456789:.-ABCDEFGHIJKLMNOPQRSTUVWXYZ') {
      const lines = big(letter, 200, 5) ?? []
      expect(lines.length, letter).toBe(5)
      expect(new Set(lines.map((line) => line.length)).size, letter).toBe(1)
    }
  })

  test('grow with the room, and give way when there is none', () => {
    expect(big('10:00', 76, 10)?.length).toBe(10)
    expect(big('10:00', 196, 30)?.length).toBe(25)
    expect(big('10:00', 20, 10)).toBeUndefined()
    expect(big('José', 100, 5)).toEqual(big('JOSE', 100, 5))
    expect(big('李', 100, 5)).toBeUndefined()
  })
})

test.each([
  [80, 24],
  [200, 50],
  [60, 15],
  [40, 10],
  [40, 3],
])('the screen fills %i × %i exactly', (width, rows) => {
  const people = ['Anna', 'Maximiliane-Friederike von und zu Hohenlohe-Langenburg-Oehringen', '李']
  const sessions = [
    ...partsInOrder.flatMap((part) => [at(part), at(part, { elapsed: plan.times[part], running: false }), at(part, { asking: true })]),
    at('alone', { elapsed: 9.5 * minute }),
    at('mob', { turn: 1, driving: 10 }),
    at('mob', { turn: 2, running: false, elapsed: 1 }),
  ]
  for (const session of sessions) {
    const lines = page(session, { ...plan, people }, rows, terminal(width))
    expect(lines.length).toBe(rows)
    expect(lines.filter((line) => displayWidth(line) > width)).toEqual([])
    expect(lines.at(-1)).toContain(session.asking ? 'End the clock? y ends it' : '·')
  }
})

test('each part says what to do, and how to go on', () => {
  const shown = (session: Session): string => page(session, plan, 24, terminal(80)).join('\n')
  expect(shown(at('predict'))).toMatch(/predict · 01:00[\s\S]*Does the version check[\s\S]*Enter goes on: observe/)
  expect(shown(at('observe'))).toMatch(/observe · 02:00[\s\S]*npm run observe -- exercise-07[\s\S]*Enter goes on: discuss/)
  expect(shown(at('discuss'))).toMatch(/Who stops the second\?[\s\S]*Enter goes on: implement, alone/)
  expect(shown(at('alone'))).toMatch(/npm test -- exercise-07[\s\S]*Space pauses · \+ a minute · s next part/)
  expect(shown(at('mob'))).toMatch(/Ben drives in 04:00[\s\S]*n next driver/)
  expect(shown(at('mob', { elapsed: 10 * minute, running: false }))).toMatch(/time is up: go on, or add a minute\?[\s\S]*Enter goes on: reflect/)
  expect(shown(at('reflect', { elapsed: 5 * minute, running: false }))).toMatch(/reflect · time is up[\s\S]*What does it cost\?[\s\S]*Enter ends/)
})

describe('a session', () => {
  test('runs by keys and time, draws itself again when resized, and leaves the terminal as it was', async () => {
    const input = Object.assign(new PassThrough(), { raw: false, setRawMode: (raw: boolean) => (input.raw = raw) })
    let written = ''
    const output = Object.assign(new EventEmitter(), { rows: 24, write: (text: string) => (written += text) })
    const time = { now: 0, tick: nothing, stopped: false }
    const shownElsewhere: string[] = []
    const room: Room = {
      input,
      output,
      terminal: () => terminal(80),
      now: () => time.now,
      show: (session) => shownElsewhere.push(session === undefined ? 'ended' : `${session.part} ${session.running ? 'runs' : 'waits'}`),
      every: (_milliseconds, call) => {
        time.tick = call
        return () => (time.stopped = true)
      },
    }
    const shown = (): string => stripVTControlCharacters(written.slice(written.lastIndexOf('\u001B[H')))
    const key = async (text: string): Promise<void> => {
      input.write(text)
      await new Promise((resolve) => setImmediate(resolve))
    }
    const ended = runMob(plan, room)
    expect(input.raw).toBe(true)
    expect(shown()).toContain('Does the version check stop')
    for (const part of ['observe', 'discuss', 'implement, alone']) {
      await key('\r')
      expect(shown()).toContain(part)
    }
    expect(written).not.toContain('\u0007')
    time.now += 10 * minute
    time.tick()
    expect(written).toContain('\u0007')
    expect(shown()).toContain('time is up')
    await key('+')
    time.now += 1000
    time.tick()
    expect(shown()).toContain('the last minute')
    output.rows = 10
    output.emit('resize')
    expect(shown().split('\r\n').length).toBe(10)
    await key('q')
    expect(shown()).toContain('End the clock?')
    await key('y')
    expect(await ended).toMatchObject({ part: 'alone', added: minute })
    expect({ raw: input.raw, stopped: time.stopped, listeners: output.listenerCount('resize') }).toEqual({ raw: false, stopped: true, listeners: 0 })
    expect(written.endsWith('\u001B[?25h\u001B[?1049l')).toBe(true)
    expect(shownElsewhere).toEqual(['predict runs', 'observe runs', 'discuss runs', 'alone runs', 'alone waits', 'alone runs', 'alone runs', 'ended'])
  })
})

describe('what the clock shows elsewhere', () => {
  const written = { exercise: 'exercise-07', part: 'mob', running: true, left: 60_000, at: 1_000_000, driver: 'Ben' }

  test('counts down while it runs, and stands while it waits', () => {
    expect(clockNow(1_004_000, written)).toEqual({ exercise: 'exercise-07', part: 'mob', running: true, left: 56_000, driver: 'Ben' })
    expect(clockNow(1_004_000, { ...written, running: false, driver: undefined })).toEqual({ exercise: 'exercise-07', part: 'mob', running: false, left: 60_000, driver: undefined })
    expect(clockNow(1_004_000, { ...written, left: 1_000 })?.left).toBe(0)
  })

  test('is nothing when the clock was ended in some other way', () => {
    expect(clockNow(1_000_000 + 3 * clockBeat + 1, written)).toBeUndefined()
    expect(clockNow(1_000_000 - 3 * clockBeat - 1, written)).toBeUndefined()
  })

  test.each([undefined, null, 'text', { ...written, left: '60' }, { ...written, running: 1 }, { ...written, exercise: 7 }, { ...written, part: undefined }])('is nothing when the record is %j', (record) => {
    expect(clockNow(1_000_000, record)).toBeUndefined()
  })
})
