import { describe, expect, test } from 'vitest'
import { consumer, endpoint } from '../index.js'
import { narrated, tell } from '../exploration/fixtures/stories.js'
import type { SmallSystem } from '../exploration/fixtures/small-system.js'

const worker = endpoint('worker', { Go: () => Promise.resolve() }, { instances: 1 })
const sendOne: SmallSystem['scenario'] = ({ send }) => send('worker', { type: 'Go', n: 1 })

const told = async (system: SmallSystem, wishes: readonly RegExp[] = [], only?: RegExp): Promise<string> => narrated(await tell(system, wishes), only)

/** Led to each fault in turn: that step alone. */
async function toldOfEach(system: SmallSystem, faults: readonly (readonly [budget: SmallSystem['faults'], wish: RegExp])[]): Promise<string> {
  const parts: string[] = []
  for (const [budget = {}, wish] of faults) parts.push(await told({ ...system, faults: budget }, [wish], wish))
  return parts.join('\n')
}

describe('what a story says of a message', () => {
  test('that is sent, received and settled', async () => {
    expect(await told({ nodes: [worker], scenario: sendOne })).toMatchInlineSnapshot(`
      "outside sends Go m1
        0 ms: outside 1 (scenario) send broker 1 (broker): send Go m1 | scenario
        data {"type":"Go","n":1}
        fact {"label":"","subject":"message Go","after":{"n":1}}
      worker receives Go m1
        0 ms: broker 1 (broker) receive worker 1 (endpoint): Go m1 | Go m1
        data {"type":"Go","n":1}
      worker: ack Go m1
        0 ms: worker 1 (endpoint) settle broker 1 (broker): ack Go m1 | Go m1
        data null"
    `)
  })

  test('that is published: who gets it, and which of them gets the copy', async () => {
    const b = endpoint('b', { Done: () => Promise.resolve() }, { instances: 1 })
    const a = consumer('a', async (receiver) => { for (;;) await (await receiver.receive()).ack() }, { instances: 1, subscribes: ['Done'] })
    const scenario: SmallSystem['scenario'] = async ({ publish }) => {
      await publish({ type: 'Done' })
      await publish({ type: 'Unheard' })
    }
    expect(await told({ nodes: [b, a], scenario, faults: { copies: 1 } }, [/copy for b/])).toMatchInlineSnapshot(`
      "outside publishes Done m1 (1 copy for b) [copies]
        0 ms: outside 1 (scenario) publish broker 1 (broker): publish Done m1 → → a, b, the copy for b | scenario
        data {"type":"Done"}
        fact {"label":"","subject":"message Done","after":{}}
      outside publishes Unheard m2
        0 ms: outside 1 (scenario) publish broker 1 (broker): publish Unheard m2 → no subscriber | scenario
        data {"type":"Unheard"}
        fact {"label":"","subject":"message Unheard","after":{}}
      a receives Done m1
        0 ms: broker 1 (broker) receive a 1 (endpoint): Done m1 | Done m1
        data {"type":"Done"}
      a: ack Done m1
        0 ms: a 1 (endpoint) settle broker 1 (broker): ack Done m1 | receive loop
        data null
      b receives Done m1
        0 ms: broker 1 (broker) receive b 1 (endpoint): Done m1 | Done m1
        data {"type":"Done"}
      b: ack Done m1
        0 ms: b 1 (endpoint) settle broker 1 (broker): ack Done m1 | Done m1
        data null
      b receives Done m1 (copy)
        0 ms: broker 1 (broker) receive b 1 (endpoint): Done m1 → a copy | Done m1
        data {"type":"Done"}
      b: ack Done m1
        0 ms: b 1 (endpoint) settle broker 1 (broker): ack Done m1 | Done m1
        data null"
    `)
  })

  test('that goes from one of several to one of several', async () => {
    const sender = endpoint('sender', { Go: (_message, { send }) => send('worker', { type: 'Go', deep: { a: [1] } }, { id: 'x', headers: { trace: 't' } }) })
    expect(await told({ nodes: [sender, endpoint('worker', { Go: () => Promise.resolve() })], scenario: ({ send }) => send('sender', { type: 'Go' }) }, [/sender 2 receives/, /worker 2 receives/])).toMatchInlineSnapshot(`
      "outside sends Go m1
        0 ms: outside 1 (scenario) send broker 1 (broker): send Go m1 | scenario
        data {"type":"Go"}
        fact {"label":"","subject":"message Go","after":{}}
      sender 2 receives Go m1
        0 ms: broker 1 (broker) receive sender 2 (endpoint): Go m1 | Go m1
        data {"type":"Go"}
      sender 2 sends Go x
        0 ms: sender 2 (endpoint) send broker 1 (broker): send Go x | Go m1
        data {"type":"Go","deep":{"a":[1]}}
        fact {"label":"","subject":"message Go","after":{"deep":{"a":[1]}}}
      worker 2 receives Go x
        0 ms: broker 1 (broker) receive worker 2 (endpoint): Go x | Go x
        data {"type":"Go","deep":{"a":[1]}}
      worker 2: ack Go x
        0 ms: worker 2 (endpoint) settle broker 1 (broker): ack Go x | Go x
        data null
      sender 2: ack Go m1
        0 ms: sender 2 (endpoint) settle broker 1 (broker): ack Go m1 | Go m1
        data null"
    `)
  })

  test('that takes a while', async () => {
    expect(await told({ nodes: [worker], scenario: ({ send }) => send('worker', { type: 'Go' }, { delay: 90_000 }) })).toMatchInlineSnapshot(`
      "outside sends Go m1
        0 ms: outside 1 (scenario) send broker 1 (broker): send Go m1 | scenario
        data {"type":"Go"}
        fact {"label":"","subject":"message Go","after":{}}
      90 s pass
        90000 ms: broker 1 (broker) time: 90 s pass
      worker receives Go m1
        90000 ms: broker 1 (broker) receive worker 1 (endpoint): Go m1 | Go m1
        data {"type":"Go"}
      worker: ack Go m1
        90000 ms: worker 1 (endpoint) settle broker 1 (broker): ack Go m1 | Go m1
        data null"
    `)
  })
})

