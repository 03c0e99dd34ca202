import { mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, expect, test, vi } from 'vitest'
import { listExercises } from '../exercises.js'
import { beginning, type Session } from './clock.js'
import { minute, talking, type Plan } from './plan.js'

const records = mkdtempSync(join(tmpdir(), 'clock-'))
vi.stubEnv('WORKSHOP_RECORDS', records)
const { clockNow, hideClock, showClock } = await import('./shown-clock.js')
afterAll(() => {
  vi.unstubAllEnvs()
  rmSync(records, { recursive: true, force: true })
})

const [exercise] = listExercises()

test('what one command shows another one sees, until it ends', () => {
  if (exercise === undefined) throw new Error('There are no exercises.')
  const plan: Plan = { exercise, people: ['Anna', 'Ben'], times: { ...talking, alone: 10 * minute, mob: 10 * minute }, rotate: 5 * minute, prediction: '', discussion: [], reflection: [] }
  const session: Session = { ...beginning, part: 'mob', running: true, elapsed: 4 * minute, added: minute, turn: 1 }
  expect(clockNow()).toBeUndefined()
  showClock(session, plan, 1_000_000)
  expect(clockNow(1_001_000)).toEqual({ exercise: exercise.name, part: 'mob', running: true, left: 7 * minute - 1_000, driver: 'Ben' })
  showClock({ ...session, part: 'alone', running: false }, plan, 1_002_000)
  expect(clockNow(1_003_000)).toEqual({ exercise: exercise.name, part: 'alone', running: false, left: 7 * minute, driver: undefined })
  hideClock()
  hideClock()
  expect([clockNow(1_003_000), readdirSync(records)]).toEqual([undefined, []])
})

test('where nothing can be written the clock goes on, and shows nothing', () => {
  if (exercise === undefined) throw new Error('There are no exercises.')
  rmSync(records, { recursive: true })
  writeFileSync(records, 'a file, so that no folder can be made')
  const plan: Plan = { exercise, people: ['Anna', 'Ben'], times: { ...talking, alone: 0, mob: minute }, rotate: minute, prediction: '', discussion: [], reflection: [] }
  showClock(beginning, plan)
  expect(clockNow()).toBeUndefined()
  hideClock()
})
