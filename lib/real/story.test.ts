import { describe, expect, test } from 'vitest'
import type { Participant, TraceStep } from '../simulation/index.js'
import { plainly, type Go, type Kill, type Moment } from './conductor.js'
import type { Ask, Done } from './protocol.js'
import { chanceOf, notStageable, Staging } from './story.js'

const orders = (instance: number): Participant => ({ name: 'orders', kind: 'endpoint', instance })
const store: Participant = { name: 'orders', kind: 'store', instance: 1 }
const broker: Participant = { name: 'broker', kind: 'broker', instance: 1 }
const web: Participant = { name: 'web', kind: 'service', instance: 1 }

function stepsOf(...steps: readonly Omit<TraceStep, 'number' | 'at'>[]): readonly TraceStep[] {
  return steps.map((step, index) => ({ number: index + 1, at: 0, ...step }))
}

function momentOf(slot: number, ask: Pick<Ask, 'id' | 'kind' | 'text' | 'task'>): Moment {
  return { slot, name: 'orders', instance: slot, instances: 2, kind: 'endpoint', mortal: true, incarnation: 1, ask, outcomes: [] }
}

const done: Done = { id: 1, error: undefined, outcome: '', asOrdered: true }
const task = 'SubmitOrder m1'
const receive = (slot: number, id = 1): Moment => momentOf(slot, { id, kind: 'receive', text: task, task })
const commit = (slot: number, id = 2): Moment => momentOf(slot, { id, kind: 'commit', text: 'commit', task })
const received = { action: 'receive', from: broker, to: orders(1), text: task } as const
const commits = { action: 'commit', from: orders(1), to: store, task, text: 'commit' } as const

/** What was decided so far; `undefined` while it waits. */
function decided(answer: Go | Kill | Promise<Go | Kill>): { order: Go | Kill | undefined } {
  const box: { order: Go | Kill | undefined } = { order: undefined }
  void Promise.resolve(answer).then((order) => (box.order = order))
  return box
}

const soon = (): Promise<void> => new Promise((resolve) => setImmediate(() => setImmediate(resolve)))

describe('a staged story', () => {
  test('makes operations wait for their turn', async () => {
    const staging = new Staging({ steps: stepsOf(received, commits, { ...received, to: orders(2), text: 'SubmitOrder m2' }), schedule: [] })
    const second = decided(staging.before(momentOf(2, { id: 1, kind: 'receive', text: 'SubmitOrder m2', task: 'SubmitOrder m2' })))
    const first = decided(staging.before(receive(1)))
    const write = decided(staging.before(commit(1)))
    await soon()
    expect([first.order, write.order, second.order]).toEqual([plainly, plainly, undefined])
    staging.after(commit(1), done)
    await soon()
    expect([second.order, staging.expects(), staging.difference]).toEqual([plainly, false, undefined])
  })

  test('kills where the story crashes, whoever plays the part', async () => {
    const staging = new Staging({ steps: stepsOf(received, { action: 'crash', from: orders(1), text: 'crash', fault: 'crashes' }), schedule: [] })
    const first = decided(staging.before(receive(2)))
    const write = decided(staging.before(commit(2)))
    await soon()
    expect([first.order, write.order]).toEqual([plainly, { kind: 'kill' }])
  })

  test('loses the answer or the request of an ambiguous commit, as the story says', async () => {
    for (const [outcome, how] of [['+ orders c1, outcome unknown', 'answer lost'], ['nothing written, outcome unknown', 'request lost']] as const) {
      const staging = new Staging({ steps: stepsOf({ ...commits, fault: 'ambiguousCommits', outcome }), schedule: [] })
      const write = decided(staging.before(commit(1)))
      await soon()
      expect(write.order).toEqual({ kind: 'go', how })
    }
  })

  test('says which step differs, and goes on', async () => {
    const staging = new Staging({ steps: stepsOf(received, commits), schedule: [] })
    decided(staging.before(receive(1)))
    const read = decided(staging.before(momentOf(1, { id: 2, kind: 'get', text: 'get orders c1', task })))
    await soon()
    expect(read.order).toBeUndefined()
    expect(staging.stalled(false)).toBe(true)
    await soon()
    expect(read.order).toEqual(plainly)
    staging.stalled(false)
    expect(staging.difference).toBe('1 step of the story did not come about, and 1 other operation did. First, step 2 did not come about: orders: commit; not in the story: orders: get orders c1 (SubmitOrder m1).')
  })

  test('lets time pass only when nothing else can happen', async () => {
    const staging = new Staging({ steps: stepsOf({ action: 'time', from: broker, text: '1 h passes' }), schedule: [] })
    const write = decided(staging.before(commit(1)))
    expect(staging.stalled(true)).toBe(true)
    await soon()
    expect(write.order).toEqual(plainly)
    expect(staging.stalled(true)).toBe(false)
    expect(staging.expects()).toBe(false)
  })
})

test('what cannot be staged is told with its true reason', () => {
  const reasonOf = (...steps: readonly Omit<TraceStep, 'number' | 'at'>[]): string | undefined => notStageable({ steps: stepsOf(...steps), schedule: [] })
  expect(reasonOf(received, commits)).toBeUndefined()
  expect(reasonOf({ action: 'time', from: web, text: 'stalls', fault: 'stalls' })).toMatch(/^not staged: a process that stalls/)
  expect(reasonOf(received, { action: 'time', from: orders(1), text: 'stalls', fault: 'stalls' })).toMatch(/^not on RabbitMQ: a hold on a message that ends while its consumer lives and stalls/)
  expect(reasonOf({ ...received, fault: 'reorderings' })).toMatch(/^not on RabbitMQ: a message that overtakes another .*\(SubmitOrder m1\)\.$/)
  expect(reasonOf({ ...received, fault: 'delays' })).toMatch(/^not on RabbitMQ: a confirmed message that is not in its queue yet/)
  expect(reasonOf({ action: 'settle', from: orders(1), to: broker, text: 'renew SubmitOrder m1' })).toMatch(/^not on RabbitMQ: .*renewed/)
  expect(reasonOf({ action: 'time', from: web, text: 'random values: seed 3' })).toBe('not staged: random values that come from a chosen seed (seed 3).')
})

test('random values at their ends are staged', () => {
  expect(chanceOf({ steps: stepsOf({ action: 'time', from: web, text: 'random values: always the least, 0' }) })).toBe('least')
  expect(chanceOf({ steps: stepsOf(received) })).toBeUndefined()
})
