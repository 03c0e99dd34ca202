import { Chalk } from 'chalk'
import { expect, test } from 'vitest'
import type { Deeds, LoadFinding } from '../../real/load/load.js'
import { findExercise } from '../exercises.js'
import type { Terminal } from '../screen/terminal.js'
import { loadHeading, loadText } from './load-screen.js'

const ignore = (): void => undefined
const screen: Terminal = { width: 80, colour: false, paint: new Chalk({ level: 0 }), interactive: false, print: ignore, complain: ignore, wipe: ignore, whisper: ignore }
const exercise = findExercise('exercise-09')
if (exercise === undefined) throw new Error('There is no exercise-09.')
const deeds: Deeds = { payments: 300, kills: 1, terminated: 1, cut: 6, returned: 10, retried: 2, duplicates: 5, sentAgain: 1 }
const kept = { promise: 'no message is given up', kept: true, sentence: 'no dead letter' }
const broken = { promise: 'one voucher, of the right amount', kept: false, sentence: 'of 10,000 vouchers: 14 lost', example: 'For example c000012, who has paid € 60,000 (m000012a) and € 70,000 (m000012b). m000012a came again, when it was on the books already.' }
const judged = (finding: Partial<Extract<LoadFinding, { verdict: 'judged' }>>): LoadFinding => ({ verdict: 'judged', judgements: [kept], deeds, pace: undefined, early: false, ...finding })
const text = (finding: LoadFinding): string => loadText(exercise, finding, screen)

test('what is to come', () => {
  const heading = (consumers: number, files: 'attendee' | 'solution'): string => loadHeading(exercise, files, { messages: 20_000, seconds: 60, consumers, seed: 1 }, { broker: 'RabbitMQ 3.13.7', database: 'PostgreSQL 16.4' }, screen).replace(/\s+/g, ' ')
  expect(heading(4, 'attendee')).toBe('exercise 09 · outbox Your files under load on RabbitMQ 3.13.7 and PostgreSQL 16.4: 20,000 payments, 4 processes of marketing and 1 of billing, one of which is killed every second, for 60 seconds (seed 1): ')
  expect(heading(1, 'solution')).toContain("The solution's files under load on RabbitMQ 3.13.7 and PostgreSQL 16.4: 20,000 payments, 1 process of marketing and 1 of billing")
})

test('a promise that is broken, with what was counted and one example, and what was done', () => {
  expect(text(judged({ judgements: [broken, kept] }))).toBe(
    [
      '  ✗ one voucher, of the right amount',
      '      of 10,000 vouchers: 14 lost',
      '      For example c000012, who has paid € 60,000 (m000012a) and € 70,000',
      '      (m000012b). m000012a came again, when it was on the books already.',
      '  ✓ no message is given up',
      '      no dead letter',
      '',
      '  done: 300 payments; 1 process killed (SIGKILL), each started again at once; 1',
      '    connection to PostgreSQL ended by the server (pg_terminate_backend); 6',
      '    connections to RabbitMQ cut at one moment, those for publishing for half a',
      '    second',
      '  came of it: 12 redeliveries seen, 10 after a kill or a cut and 2 after an',
      '    attempt that had failed; 5 duplicates among them, of what had been done',
      '    already; 1 voucher sent again under the same id',
      '  What the guarantee costs is measured from 5,000 messages on.',
      '',
      '✗ exercise-09: 1 of 2 promises kept under load',
      '  npm test -- exercise-09   the shortest story of what breaks',
    ].join('\n'),
  )
})

test('what the guarantee costs, and what is compared', () => {
  const all = text(judged({ pace: { payments: 2_000, yours: 203.7, plain: 512.2 } }))
  expect(all).toContain("\n  The guarantee costs: 0.40 of the plain consumer's rate\n")
  expect(all.replace(/\s+/g, ' ')).toContain('204 payments a second with these files, 512 with a consumer that does one insert per payment and acknowledges it: no total, no voucher, no outbox, no memory of messages. 2,000 payments each, in turns, before anything was killed;')
  expect(all.endsWith('\n✓ exercise-09: 1 of 1 promise kept under load\nThat is evidence from one run, not from all: npm test searches every schedule.')).toBe(true)
  expect(all).not.toMatch(/exhaustive/)
  expect(Math.max(...all.split('\n').map(({ length }) => length))).toBeLessThanOrEqual(80)
})

test('what ends it before', () => {
  expect(text({ verdict: 'interrupted' }).replace(/\s+/g, ' ')).toBe('Interrupted: nothing can be said of it. All processes are ended, and what was made is removed.')
  expect(text({ verdict: 'unusable', failure: { of: 'code', explanation: { what: 'What.', why: 'Why.', next: 'Next.' } } })).toBe('? What.\n  Why.\n  Next.')
  expect(text(judged({ early: true })).replace(/\s+/g, ' ')).toContain('It was ended early: where messages are given up, the other promises cannot be asked.')
})
