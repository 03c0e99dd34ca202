import { describe, expect, test } from 'vitest'
import { consumer, endpoint, TimeoutError, UnavailableError } from '../index.js'
import { mostOf, tell } from '../exploration/fixtures/stories.js'
import type { SmallSystem } from '../exploration/fixtures/small-system.js'

/** An endpoint that writes down what it receives, and when; and a scenario that sends it so many messages. */
function inbox(messages: number, log: string[] = []): SmallSystem {
  return {
    nodes: [endpoint('inbox', { Go: (_message, { messageId, deliveryCount }) => Promise.resolve(void log.push(`${messageId}, delivery ${deliveryCount}, at ${performance.now()}`)) }, { instances: 1 })],
    async scenario({ send }) {
      for (let number = 1; number <= messages; number++) await send('inbox', { type: 'Go' })
    },
  }
}

/** An endpoint that sends one message on and says how that went. */
function forwarder(log: string[]): SmallSystem {
  return {
    nodes: [
      endpoint('forwarder', {
        async Go(_message, { send }) {
          try {
            await send('target', { type: 'Next' }, { id: 'next' })
            log.push('sent')
          } catch (error) {
            log.push(error instanceof TimeoutError ? 'no answer' : error instanceof UnavailableError ? 'refused' : 'something else')
          }
        },
      }),
      endpoint('target', { Next: (_message, { messageId }) => Promise.resolve(void log.push(`target has ${messageId}`)) }),
    ],
    scenario: ({ send }) => send('forwarder', { type: 'Go' }),
  }
}

describe('a copy', () => {
  test('is the same message once more: same id, a delivery of its own', async () => {
    const log: string[] = []
    const story = await tell({ ...inbox(1, log), faults: { copies: 1 } }, [/sends Go m1 \(1 copy\)/])
    expect(log).toEqual(['m1, delivery 1, at 0', 'm1, delivery 1, at 0'])
    expect(story.faults).toEqual(['copies'])
    expect(story.end.queues[0]?.messages).toEqual([])
  })

  test('of an event goes to one subscriber', async () => {
    const log: string[] = []
    const subscriber = (name: string) => endpoint(name, { Done: () => Promise.resolve(void log.push(name)) })
    await tell({ nodes: [subscriber('a'), subscriber('b')], scenario: ({ publish }) => publish({ type: 'Done' }), faults: { copies: 1 } }, [/publishes Done m1 \(1 copy for b\)/])
    expect(log.sort()).toEqual(['a', 'b', 'b'])
  })

  test('that has been received once comes again like any other message: when its delay is over, without anybody waiting for that', async () => {
    const failing = endpoint('inbox', { Go: (_message, { deliveryCount }) => (deliveryCount === 1 ? Promise.reject(new Error('no')) : Promise.resolve()) }, { instances: 1 })
    const { schedule } = await tell({ ...inbox(1), nodes: [failing], faults: { copies: 1 } }, [/1 copy/])
    expect(schedule.slice(1)).toEqual([
      'inbox receives Go m1', 'inbox: abandon Go m1', 'inbox receives Go m1', 'inbox: ack Go m1',
      'inbox receives Go m1 (copy)', 'inbox: abandon Go m1', 'inbox receives Go m1 (copy)', 'inbox: ack Go m1',
    ])
  })

  test('may come before, between and after other messages', async () => {
    const log: string[] = []
    await tell({ ...inbox(2, log), faults: { copies: 1 } }, [/sends Go m1 \(1 copy\)/, /receives Go m1$/, /sends Go m2/, /receives Go m2/])
    expect(log.map((line) => line.slice(0, 2))).toEqual(['m1', 'm2', 'm1'])
  })

  test('is tried within its budget', async () => {
    expect(await mostOf('copies', inbox(2))).toEqual([1, 2])
  })
})

describe('a late copy', () => {
  test('comes a minute later', async () => {
    const log: string[] = []
    await tell({ ...inbox(1, log), faults: { lateCopies: 1 } }, [/1 late copy/])
    expect(log).toEqual(['m1, delivery 1, at 0', 'm1, delivery 1, at 60000'])
  })

  test('is tried within its budget', async () => {
    expect(await mostOf('lateCopies', inbox(2))).toEqual([1, 2])
  })
})

describe('a reordering', () => {
  test('lets a message overtake the ones before it', async () => {
    const log: string[] = []
    const story = await tell({ ...inbox(3, log), faults: { reorderings: 1 } }, [/sends Go m2/, /sends Go m3/, /receives Go m3/])
    expect(log.map((line) => line.slice(0, 2))).toEqual(['m3', 'm1', 'm2'])
    expect(story.faults).toEqual(['reorderings'])
  })

  test('does not happen without being asked for', async () => {
    await expect(tell(inbox(2), [/sends Go m2/, /receives Go m2/, /receives Go m1/])).rejects.toThrow('This never could happen')
  })

  test('is tried within its budget', async () => {
    expect(await mostOf('reorderings', inbox(3))).toEqual([1, 2])
  })
})

describe('a delay', () => {
  test('makes a message take a minute; those after it overtake', async () => {
    const log: string[] = []
    await tell({ ...inbox(2, log), faults: { delays: 1 } }, [/sends Go m1 \(1 delayed message\)/])
    expect(log).toEqual(['m2, delivery 1, at 0', 'm1, delivery 1, at 60000'])
  })

  test('is tried within its budget', async () => {
    expect(await mostOf('delays', inbox(2))).toEqual([1, 2])
  })
})

