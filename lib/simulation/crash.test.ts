import { describe, expect, test } from 'vitest'
import { consumer, endpoint, insert, put } from '../index.js'
import { mostOf, tell, tellAll } from '../exploration/fixtures/stories.js'
import type { SmallSystem } from '../exploration/fixtures/small-system.js'

const go = ({ send }: Parameters<SmallSystem['scenario']>[0]): Promise<void> => send('worker', { type: 'Go' })

describe('a crash is silence', () => {
  test('no catch and no finally runs, and nothing after them', async () => {
    const log: string[] = []
    const worker = endpoint('worker', {
      async Go(_message, { store }) {
        log.push('begins')
        try {
          await store.commit(put('things', 'x', 1))
          log.push('committed')
        } catch {
          log.push('catch')
        } finally {
          log.push('finally')
        }
        log.push('goes on')
      },
    })
    await tell({ nodes: [worker], scenario: go, faults: { crashes: 1 } }, [/crashes/])
    expect(log).toEqual(['begins', /* dead, and again: */ 'begins', 'committed', 'finally', 'goes on'])
  })

  test('the dead incarnation does nothing more: no timer, no read, no commit of it', async () => {
    const log: string[] = []
    let starts = 0
    const worker = endpoint('worker', {
      async Go(_message, { store }) {
        starts += 1
        const who = starts
        setTimeout(() => log.push(`timer of ${who}`), 1_000)
        await new Promise((resolve) => setTimeout(resolve, 2_000))
        log.push(`${who} reads`)
        await store.get('things', 'x')
        log.push(`${who} commits`)
        await store.commit(put('things', 'x', who))
      },
    })
    const story = await tell({ nodes: [worker], scenario: go, faults: { crashes: 1 } }, [/crashes/])
    expect(log).toEqual(['timer of 2', '2 reads', '2 commits'])
    expect(story.end.stores['worker']?.['things']).toEqual([{ id: 'x', version: 1, value: 2 }])
  })

  test('a commit happened as a whole, or not at all', async () => {
    const worker = endpoint('worker', {
      async Go(_message, { store, deliveryCount }) {
        if (deliveryCount === 1) await store.commit(insert('things', 'x', 1), insert('things', 'y', 1))
      },
    })
    const stories = await tellAll({ nodes: [worker], scenario: go, faults: { crashes: 1 } })
    const counts = stories.map(({ end }) => end.stores['worker']?.['things']?.length ?? 0)
    expect([...new Set(counts)].sort()).toEqual([0, 2])
  })
})

describe('after a crash', () => {
  test('its locks are free, and the message comes again with its delivery count', async () => {
    const log: string[] = []
    const worker = endpoint('worker', {
      Go: (_message, { messageId, deliveryCount, store }) => {
        log.push(`${messageId}, delivery ${deliveryCount}`)
        return store.commit(put('things', 'x', 1)).then(() => undefined)
      },
    })
    const story = await tell({ nodes: [worker], scenario: go, faults: { crashes: 1 } }, [/commits/, /crashes/])
    expect(log).toEqual(['m1, delivery 1', 'm1, delivery 2'])
    expect(story.end.queues).toMatchObject([{ name: 'worker', messages: [], deadLetters: [] }])
  })

  test('memory of the factory form is gone; what stands in the store is there', async () => {
    const worker = endpoint('worker', () => {
      let seen = 0
      return {
        async Go(_message, { store }) {
          seen += 1
          const stored = await store.get<number>('things', 'stored')
          await store.commit(put('things', 'seen', seen), put('things', 'stored', (stored?.value ?? 0) + 1))
        },
      }
    }, { instances: 1 })
    const story = await tell({ nodes: [worker], scenario: async ({ send }) => { await send('worker', { type: 'Go' }); await send('worker', { type: 'Go' }) }, faults: { crashes: 1 } }, [/ack Go m1/, /commits/, /crashes/])
    // m1, then m2 until it was committed, then m2 again
    expect(story.end.stores['worker']?.['things']).toMatchObject([{ id: 'seen', value: 1 }, { id: 'stored', value: 3 }])
  })

  test('without a crash, memory of the factory form lasts', async () => {
    const seen: number[] = []
    const worker = endpoint('worker', () => {
      let count = 0
      return { Go: () => Promise.resolve(void seen.push((count += 1))) }
    }, { instances: 1 })
    await tell({ nodes: [worker], scenario: async ({ send }) => { await send('worker', { type: 'Go' }); await send('worker', { type: 'Go' }) } })
    expect(seen).toEqual([1, 2])
  })

  test('a receive loop begins anew', async () => {
    const log: string[] = []
    const worker = consumer('worker', async (receiver, { store }) => {
      log.push('loop begins')
      for (;;) {
        const delivery = await receiver.receive()
        await store.commit(put('things', delivery.messageId, delivery.deliveryCount))
        await delivery.ack()
      }
    }, { instances: 1 })
    const story = await tell({ nodes: [worker], scenario: go, faults: { crashes: 1 } }, [/commits/, /crashes/])
    expect(log).toEqual(['loop begins', 'loop begins'])
    expect(story.end.stores['worker']?.['things']).toMatchObject([{ id: 'm1', value: 2, version: 2 }])
  })
})

describe('a crash is tried', () => {
  const twoSteps: SmallSystem = {
    nodes: [endpoint('worker', { Go: (_message, { store }) => store.commit(put('things', 'x', 1)).then(() => undefined) }, { instances: 1 })],
    scenario: go,
  }

  test('within its budget', async () => {
    expect(await mostOf('crashes', twoSteps)).toEqual([1, 2])
  })

  test('before and after each step', async () => {
    const stories = await tellAll({ ...twoSteps, faults: { crashes: 1 } })
    const before = stories.map(({ schedule }) => schedule.slice(1, Math.max(1, schedule.findIndex((label) => label.includes('crashes')))).map((label) => label.replace(/.*(receives|commits|ack).*/, '$1')))
    expect(new Set(before.map((labels) => labels.join()))).toEqual(new Set(['', 'receives', 'receives,commits']))
  })
})
