import { Chalk } from 'chalk'
import { expect, test } from 'vitest'
import type { RealFinding } from '../../real/check.js'
import { findExercise } from '../exercises.js'
import type { Terminal } from '../screen/terminal.js'
import { checkText, endText, nothingBreaks, type Judged } from './screen.js'
import { cannotBeLoaded } from './theatre.js'

const ignore = (): void => undefined
const screen: Terminal = { width: 80, colour: false, paint: new Chalk({ level: 0 }), interactive: false, print: ignore, complain: ignore, wipe: ignore, whisper: ignore }
const exercise = findExercise('exercise-04')
if (exercise === undefined) throw new Error('There is no exercise-04.')
const evidence = 'for real: 1 run on RabbitMQ 3.13.7 and PostgreSQL 16.4: 1 without a fault'
const judged = (name: string, ...findings: RealFinding[]): Judged => ({ name, findings })
const ok: RealFinding = { verdict: 'kept', evidence, leftOut: [] }
const absent: RealFinding = { verdict: 'not here', product: true, reasons: ['not on RabbitMQ: a confirmed message that is not in its queue yet'], evidence, leftOut: [] }
const unstaged: RealFinding = { verdict: 'not here', product: false, reasons: ['not staged: a service that stalls'], evidence, leftOut: [] }
const failed: RealFinding = { verdict: 'unknown', fault: 'without a fault', explanation: { what: 'What.', why: 'Why.', next: 'Next.' } }

test('a check that needs what RabbitMQ does not have is not kept, and says what ran', () => {
  expect(checkText(judged('★★ delayed', absent), screen)).toBe(
    ['  – ★★ delayed', '      not on RabbitMQ: a confirmed message that is not in its queue yet', '      without that, for real: 1 run on RabbitMQ 3.13.7 and PostgreSQL 16.4: 1', '        without a fault'].join('\n'),
  )
  expect(checkText(judged('two checks', absent, ok), screen)).toMatch(/^ {2}– /)
  expect(checkText(judged('two checks', absent, failed), screen)).toMatch(/^ {2}\? /)
})

test('the last line counts apart what is not on RabbitMQ, and what is not staged', () => {
  const end = (...all: Judged[]): string => `${endText(exercise, all, screen).trim().split('\n')[0] ?? ''} (${nothingBreaks(all) ? 0 : 1})`
  expect(end(judged('a', ok), judged('b', absent), judged('c', unstaged))).toBe('✓ exercise-04: 1 of 3 kept, 1 not on RabbitMQ, 1 not staged, for real (0)')
  expect(end(judged('b', absent))).toBe('– exercise-04: 0 of 1 kept, 1 not on RabbitMQ, for real (1)')
  expect(end(judged('a', ok), judged('b', absent), judged('c', failed))).toBe('✗ exercise-04: 1 of 3 kept, 1 not on RabbitMQ, for real (1)')
  expect(end(judged('a', ok))).toBe('✓ exercise-04: 1 of 1 kept, for real (0)')
})

test('files that cannot be loaded are told as such, and not as the workshop itself', () => {
  const location = { file: 'exercises/exercise-04-when-to-ack/order-worker.ts', line: 23 }
  const { message, exitCode } = cannotBeLoaded({ errors: [{ text: 'Unexpected end of file', location }] }, exercise)
  expect(exitCode).toBe(2)
  expect(message).toBe('Your files cannot be loaded. exercises/exercise-04-when-to-ack/order-worker.ts:23: Unexpected end of file\nSo nothing was run for real.\nnpm test -- exercise-04 says more. Repair it there first.')
  expect(cannotBeLoaded(new TypeError('no'), exercise).message).toContain('Your files cannot be loaded. TypeError: no\n')
})
