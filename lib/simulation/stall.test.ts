import { describe, expect, test } from 'vitest'
import { consumer, endpoint, LockLostError, put } from '../index.js'
import { mostOf, tell } from '../exploration/fixtures/stories.js'
import type { SmallSystem } from '../exploration/fixtures/small-system.js'

const go = ({ send }: Parameters<SmallSystem['scenario']>[0]): Promise<void> => send('worker', { type: 'Go' })

describe('a stall', () => {
  test('outlasts the lock; another consumer gets the message, and the zombie goes on as if nothing had happened', async () => {
    const log: string[] = []
    const worker = endpoint('worker', {
      async Go(_message, { store, deliveryCount }) {
        await store.get('things', 'x')
        log.push(`delivery ${deliveryCount} commits at ${performance.now()}`)
        await store.commit(put('things', 'x', deliveryCount))
      },
    })
    const story = await tell({ nodes: [worker], scenario: go, faults: { stalls: 1 } }, [/stalls until the lock of Go m1 has expired/, /worker 2 receives/, /worker 2, .* reads/, /worker 2, .* commits/, /worker 1, .* reads/])
    expect(log).toEqual(['delivery 2 commits at 30000', 'delivery 1 commits at 30000'])
    expect(story.end.stores['worker']?.['things']).toEqual([{ id: 'x', version: 2, value: 1 }]) // the older one won
    expect(story.faults).toEqual(['stalls'])
  })

  test('the zombie is told only when it settles', async () => {
    const log: string[] = []
    const worker = consumer('worker', async (receiver) => {
      for (;;) {
        const { ack, deliveryCount } = await receiver.receive()
        await ack().then(
          () => log.push(`${deliveryCount} done`),
          (error: unknown) => log.push(`${deliveryCount} ${error instanceof LockLostError ? 'lock lost' : 'something else'}`),
        )
      }
    })
    await tell({ nodes: [worker], scenario: go, faults: { stalls: 1 } }, [/stalls/, /worker receives|worker 2 receives/])
    expect(log.sort()).toEqual(['1 lock lost', '2 done'])
  })

  test('without it, nobody gets a message that somebody works on', async () => {
    const worker = endpoint('worker', { Go: (_message, { store }) => store.commit(put('things', 'x', 1)).then(() => undefined) })
    await expect(tell({ nodes: [worker], scenario: go }, [/worker 1 receives/, /worker 2 receives/])).rejects.toThrow('This never could happen')
  })

  test('is tried within its budget', async () => {
    const worker = endpoint('worker', { Go: (_message, { store }) => store.get('things', 'x').then(() => undefined) }, { instances: 1 })
    expect(await mostOf('stalls', { nodes: [worker], scenario: go })).toEqual([1, 2])
  })
})
