import { describe, expect, test } from 'vitest'
import { ExplainedError } from '../explained-error.js'
import { findExercise, type Exercise } from '../exercises.js'
import { loadOptions, type LoadValues } from './load-arguments.js'

const others = { story: false, sweep: false }
const asked = (values: Partial<LoadValues>, name = 'exercise-09', more: Parameters<typeof loadOptions>[2] = others): ReturnType<typeof loadOptions> => loadOptions(exerciseOf(name), { load: true, ...values }, more)

function exerciseOf(name: string): Exercise {
  const exercise = findExercise(name)
  if (exercise === undefined) throw new Error(`There is no ${name}.`)
  return exercise
}

function refusal(run: () => unknown): string {
  try {
    run()
  } catch (error) {
    if (error instanceof ExplainedError) return `${error.exitCode} ${error.message}`
    throw error
  }
  return 'not refused'
}

test('what it does without being told, and what it is told', () => {
  expect(asked({})).toEqual({ messages: 20_000, seconds: 60, consumers: 4, seed: 1 })
  expect(asked({ messages: '300', seconds: '2', consumers: '2', seed: '0' }, 'exercise-15')).toEqual({ messages: 300, seconds: 2, consumers: 2, seed: 0 })
  expect(asked({ load: false })).toBeUndefined()
})

describe('what does not do', () => {
  test('a number that is none, or is out of bounds', () => {
    expect(refusal(() => asked({ messages: '9' }))).toBe('2 --messages 9 does not do.\nNothing was started.\nGive a whole number from 10 to 1000000, or leave it out for 20000.')
    for (const text of ['', '-1', '1e3', '20,000', '2.5', 'many', '1000001']) expect(refusal(() => asked({ messages: text }))).toContain(`--messages ${text} does not do.`)
    expect(refusal(() => asked({ seconds: '0' }))).toContain('Give a whole number from 1 to 3600, or leave it out for 60.')
    expect(refusal(() => asked({ consumers: '17' }))).toContain('Give a whole number from 1 to 16, or leave it out for 4.')
    expect(refusal(() => asked({ seed: 'x' }))).toContain('Give a whole number from 0 to 4294967295, or leave it out for 1.')
  })

  test('a number of load, and no load', () => {
    expect(refusal(() => asked({ load: false, seconds: '5' }))).toBe('2 --seconds says how much load there is to be, and there is to be none.\nNothing was started.\nWrite npm run real -- exercise-09 --load --seconds 5, or leave --seconds out.')
  })

  test('a story or a check as well', () => {
    expect(refusal(() => asked({}, 'exercise-09', { story: true, sweep: false }))).toContain('--load does not go with --story.')
    expect(refusal(() => asked({}, 'exercise-09', { story: false, sweep: true }))).toContain('--load does not go with --sweep.')
    expect(refusal(() => asked({}, 'exercise-09', { story: false, sweep: false, testNamePattern: 'a copy' }))).toContain('--load does not go with -t.')
  })

  test('an exercise that cannot be put under load', () => {
    expect(refusal(() => asked({}, 'exercise-10'))).toBe('2 There is no load for exercise-10.\nLoad is about many messages that lead to others: the outbox of exercise-09 and the inbox of exercise-15. Nothing was started.\nnpm run real -- exercise-10 runs its checks for real; npm run real -- exercise-09 --load puts load on exercise-09.')
  })
})
