import { expect, test } from 'vitest'
import { provesMissingAwait, schedulers } from './scheduler.js'
import { describeRounds, type Round } from './scheduler-rounds.js'

test('the engine sees a missing await as it is measured', async () => {
  await expect(provesMissingAwait()).resolves.toBeUndefined()
})

test('the engine and fast-check run the same executions: as many updates get lost with one as with the other', async () => {
  const lost: number[] = []
  for (const make of Object.values(schedulers)) {
    const scheduler = make()
    let left = 0
    for (let count = 0; count < 400; count++) left += await scheduler.once()
    scheduler.close()
    lost.push(20 - left / 400)
  }
  const [engine = NaN, fastCheck = NaN] = lost
  expect(engine).toBeGreaterThan(1)
  expect(Math.abs(engine - fastCheck)).toBeLessThan(0.5)
})

test('what was compared is told, with the median, the lowest and the highest', () => {
  const round = (ratio: number): Round => ({ engine: { executions: 1_000, microseconds: 20_000, left: 1 }, fastCheck: { executions: 1_000, microseconds: 20_000 * ratio, left: 1 }, ratio })
  expect(describeRounds([round(7), round(5), round(6)])).toEqual([
    "The scheduler alone: the same two handlers of ten reads and ten writes each, 40 steps in random order, by this engine and by fast-check's scheduler",
    '  in processor time of processes of their own, in turn; 3 rounds of 1,000 executions each. This engine watches for a missing await meanwhile, and has seen one',
    "  6.0 × the executions per second of fast-check's scheduler: the median; the lowest is 5.0, the highest 7.0 (50,000 and 8,333 a second)",
  ])
})
