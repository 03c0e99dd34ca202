import { expect, test } from 'vitest'
import { Books } from './books.js'
import { Timetable } from './timetable.js'

test('a message is ready until somebody holds it, and again when that one has died', () => {
  const books = new Books()
  books.arrived('orders')
  expect(books.ready('orders')).toBe(1)
  books.received(2, 'orders', 'm1')
  expect([books.ready('orders'), books.holds(2)]).toEqual([0, 1])
  books.died(2)
  expect([books.ready('orders'), books.holds(2)]).toEqual([1, 0])
  books.received(3, 'orders', 'm1')
  books.letGo(3, 'orders', 'm1')
  books.settled('orders')
  expect([books.ready('orders'), books.unsettled('orders')]).toEqual([0, 0])
})

test('a message that waits is not ready, and says when it is due', async () => {
  const books = new Books()
  books.arrived('orders')
  books.waits('orders', 'm1', 1_000)
  expect([books.ready('orders'), books.nextDue]).toEqual([0, 1_000])
  const wait = await books.came('orders', 'm1')
  expect([wait.due, books.ready('orders'), books.nextDue]).toEqual([1_000, 0, Infinity])
  books.released(wait)
  expect(books.ready('orders')).toBe(1)
})

test('a message may come back before anybody has said that it waits', async () => {
  const books = new Books()
  books.arrived('orders')
  const came = books.came('orders', 'm1')
  books.waits('orders', 'm1', 2_000)
  expect((await came).due).toBe(2_000)
  expect([books.ready('orders'), books.nextDue]).toEqual([0, Infinity])
})

test('the clock moves to what is due next, and counts how often it was put forward', () => {
  const clock = { now: 0, advance: (to: number) => void (clock.now = to) }
  const timetable = new Timetable(clock)
  const ran: string[] = []
  timetable.add({ key: '1.a', due: 3_600_000, run: () => ran.push('hour') })
  timetable.add({ key: '2.b', due: 1_000, run: () => ran.push('second') })
  timetable.add({ key: '2.c', due: 1_000, run: () => ran.push('and another') })
  timetable.add({ key: '3.d', due: 5, run: () => ran.push('of somebody dead') })
  timetable.removeAll('3.')
  while (timetable.nextDue < Infinity) timetable.runNext()
  expect(ran).toEqual(['second', 'and another', 'hour'])
  expect([clock.now, timetable.jumps, timetable.skipped]).toEqual([3_600_000, 2, 3_600_000])
})
