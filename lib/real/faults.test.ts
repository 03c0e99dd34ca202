import { expect, test } from 'vitest'
import type { FaultBudget } from '../simulation/index.js'
import { plainly, type Moment } from './conductor.js'
import { planFaults } from './faults.js'
import type { Happening } from './happening.js'
import type { Ask, Done } from './protocol.js'

function momentOf(ask: Omit<Ask, 'id' | 'task'>, more: Partial<Moment> = {}): Moment {
  return { slot: 1, name: 'orders', instance: 1, instances: 1, kind: 'endpoint', mortal: true, incarnation: 1, ask: { id: 1, task: 'Go m1', ...ask }, outcomes: [], ...more }
}

const happening = (moment: Moment, receivers: readonly string[] = []): Happening => ({ moment, order: plainly, done: undefined, at: 0, receivers })
const commit = momentOf({ kind: 'commit', text: 'commit' })
const publish = momentOf({ kind: 'publish', text: 'publish Done m-12345678', subject: 'Done' })
const happened = [happening(momentOf({ kind: 'receive', text: 'Go m1' })), happening(commit), happening(publish, ['mail', 'books']), happening(momentOf({ kind: 'settle', text: 'ack Go m1', verb: 'ack' }))]
const plan = (budget: FaultBudget): readonly string[] => planFaults(budget, happened).map(({ text }) => text)
const done = (asOrdered: boolean): Done => ({ id: 1, error: undefined, outcome: '', asOrdered })

test('a process is killed before and after each operation, and once in the code behind one', () => {
  expect(plan({ crashes: 1 })).toEqual([
    'killed before orders: Go m1 (Go m1)',
    'killed before orders: commit (Go m1)',
    'killed after orders: commit (Go m1)',
    'killed before orders: publish Done m-12345678 (Go m1)',
    'killed after orders: publish Done m-12345678 (Go m1)',
    'killed before orders: ack Go m1 (Go m1)',
    'killed after orders: ack Go m1 (Go m1)',
    'killed in the code behind orders: commit (Go m1)',
  ])
})

test('every other fault is planned where it can be met, and nothing without a budget', () => {
  expect(plan({})).toEqual([])
  expect(plan({ copies: 1 }).map((text) => text.replace(/^.*, /, ''))).toEqual(['twice for mail', 'twice for books'])
  expect(plan({ lostAcks: 1 })).toEqual(['orders: ack Go m1 (Go m1): the acknowledgement is lost'])
  expect(plan({ ambiguousCommits: 1 })).toHaveLength(2)
  expect(plan({ refusals: 1 })).toHaveLength(2)
  expect(plan({ stalls: 1, reorderings: 1, delays: 1 })).toEqual([])
})

test('a fault is met at its operation, found again whatever ids were drawn, and only once in a run', async () => {
  const [, , , , after] = planFaults({ crashes: 1 }, happened)
  if (after === undefined) throw new Error('Nothing was planned.')
  const conductor = after.conductor()
  const again = momentOf({ kind: 'publish', text: 'publish Done m-87654321', subject: 'Done' })
  expect([await conductor.before(again), await conductor.after(again, done(true)), after.met()]).toEqual([plainly, 'kill', true])
  expect(await conductor.after(publish, done(true))).toBe('on')
  const another = after.conductor()
  expect(after.met()).toBe(false)
  expect(await another.before(commit)).toBe(plainly)
  expect(after.met()).toBe(false)
})

test('a cut that did not come about is not met', async () => {
  const [cut] = planFaults({ ambiguousCommits: 1 }, happened)
  if (cut === undefined) throw new Error('Nothing was planned.')
  const conductor = cut.conductor()
  expect(await conductor.before(commit)).toEqual({ kind: 'go', how: 'answer lost' })
  expect(cut.met()).toBe(true)
  await conductor.after(commit, done(false))
  expect(cut.met()).toBe(false)
})