describe('what a story says of time', () => {
  test('is how long it takes from one moment to the next', async () => {
    const scenario: SmallSystem['scenario'] = async ({ send }) => { for (const delay of [2_000, 5_000]) await send('worker', { type: 'Go' }, { delay }) }
    expect(await told({ nodes: [worker], scenario }, [], /pass/)).toMatchInlineSnapshot(`
      "2 s pass
        2000 ms: broker 1 (broker) time: 2 s pass
      3 s pass
        5000 ms: broker 1 (broker) time: 3 s pass"
    `)
  })
})

describe('what a story says of dead letters that are moved back', () => {
  const failing = endpoint('worker', { Go: () => Promise.reject(new Error('no')), Other: () => Promise.reject(new Error('no')) })
  /** Sends these, waits until they are dead letters, and moves them back: in whichever order they have died. */
  const story = (messages: readonly (readonly [type: string, id: string])[], ...order: readonly RegExp[]): Promise<string> =>
    told({ nodes: [failing], scenario: async ({ send, wait, redrive }) => {
      for (const [type, id] of messages) await send('worker', { type }, { id })
      await wait(60_000)
      await redrive('worker')
    }, broker: { maxDeliveries: 1 } }, [new RegExp(`sends ${messages.at(-1)?.join(' ') ?? ''}`), /worker 1 receives/, /worker 2 receives/, ...order], /redrives/)

  test('is which ones, by their ids, in whichever order they have died', async () => {
    for (const order of [/1: dead-letter/, /2: dead-letter/]) {
      expect(await story([['Go', 'b'], ['Go', 'a']], order)).toBe([
        'operations redrives the dead letters of worker',
        '  60000 ms: operations 1 (scenario) redrive broker 1 (broker): redrive the dead letters of worker → back in the queue: Go a, Go b | scenario',
      ].join('\n'))
    }
  })

  test('is the same for two with one id', async () => {
    const [one, other] = [await story([['Go', 'x'], ['Other', 'x']], /1: dead-letter/), await story([['Go', 'x'], ['Other', 'x']], /2: dead-letter/)]
    expect(one).toMatch(/back in the queue: (?:Go x, Other x|Other x, Go x) /)
    expect(other).toBe(one)
  })
})

