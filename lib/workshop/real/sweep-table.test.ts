import { Chalk } from 'chalk'
import { expect, test } from 'vitest'
import type { Terminal } from '../screen/terminal.js'
import { differencesFrom, rowText, sweepEnd, tableRow, type Swept } from './sweep-table.js'

const ignore = (): void => undefined
const screen: Terminal = { width: 80, colour: false, paint: new Chalk({ level: 0 }), interactive: false, print: ignore, complain: ignore, wipe: ignore, whisper: ignore }
const swept = (number: string, verdict: Swept['verdict'], text: string, promise?: string): Swept => ({ exercise: { name: `exercise-${number}`, title: 'title' }, verdict, promise, text })
const alike = swept('09', 'alike', 'breaks alike; the solution keeps it', 'one voucher')
const absent = swept('04', 'not staged', 'not on RabbitMQ: a lock', 'no order is lost')
const nothing = swept('12', 'nothing', 'nothing to stage: it checks something else than a running system')
const other = swept('16', 'differs', 'the solution: expected 1, found 2', 'counted once')

test('a row says what became of the story, and why', () => {
  expect([alike, absent, nothing, other].map((each) => rowText(each, screen))).toEqual([
    '  ✓ 09  one voucher: breaks alike; the solution keeps it',
    '  – 04  no order is lost: not on RabbitMQ: a lock',
    '  · 12  nothing to stage: it checks something else than a running system',
    '  ✗ 16  counted once: the solution: expected 1, found 2',
  ])
})

test('the end counts what cannot be staged and what is otherwise apart', () => {
  expect(sweepEnd([alike, nothing], [], screen).trim()).toBe('✓ 1 of 1 stories break alike, and are kept by the solution')
  expect(sweepEnd([alike, absent, nothing], [], screen).trim()).toBe('✓ 1 of 2 stories break alike, and are kept by the solution; 1 cannot be staged')
  expect(sweepEnd([alike, absent, other], [], screen).trim()).toBe('✗ 1 of 3 stories break alike, and are kept by the solution; 1 cannot be staged;\n  1 is otherwise for real')
  expect(sweepEnd([alike], ['It says so.'], screen).trim()).toBe('✗ 1 of 1 stories break alike, and are kept by the solution\n  It says so.')
})

test('what the table in the README says otherwise is named, with the row that it should have', () => {
  expect(differencesFrom([alike, nothing, other], `text\n${tableRow(alike)}\n`)).toEqual([])
  expect(differencesFrom([alike], 'text')).toEqual(['exercise-09 in lib/real/README.md has no row. It should be: | 09 | one voucher | breaks alike; the solution keeps it |'])
  expect(differencesFrom([absent], '| 04 | no order is lost | breaks alike; the solution keeps it |')).toEqual([
    'exercise-04 in lib/real/README.md says | 04 | no order is lost | breaks alike; the solution keeps it |. It should be: | 04 | no order is lost | not on RabbitMQ: a lock |',
  ])
})
