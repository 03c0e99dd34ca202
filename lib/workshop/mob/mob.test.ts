import { EventEmitter } from 'node:events'
import { PassThrough } from 'node:stream'
import { stripVTControlCharacters } from 'node:util'
import { Chalk } from 'chalk'
import { describe, expect, test } from 'vitest'
import { displayWidth } from '../../story/width.js'
import { ExplainedError } from '../explained-error.js'
import { listExercises } from '../exercises.js'
import type { Terminal } from '../screen/terminal.js'
import { big } from './large-digits.js'
import { beginning, pass, press, type Part, type Session } from './clock.js'
import { digits, page } from './page.js'
import { minute, minutesIn, peopleIn, turnsOf, type Plan } from './plan.js'
import { itemsIn, questionsOf, sectionOf } from './questions.js'
import { runMob, type Room } from './run.js'
import { tell } from './plan-text.js'

const nothing = (): void => undefined
const terminal = (width: number): Terminal => ({ width, colour: false, paint: new Chalk({ level: 0 }), interactive: true, print: nothing, complain: nothing, wipe: nothing, whisper: nothing })
const plan: Plan = {
  exercise: { number: 7, name: 'exercise-07', folder: 'exercise-07-message-identity', title: 'message-identity', module: { number: 2, title: '' } },
  people: ['Anna', 'Ben', 'Chris'],
  alone: 10 * minute,
  mob: 10 * minute,
  rotate: 4 * minute,
  prediction: 'Does the version check stop `PaymentReceived`?',
  discussion: ['Which others have you met, in all the years that you have been at work on systems such as this one?', 'What does it cost?'],
}
const at = (part: Part, session: Partial<Session> = {}): Session => ({ ...beginning, part, running: true, ...session })

describe('the clock', () => {
  test('waits for the prediction, then for everybody', () => {
    expect(pass(beginning, 5 * minute, plan).session).toEqual(beginning)
    const alone = press(beginning, { name: 'return' }, plan)
    expect(alone).toMatchObject({ part: 'alone', running: true })
    expect(pass(at('alone'), 10 * minute, plan)).toMatchObject({ rings: true, session: { part: 'mob', running: false, elapsed: 0 } })
  })

  test('rings at each rotation, and at the end', () => {
    let session = at('mob')
    const rung: string[] = []
    for (let second = 1; second <= 600; second++) {
      const passed = pass(session, 1000, plan)
      session = passed.session
      if (passed.rings) rung.push(`${digits(second * 1000)} ${session.part} ${session.turn}`)
    }
    expect(rung).toEqual(['04:00 mob 1', '08:00 mob 2', '10:00 discuss 2'])
  })

  test('makes up for a laptop that slept', () => {
    expect(pass(at('mob'), 9 * minute, plan).session).toMatchObject({ turn: 2, driving: minute })
  })

  test('obeys keys', () => {
    expect(press(at('mob'), { name: 'space' }, plan)).toMatchObject({ running: false })
    expect(press(at('mob', { driving: 5 }), { name: 'n' }, plan)).toMatchObject({ turn: 1, driving: 0, running: true })
    expect(press(at('alone'), { name: 's' }, plan)).toMatchObject({ part: 'mob', running: false })
    expect(press(at('alone'), { name: 'n' }, plan)).toEqual(at('alone'))
    expect(press(at('mob'), { name: 'q' }, plan)).toBe('end')
    expect(press(at('mob'), { name: 'c', ctrl: true }, plan)).toBe('end')
    expect(press(beginning, { name: 'return' }, { ...plan, alone: 0 })).toMatchObject({ part: 'mob', running: true })
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
    for (const part of ['Does the version check', '10:00–14:00  Anna drives; Ben, Chris', 'What does it cost?', 'npm test -- exercise-07']) expect(text).toContain(part)
    expect(text.split('\n').filter((line) => displayWidth(line) > 80)).toEqual([])
  })

  test.each([
    ['', 'No names were given.'],
    [' , ', 'No names were given.'],
    ['Anna', 'Only one name was given: Anna.'],
  ])('for "%s" is refused in three parts', (text, what) => {
    expect(() => peopleIn(text)).toThrow(new ExplainedError({ what, why: 'A mob needs a driver and at least one navigator.', next: 'Name two or more, with commas between them: --people "Anna, Ben, Chris".' }))
  })

  test.each(['', 'four', '0', '-1', '121', 'NaN'])('does not rotate every "%s" minutes', (text) => {
    expect(() => minutesIn(text, 'rotate', 0.5)).toThrow(`--rotate "${text}" is no number of minutes.\nThe clock would not know when to ring.\nGive 0.5 to 120 minutes: --rotate 4.`)
  })

  test('takes half minutes, and names with blanks around them', () => {
    expect(minutesIn('2.5', 'rotate', 0.5)).toBe(150_000)
    expect(peopleIn(' Anna,Ben ;')).toEqual(['Anna', 'Ben'])
  })
})

describe('the questions', () => {
  test('are there for every exercise', () => {
    for (const exercise of listExercises()) {
      const { prediction, discussion } = questionsOf(exercise)
      expect(prediction, exercise.name).toMatch(/\S.*[?.]$/s)
      expect(discussion.length, exercise.name).toBeGreaterThan(1)
    }
  })

  test('are the items of a section, each on one line', () => {
    expect(itemsIn(sectionOf('## A\n\n- x\n\n## B\n\n- one\n  two\n- three\n\nNo item.\n\n## C\n', 'B'))).toEqual(['one two', 'three'])
    expect(itemsIn(sectionOf('nothing', 'B'))).toEqual([])
  })

  test('of an exercise without a sheet are general', () => {
    expect(questionsOf({ ...plan.exercise, folder: 'exercise-99-nothing' })).toEqual({ prediction: 'What will the first failing check be? Write it down.', discussion: [] })
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
  const sessions = [beginning, at('alone'), at('alone', { elapsed: 9.5 * minute }), at('mob'), at('mob', { turn: 1, driving: 10 }), at('mob', { turn: 2, running: false, elapsed: 1 }), at('discuss')]
  for (const session of sessions) {
    const lines = page(session, { ...plan, people }, rows, terminal(width))
    expect(lines.length).toBe(rows)
    expect(lines.filter((line) => displayWidth(line) > width)).toEqual([])
    expect(lines.at(-1)).toContain(session.part === 'discuss' ? 'q ends' : '·')
  }
})

describe('a session', () => {
  test('runs by keys and time, draws itself again when resized, and leaves the terminal as it was', async () => {
    const input = Object.assign(new PassThrough(), { raw: false, setRawMode: (raw: boolean) => (input.raw = raw) })
    let written = ''
    const output = Object.assign(new EventEmitter(), { rows: 24, write: (text: string) => (written += text) })
    const time = { now: 0, tick: nothing, stopped: false }
    const room: Room = {
      input,
      output,
      terminal: () => terminal(80),
      now: () => time.now,
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
    await key('\r')
    time.now += 10 * minute
    time.tick()
    expect(written).toContain('\u0007')
    expect(shown()).toContain('come together')
    output.rows = 10
    output.emit('resize')
    expect(shown().split('\r\n').length).toBe(10)
    await key('q')
    await ended
    expect({ raw: input.raw, stopped: time.stopped, listeners: output.listenerCount('resize') }).toEqual({ raw: false, stopped: true, listeners: 0 })
    expect(written.endsWith('\u001B[?25h\u001B[?1049l')).toBe(true)
  })
})