describe('what a story says of a fault', () => {
  const forwarder = endpoint('forwarder', { Send: (_message, { send }) => send('worker', { type: 'Next' }, { id: 'next' }).catch(() => undefined), Publish: (_message, { publish }) => publish({ type: 'Next' }, { id: 'next' }).catch(() => undefined) }, { instances: 1 })
  const forward = (type: 'Send' | 'Publish', ...others: readonly string[]): SmallSystem => ({
    nodes: [forwarder, ...['worker', ...others].map((name) => endpoint(name, { Next: () => Promise.resolve() }, { instances: 1 }))],
    scenario: ({ send }) => send('forwarder', { type }),
  })
  const all = [[{ copies: 1 }, /Next next \(1 copy/], [{ lateCopies: 1 }, /Next next \(1 late copy/], [{ delays: 1 }, /Next next \(1 delayed/], [{ ambiguousSends: 1 }, /it arrives/], [{ ambiguousSends: 1 }, /it does not arrive/], [{ refusals: 1 }, /Next next \(1 refusal/]] as const

  test('on the way of a command', async () => {
    expect(await toldOfEach(forward('Send'), all)).toMatchInlineSnapshot(`
      "forwarder sends Next next (1 copy) [copies]
        0 ms: forwarder 1 (endpoint) send broker 1 (broker): send Next next | Send m1
        data {"type":"Next"}
        fact {"label":"","subject":"message Next","after":{}}
      forwarder sends Next next (1 late copy) [lateCopies]
        0 ms: forwarder 1 (endpoint) send broker 1 (broker): send Next next | Send m1
        data {"type":"Next"}
        fact {"label":"","subject":"message Next","after":{}}
      forwarder sends Next next (1 delayed message) [delays]
        0 ms: forwarder 1 (endpoint) send broker 1 (broker): send Next next | Send m1
        data {"type":"Next"}
        fact {"label":"","subject":"message Next","after":{}}
      forwarder sends Next next (1 ambiguous send, it arrives) [ambiguousSends]
        0 ms: forwarder 1 (endpoint) send broker 1 (broker): send Next next → it arrives, no response | Send m1
        data {"type":"Next"}
        fact {"label":"","subject":"message Next","after":{}}
      forwarder sends Next next (1 ambiguous send, it does not arrive) [ambiguousSends]
        0 ms: forwarder 1 (endpoint) send broker 1 (broker): send Next next → the broker does not have it, no response | Send m1
        data {"type":"Next"}
        fact {"label":"","subject":"message Next","after":{}}
      forwarder sends Next next (1 refusal) [refusals]
        0 ms: forwarder 1 (endpoint) send broker 1 (broker): send Next next → the broker does not have it | Send m1
        data {"type":"Next"}
        fact {"label":"","subject":"message Next","after":{}}"
    `)
  })

  test('on the way of an event', async () => {
    expect(await toldOfEach(forward('Publish'), all)).toMatchInlineSnapshot(`
      "forwarder publishes Next next (1 copy) [copies]
        0 ms: forwarder 1 (endpoint) publish broker 1 (broker): publish Next next → → worker | Publish m1
        data {"type":"Next"}
        fact {"label":"","subject":"message Next","after":{}}
      forwarder publishes Next next (1 late copy) [lateCopies]
        0 ms: forwarder 1 (endpoint) publish broker 1 (broker): publish Next next → → worker | Publish m1
        data {"type":"Next"}
        fact {"label":"","subject":"message Next","after":{}}
      forwarder publishes Next next (1 delayed message) [delays]
        0 ms: forwarder 1 (endpoint) publish broker 1 (broker): publish Next next → → worker | Publish m1
        data {"type":"Next"}
        fact {"label":"","subject":"message Next","after":{}}
      forwarder publishes Next next (1 ambiguous send, it arrives) [ambiguousSends]
        0 ms: forwarder 1 (endpoint) publish broker 1 (broker): publish Next next → → worker, no response | Publish m1
        data {"type":"Next"}
        fact {"label":"","subject":"message Next","after":{}}
      forwarder publishes Next next (1 ambiguous send, it does not arrive) [ambiguousSends]
        0 ms: forwarder 1 (endpoint) publish broker 1 (broker): publish Next next → the broker does not have it, no response | Publish m1
        data {"type":"Next"}
        fact {"label":"","subject":"message Next","after":{}}
      forwarder publishes Next next (1 refusal) [refusals]
        0 ms: forwarder 1 (endpoint) publish broker 1 (broker): publish Next next → the broker does not have it | Publish m1
        data {"type":"Next"}
        fact {"label":"","subject":"message Next","after":{}}"
    `)
  })

  test('on the way of an event to two', async () => {
    expect(await toldOfEach(forward('Publish', 'other'), all)).toMatchInlineSnapshot(`
      "forwarder publishes Next next (1 copy for other) [copies]
        0 ms: forwarder 1 (endpoint) publish broker 1 (broker): publish Next next → → other, worker, the copy for other | Publish m1
        data {"type":"Next"}
        fact {"label":"","subject":"message Next","after":{}}
      forwarder publishes Next next (1 late copy for other) [lateCopies]
        0 ms: forwarder 1 (endpoint) publish broker 1 (broker): publish Next next → → other, worker, the copy for other | Publish m1
        data {"type":"Next"}
        fact {"label":"","subject":"message Next","after":{}}
      forwarder publishes Next next (1 delayed message) [delays]
        0 ms: forwarder 1 (endpoint) publish broker 1 (broker): publish Next next → → other, worker | Publish m1
        data {"type":"Next"}
        fact {"label":"","subject":"message Next","after":{}}
      forwarder publishes Next next (1 ambiguous send, it arrives) [ambiguousSends]
        0 ms: forwarder 1 (endpoint) publish broker 1 (broker): publish Next next → → other, worker, no response | Publish m1
        data {"type":"Next"}
        fact {"label":"","subject":"message Next","after":{}}
      forwarder publishes Next next (1 ambiguous send, it does not arrive) [ambiguousSends]
        0 ms: forwarder 1 (endpoint) publish broker 1 (broker): publish Next next → the broker does not have it, no response | Publish m1
        data {"type":"Next"}
        fact {"label":"","subject":"message Next","after":{}}
      forwarder publishes Next next (1 refusal) [refusals]
        0 ms: forwarder 1 (endpoint) publish broker 1 (broker): publish Next next → the broker does not have it | Publish m1
        data {"type":"Next"}
        fact {"label":"","subject":"message Next","after":{}}"
    `)
  })

  test('at the end of a delivery: a lost acknowledgement, and what comes of it', async () => {
    expect(await told({ nodes: [worker], scenario: sendOne, faults: { lostAcks: 1 } }, [/\(lost\)/], /ack|receives/)).toMatchInlineSnapshot(`
      "worker receives Go m1
        0 ms: broker 1 (broker) receive worker 1 (endpoint): Go m1 | Go m1
        data {"type":"Go","n":1}
      worker: ack Go m1 (lost) [lostAcks]
        0 ms: worker 1 (endpoint) settle broker 1 (broker): ack Go m1 | Go m1
        data null
      worker receives Go m1
        30000 ms: broker 1 (broker) receive worker 1 (endpoint): Go m1 → delivery 2, the old lock has expired | Go m1, delivery 2
        data {"type":"Go","n":1}
      worker: ack Go m1
        30000 ms: worker 1 (endpoint) settle broker 1 (broker): ack Go m1 | Go m1, delivery 2
        data null"
    `)
  })

  test('in the order of messages', async () => {
    const twice: SmallSystem['scenario'] = async (outside) => {
      await sendOne(outside)
      await sendOne(outside)
    }
    expect(await told({ nodes: [worker], scenario: twice, faults: { reorderings: 1 } }, [/sends Go m2/, /receives Go m2/], /receives/)).toMatchInlineSnapshot(`
      "worker receives Go m2 [reorderings]
        0 ms: broker 1 (broker) receive worker 1 (endpoint): Go m2 | Go m2
        data {"type":"Go","n":1}
      worker receives Go m1
        0 ms: broker 1 (broker) receive worker 1 (endpoint): Go m1 | Go m1
        data {"type":"Go","n":1}"
    `)
  })

  test('of a copy that comes later', async () => {
    expect(await told({ nodes: [worker], scenario: sendOne, faults: { lateCopies: 1 } }, [/late copy/], /receives|pass/)).toMatchInlineSnapshot(`
      "worker receives Go m1
        0 ms: broker 1 (broker) receive worker 1 (endpoint): Go m1 | Go m1
        data {"type":"Go","n":1}
      60 s pass
        60000 ms: broker 1 (broker) time: 60 s pass
      worker receives Go m1 (copy)
        60000 ms: broker 1 (broker) receive worker 1 (endpoint): Go m1 → a copy | Go m1
        data {"type":"Go","n":1}"
    `)
  })

  test('of a consumer that stalls', async () => {
    const reading = endpoint('worker', { Go: (_message, { store }) => store.get('things', 'x').then(() => undefined) })
    expect(await told({ nodes: [reading], scenario: sendOne, faults: { stalls: 1 } }, [/worker 1 receives/, /stalls until/], /lock|stall|receives|ack/)).toMatchInlineSnapshot(`
      "worker 1 receives Go m1
        0 ms: broker 1 (broker) receive worker 1 (endpoint): Go m1 | Go m1
        data {"type":"Go","n":1}
      worker 1 stalls until the lock of Go m1 has expired [stalls]
        30000 ms: broker 1 (broker) lock-expired worker 1 (endpoint): the lock of Go m1 expires → worker 1 is too slow, and does not know it
      worker 1: ack Go m1
        30000 ms: worker 1 (endpoint) settle broker 1 (broker): ack Go m1 → ✗ lock lost | Go m1
        data null
      worker 1 receives Go m1
        30000 ms: broker 1 (broker) receive worker 1 (endpoint): Go m1 → delivery 2 | Go m1, delivery 2
        data {"type":"Go","n":1}
      worker 1: ack Go m1
        30000 ms: worker 1 (endpoint) settle broker 1 (broker): ack Go m1 | Go m1, delivery 2
        data null"
    `)
    const one = endpoint('worker', { Go: (_message, { store }) => store.get('things', 'x').then(() => undefined) }, { instances: 1 })
    expect(await told({ nodes: [one], scenario: sendOne, faults: { stalls: 1 }, broker: { maxDeliveries: 1 } }, [/stalls until/], /lock|stall|receives|ack/)).toMatchInlineSnapshot(`
      "worker receives Go m1
        0 ms: broker 1 (broker) receive worker 1 (endpoint): Go m1 | Go m1
        data {"type":"Go","n":1}
      worker stalls until the lock of Go m1 has expired [stalls]
        30000 ms: broker 1 (broker) lock-expired worker 1 (endpoint): the lock of Go m1 expires → worker is too slow, and does not know it
      worker: ack Go m1
        30000 ms: worker 1 (endpoint) settle broker 1 (broker): ack Go m1 → ✗ lock lost | Go m1
        data null"
    `)
  })

  test('of a consumer that crashes', async () => {
    expect(await told({ nodes: [worker], scenario: sendOne, faults: { crashes: 1 } }, [/worker receives/, /crashes/], /lock|crash|receives|ack/)).toMatchInlineSnapshot(`
      "worker receives Go m1
        0 ms: broker 1 (broker) receive worker 1 (endpoint): Go m1 | Go m1
        data {"type":"Go","n":1}
      worker crashes (Go m1) [crashes]
        0 ms: worker 1 (endpoint) crash: crash → starts again, memory empty | Go m1
      worker receives Go m1
        30000 ms: broker 1 (broker) receive worker 1 (endpoint): Go m1 → delivery 2, the old lock has expired | Go m1, delivery 2
        data {"type":"Go","n":1}
      worker: ack Go m1
        30000 ms: worker 1 (endpoint) settle broker 1 (broker): ack Go m1 | Go m1, delivery 2
        data null"
    `)
  })
})

describe('what a story says of settling', () => {
  const settling = (settle: (delivery: Awaited<ReturnType<Parameters<Parameters<typeof consumer>[1]>[0]['receive']>>) => Promise<void>): SmallSystem => ({
    nodes: [consumer('worker', async (receiver) => { for (;;) await settle(await receiver.receive()).catch(() => undefined) }, { instances: 1 })],
    scenario: sendOne,
  })

  test('in each of its ways', async () => {
    expect(await told(settling(async (delivery) => {
      await delivery.renew()
      if (delivery.deliveryCount === 1) return delivery.abandon()
      if (delivery.deliveryCount === 2) return delivery.abandon({ delay: 1_500 })
      return delivery.deadLetter('poison')
    }))).toMatchInlineSnapshot(`
      "outside sends Go m1
        0 ms: outside 1 (scenario) send broker 1 (broker): send Go m1 | scenario
        data {"type":"Go","n":1}
        fact {"label":"","subject":"message Go","after":{"n":1}}
      worker receives Go m1
        0 ms: broker 1 (broker) receive worker 1 (endpoint): Go m1 | Go m1
        data {"type":"Go","n":1}
      worker: renew Go m1
        0 ms: worker 1 (endpoint) settle broker 1 (broker): renew Go m1 | receive loop
        data null
      worker: abandon Go m1
        0 ms: worker 1 (endpoint) settle broker 1 (broker): abandon Go m1 | receive loop
        data null
      worker receives Go m1
        0 ms: broker 1 (broker) receive worker 1 (endpoint): Go m1 → delivery 2 | Go m1, delivery 2
        data {"type":"Go","n":1}
      worker: renew Go m1
        0 ms: worker 1 (endpoint) settle broker 1 (broker): renew Go m1 | receive loop
        data null
      worker: abandon Go m1
        0 ms: worker 1 (endpoint) settle broker 1 (broker): abandon Go m1 → again in 1.5 s or later | receive loop
        data null
      worker receives Go m1
        1500 ms: broker 1 (broker) receive worker 1 (endpoint): Go m1 → delivery 3 | Go m1, delivery 3
        data {"type":"Go","n":1}
      worker: renew Go m1
        1500 ms: worker 1 (endpoint) settle broker 1 (broker): renew Go m1 | receive loop
        data null
      worker: dead-letter Go m1
        1500 ms: worker 1 (endpoint) settle broker 1 (broker): dead-letter Go m1 → poison | receive loop
        data "poison""
    `)
  })

  test('of a lock that is lost, whatever was asked for', async () => {
    const late = settling(async (delivery) => {
      if (delivery.deliveryCount > 1) return delivery.ack()
      await new Promise((resolve) => setTimeout(resolve, 40_000))
      await delivery.abandon({ delay: 5 })
    })
    expect(await told(late, [], /worker: |expires/)).toMatchInlineSnapshot(`
      "the lock of Go m1 expires
        30000 ms: broker 1 (broker) lock-expired: the lock of Go m1 expires → it can be received again
      worker: 40 s are over
        40000 ms: worker 1 (endpoint) timer: 40 s later | receive loop
      worker: abandon Go m1
        40000 ms: worker 1 (endpoint) settle broker 1 (broker): abandon Go m1 → ✗ lock lost | receive loop
        data null
      worker: ack Go m1
        40000 ms: worker 1 (endpoint) settle broker 1 (broker): ack Go m1 | receive loop
        data null"
    `)
  })

  test('of a handler that throws', async () => {
    const failing = endpoint('worker', { Go: () => Promise.reject(new RangeError('too much')) }, { instances: 1 })
    expect(await told({ nodes: [failing], scenario: sendOne, broker: { maxDeliveries: 2 } }, [], /worker: /)).toMatchInlineSnapshot(`
      "worker: abandon Go m1
        0 ms: worker 1 (endpoint) settle broker 1 (broker): abandon Go m1 → again in 1 s or later | Go m1
        data null
      worker: dead-letter Go m1
        1000 ms: worker 1 (endpoint) settle broker 1 (broker): dead-letter Go m1 → RangeError: too much | Go m1, delivery 2
        data "RangeError: too much""
    `)
  })
})
