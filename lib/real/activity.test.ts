import { expect, test } from 'vitest'
import { Activity } from './activity.js'
import { Turns } from './turns.js'

const soon = (): Promise<void> => new Promise((resolve) => setImmediate(() => setImmediate(resolve)))

test('somebody looks once nothing goes on any more', async () => {
  let looked = 0
  const activity = new Activity(() => (looked += 1))
  activity.begin('1.1')
  activity.begin('2.1')
  activity.end('1.1')
  await soon()
  expect(looked).toBe(0)
  activity.end('2.1')
  await soon()
  expect(looked).toBe(1)
})

test('what waits for leave does not go on, and whoever is gone does nothing any more', async () => {
  const activity = new Activity(() => undefined)
  let leave: (value: string) => void = () => undefined
  const waited = new Promise<string>((resolve) => (leave = resolve))
  activity.begin('1.1')
  const held = activity.hold('1.1', waited)
  expect([activity.isIdle, activity.holdsAny]).toEqual([true, true])
  leave('go')
  expect([await held, activity.isIdle, activity.holdsAny, activity.any('1.')]).toEqual(['go', false, false, true])
  activity.forget('1.')
  expect(activity.isIdle).toBe(true)
})

test('turns come one after the other, also when somebody dies who waits for one', async () => {
  const turns = new Turns()
  const order: string[] = []
  const take = (key: string): void => void turns.take(key).then(() => order.push(key))
  for (const key of ['1.1', '2.1', '3.1']) take(key)
  await soon()
  expect(order).toEqual(['1.1'])
  turns.passAll('2.')
  await soon()
  expect(order).toEqual(['1.1']) // the first has not passed it on
  turns.pass('1.1')
  await soon()
  expect(order).toEqual(['1.1', '2.1', '3.1'])
})