describe('a lost acknowledgement', () => {
  test('brings the message again when its lock has expired', async () => {
    const log: string[] = []
    const story = await tell({ ...inbox(1, log), faults: { lostAcks: 1 } }, [/ack Go m1 \(lost\)/])
    expect(log).toEqual(['m1, delivery 1, at 0', 'm1, delivery 2, at 30000'])
    expect(story.end.queues[0]?.messages).toEqual([])
  })

  test('is no answer to whoever acknowledges', async () => {
    const log: string[] = []
    const loop = consumer('inbox', async (receiver) => {
      for (;;) {
        const delivery = await receiver.receive()
        await delivery.ack().then(
          () => log.push('done'),
          (error: unknown) => log.push(error instanceof TimeoutError ? 'no answer' : 'something else'),
        )
      }
    }, { instances: 1 })
    await tell({ nodes: [loop], scenario: ({ send }) => send('inbox', { type: 'Go' }), faults: { lostAcks: 1 } }, [/ack Go m1 \(lost\)/])
    expect(log).toEqual(['no answer', 'done'])
  })

  test('is tried within its budget', async () => {
    expect(await mostOf('lostAcks', inbox(1))).toEqual([1, 2])
  })

  test('is one of an ack: what else settles a message is answered', async () => {
    const loop = consumer('inbox', async (receiver) => {
      for (;;) {
        const { deliveryCount, renew, abandon, deadLetter } = await receiver.receive()
        await renew()
        await (deliveryCount === 1 ? abandon() : deadLetter('enough'))
      }
    }, { instances: 1 })
    expect(await mostOf('lostAcks', { nodes: [loop], scenario: ({ send }) => send('inbox', { type: 'Go' }) })).toEqual([0, 0])
  })
})

describe('a stall', () => {
  const reading = (instances: number) => endpoint('inbox', { Go: (_message, { store }) => store.get('things', 'x').then(() => undefined) }, { instances })

  test('ends before the next one of the same delivery can begin, and takes a live consumer', async () => {
    const later: SmallSystem = { nodes: [reading(1)], scenario: async ({ send }) => {
      await send('inbox', { type: 'Go' })
      await send('inbox', { type: 'Go' }, { delay: 10_000 })
    } }
    await expect(tell({ ...later, faults: { stalls: 2 }, broker: { maxDeliveries: 1 } }, [/sends Go m2/, /receives Go m1/, /stalls until the lock of Go m1/, /stalls until the lock of Go m1/])).rejects.toThrow('This never could happen')
    await expect(tell({ ...later, faults: { stalls: 1, crashes: 1 }, broker: { maxDeliveries: 1 } }, [/receives Go m1/, /crashes/, /stalls until the lock of Go m1/])).rejects.toThrow('This never could happen: /stalls until the lock of Go m1/')
  })

  test('is one of one instance: meanwhile the other works', async () => {
    const { schedule } = await tell({ nodes: [reading(2)], scenario: async ({ send }) => {
      await send('inbox', { type: 'Go' })
      await send('inbox', { type: 'Go' }, { delay: 10_000 })
    }, faults: { stalls: 1 } }, [/sends Go m2/, /inbox 1 receives Go m1/, /inbox 1 stalls until/, /10 s pass/, /inbox 2 receives Go m2/, /inbox 2: ack Go m2/])
    expect(schedule.slice(-3)).toEqual(expect.arrayContaining([expect.stringContaining('ack Go m1')]))
    expect(schedule.indexOf('inbox 2: ack Go m2')).toBeLessThan(schedule.indexOf('the lock of Go m1 expires'))
  })
})

describe('an ambiguous send', () => {
  test('gives no answer, and the message is there', async () => {
    const log: string[] = []
    await tell({ ...forwarder(log), faults: { ambiguousSends: 1 } }, [/sends Next next \(1 ambiguous send, it arrives\)/])
    expect(log).toEqual(['no answer', 'target has next'])
  })

  test('gives no answer, and the message is not there', async () => {
    const log: string[] = []
    await tell({ ...forwarder(log), faults: { ambiguousSends: 1 } }, [/sends Next next \(1 ambiguous send, it does not arrive\)/])
    expect(log).toEqual(['no answer'])
  })

  test('does not happen to the scenario, which lies outside the system', async () => {
    expect(await mostOf('ambiguousSends', inbox(1))).toEqual([0, 0])
  })

  test('is tried within its budget', async () => {
    const twice: SmallSystem = {
      nodes: [endpoint('a', { async Go(_message, { send }) { for (const id of ['x', 'y']) await send('a', { type: 'Next' }, { id }).catch(() => undefined) }, Next: () => Promise.resolve() }, { instances: 1 })],
      scenario: ({ send }) => send('a', { type: 'Go' }),
    }
    expect(await mostOf('ambiguousSends', twice)).toEqual([1, 2])
  })
})

describe('a refusal', () => {
  test('of a send says so, and the message is not there', async () => {
    const log: string[] = []
    await tell({ ...forwarder(log), faults: { refusals: 1 } }, [/sends Next next \(1 refusal\)/])
    expect(log).toEqual(['refused'])
  })
})
