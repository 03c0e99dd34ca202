import { describe, expect, test } from 'vitest'
import { consumer, endpoint, service, type HandlerContext, type PipelineStep, type Receiver } from '../index.js'
import { explore, type Scenario } from '../exploration/index.js'
import { narrated, tell } from '../exploration/fixtures/stories.js'
import type { NodeDefinition } from '../simulation/index.js'
import { outagesOf } from './outages.js'

const go = ({ send }: Scenario): Promise<void> => send('worker', { type: 'Go' })

/** What somebody is told who runs this system. Where it was written, in brackets, is left out. */
async function told(nodes: readonly NodeDefinition[], scenario = go): Promise<object> {
  const finding = await explore({ system: () => [...nodes], scenario, atRest: { kept: () => true } })
  if (finding.verdict !== 'misuse') throw new Error(`Nobody was told anything: ${finding.verdict}`)
  return { kind: finding.kind, ...finding.explanation, what: finding.explanation.what.replace(/ \(lib\/[^)]*\)/, '') }
}

describe('an endpoint', () => {
  test('that has no handler for a message says which it has', async () => {
    expect(await told([endpoint('worker', { Gone: () => Promise.resolve(), Other: () => Promise.resolve() })])).toEqual({
      kind: 'no-handler',
      what: 'worker received a message of type Go, for which it has no handler.',
      why: 'Nobody would ever handle it. Usually the type or the handler is misspelt.',
      next: "Handlers of worker: Gone, Other. The handler's name must be the message's type, to the letter.",
    })
    expect(await told([endpoint('worker', {})])).toMatchObject({ next: "Handlers of worker: none. The handler's name must be the message's type, to the letter." })
  })

  test('tells its handler what it is, and what the message is', async () => {
    const seen: unknown[] = []
    const handler = (message: unknown, { messageId, headers, deliveryCount, endpoint: name }: HandlerContext): Promise<void> => Promise.resolve(void seen.push({ message, messageId, headers, deliveryCount, name }))
    await tell({ nodes: [endpoint('worker', { Go: handler })], scenario: ({ send }) => send('worker', { type: 'Go', n: 1 }, { id: 'x', headers: { a: 'b' } }) })
    expect(seen).toEqual([{ message: { type: 'Go', n: 1 }, messageId: 'x', headers: { a: 'b' }, deliveryCount: 1, name: 'worker' }])
  })

  test('makes what it keeps in memory once for each process, and anew after a crash', async () => {
    const made: number[] = []
    const worker = endpoint('worker', () => {
      let handled = 0
      made.push(0)
      return { Go: () => Promise.resolve(void (made[made.length - 1] = handled += 1)) }
    }, { instances: 1 })
    await tell({ nodes: [worker], scenario: async ({ send }) => { for (let number = 0; number < 3; number++) await send('worker', { type: 'Go' }) }, faults: { crashes: 1 } }, [/receives Go m1/, /ack Go m1/, /receives Go m2/, /crashes/])
    expect(made.at(-1)).toBe(2) // m2 again, and m3
  })

  test('gives a pipeline step the delivery count again when a step before has copied the context', async () => {
    const counts: unknown[] = []
    const copying: PipelineStep = (_message, context, next) => next({ ...context })
    const looking: PipelineStep = (_message, context, next) => {
      counts.push(context.deliveryCount, Object.keys(context).includes('deliveryCount'))
      return next(context)
    }
    const worker = endpoint('worker', { Go: (_message, { deliveryCount }) => Promise.resolve(void counts.push(deliveryCount)) }, { instances: 1, pipeline: [copying, looking, copying] })
    await tell({ nodes: [worker], scenario: go })
    expect(counts).toEqual([1, false, 1])
  })

  test('whose handler meets a fault of the budget is not blamed for it: the retry delay does not grow', async () => {
    const delays = async (faults: { readonly refusals?: number }, wishes: readonly RegExp[]): Promise<readonly string[]> => {
      let attempts = 0
      const worker = endpoint('worker', {
        async Go(_message, { store }) {
          attempts += 1
          await store.get('things', 'x')
          await store.commit({ kind: 'put', collection: 'things', id: 'x', value: 1 })
          if (attempts === 2) throw new Error('no')
        },
      }, { instances: 1 })
      return narrated(await tell({ nodes: [worker], scenario: go, faults }, wishes), /abandon/).split('\n').filter((line) => line.includes('settle')).map((line) => line.replace(/.* → /, ''))
    }
    expect(await delays({ refusals: 1 }, [/refused/])).toEqual(['again in 1 s or later | Go m1', 'again in 1 s or later | Go m1, delivery 2'])
  })
})

describe('a service', () => {
  const get = async ({ browser }: Scenario): Promise<void> => { await browser.get('/things?a=b', { headers: { 'X-Mine': 'c' } }) }

  test('that has no route for a request says which it has', async () => {
    expect(await told([service('web', { 'POST /things': () => Promise.resolve({ status: 201 }), 'GET /': () => Promise.resolve({ status: 200 }) })], get)).toEqual({
      kind: 'unknown-route',
      what: 'web has no route for GET /things.',
      why: 'Whoever sent the request would get a 404.',
      next: 'Routes of web: POST /things, GET /.',
    })
    expect(await told([service('web', {})], get)).toMatchObject({ next: 'Routes of web: none.' })
  })

  test('tells its route what was asked for', async () => {
    const seen: unknown[] = []
    const web = service('web', { 'GET /:what': (request) => Promise.resolve({ status: 200, body: seen.push(request) }) })
    await tell({ nodes: [web], scenario: async ({ browser }) => { await browser.get('/things?a=b', { headers: { 'X-Mine': 'c' } }) } })
    expect(seen).toEqual([{ method: 'GET', path: '/things', params: { what: 'things' }, query: { a: 'b' }, headers: { 'x-mine': 'c' }, body: undefined }])
  })

  test('that keeps something in memory makes it when a process starts; what it makes are routes', async () => {
    let made = 0
    const web = service('web', () => {
      made += 1
      return { 'GET /things': () => Promise.resolve({ status: 200 }) }
    }, { instances: 1 })
    const { clicks } = await tell({ nodes: [web], scenario: async ({ browser }) => { await browser.get('/things') }, faults: { crashes: 1 } }, [/arrives/, /crashes/])
    expect(clicks).toMatchObject([{ attempts: 2, response: { status: 200 } }])
    expect(made).toBe(2)
    expect(await told([service('web', () => ({ things: () => Promise.resolve({ status: 200 }) }))], get)).toMatchObject({ what: "'things' of service('web') is not a route with a function." })
  })

  test('whose function for a process throws is told so', async () => {
    const broken = service('web', () => {
      throw new Error('no memory')
    })
    expect(await told([broken], get)).toMatchObject({ kind: 'invalid-definition', what: "service('web') threw Error: no memory when a process started." })
  })

  test('whose route makes a mistake of the simulation is told so, and does not answer 500', async () => {
    const web = service('web', { 'GET /things': (_request, { send }) => send('nobody', { type: 'Go' }).then(() => ({ status: 200 })) })
    expect(await told([web], get)).toMatchObject({ kind: 'unknown-endpoint' })
  })
})

describe('a receive loop', () => {
  const received = async ({ receive }: Receiver): Promise<void> => { await receive() }

  test('that comes to its end leaves its messages in the queue', async () => {
    expect(await told([consumer('worker', received, { instances: 1 })])).toEqual({
      kind: 'invalid-definition',
      what: 'The receive loop of worker came to its end.',
      why: 'A consumer that stops receiving leaves its messages in the queue for ever.',
      next: 'Receive in an endless loop: for (;;) { const delivery = await receiver.receive(); … }.',
    })
  })

  test('that throws ends its process, unless a process manager starts it again', async () => {
    const failing = (error: unknown) => async (receiver: Receiver): Promise<void> => {
      await received(receiver)
      throw error
    }
    expect(await told([consumer('worker', failing(new RangeError('too much.')), { instances: 1 })])).toEqual({
      kind: 'unhandled-rejection',
      what: 'The receive loop of worker threw RangeError: too much, and nobody caught it.',
      why: 'In production this ends the process: one bad message, or one lock that has expired, and nobody receives anything any more.',
      next: 'Catch what a single message can do wrong inside the loop, settle that message, and go on receiving.',
    })
    expect(await told([consumer('worker', failing('a text'), { instances: 1, restarts: false })])).toMatchObject({ what: 'The receive loop of worker threw "a text", and nobody caught it.' })
  })

  test('that throws before it has asked for a message will always do so, also where it is started again', async () => {
    const broken = (): Promise<void> => Promise.reject(new TypeError('receiver.get is not a function'))
    for (const restarts of [false, true]) {
      expect(await told([consumer('worker', broken, { instances: 1, restarts })])).toEqual({
        kind: 'unhandled-rejection',
        what: 'The receive loop of worker threw TypeError: receiver.get is not a function, before it asked for a message.',
        why: 'It will do so each time it is started, so nobody ever receives anything.',
        next: 'Correct that line. If something "is not a function", look at how it is spelt: the receiver has receive(), and nothing else.',
      })
    }
  })

  test('names the place of what it threw', async () => {
    const finding = await explore({
      system: () => [consumer('worker', async (receiver) => { await received(receiver); throw new Error('here') }, { instances: 1 })],
      scenario: go,
      atRest: { kept: () => true },
    })
    expect(finding.verdict === 'misuse' && finding.explanation.what).toMatch(/^The receive loop of worker threw Error: here(?: \(.+:\d+\))?, and nobody caught it\.$/)
  })

  test('gets events that it subscribes to, and commands', async () => {
    const seen: string[] = []
    const worker = consumer('worker', async (receiver) => {
      for (;;) {
        const delivery = await receiver.receive()
        seen.push(delivery.message.type)
        await delivery.ack()
      }
    }, { instances: 1, subscribes: ['Done', 'Also'] })
    await tell({
      nodes: [worker],
      async scenario({ send, publish }) {
        await send('worker', { type: 'Go' })
        for (const type of ['Done', 'Other', 'Also']) await publish({ type })
      },
    })
    expect(seen).toEqual(['Go', 'Done', 'Also'])
  })

  describe('under a process manager', () => {
    /** Throws at a first delivery, each time something else. */
    const restarting = (thrown: (type: string) => unknown, instances = 1) =>
      consumer('worker', async (receiver) => {
        for (;;) {
          const delivery = await receiver.receive()
          if (delivery.deliveryCount === 1) throw thrown(delivery.message.type)
          await delivery.ack()
        }
      }, { instances, restarts: true })
    const two = async ({ send }: Scenario): Promise<void> => {
      await send('worker', { type: 'One' })
      await send('worker', { type: 'Two' })
    }

    test('goes down, is started again, and a promise sees why, each reason once', async () => {
      const story = await tell({ nodes: [restarting((type) => new Error(type))], scenario: two })
      expect(outagesOf(story.end.ledgers, 'worker')).toEqual(['Error: One', 'Error: Two'])
      expect(outagesOf(story.end.ledgers, 'other')).toEqual([])
      expect(outagesOf({}, 'worker')).toEqual([])
      expect(story.end.queues[0]?.messages).toEqual([])
      const same = await tell({ nodes: [restarting(() => new Error('same'))], scenario: two })
      expect(outagesOf(same.end.ledgers, 'worker')).toEqual(['Error: same'])
    })

    test('is told as a story', async () => {
      expect(narrated(await tell({ nodes: [restarting((type) => new RangeError(type))], scenario: go }), /goes down/)).toMatchInlineSnapshot(`
        "worker goes down: RangeError: Go
          0 ms: worker 1 (endpoint) crash: goes down: RangeError → is started again | receive loop
          data "RangeError: Go""
      `)
      expect(narrated(await tell({ nodes: [restarting((type) => type, 2)], scenario: go }, [/worker 2 receives/]), /goes down/)).toMatchInlineSnapshot(`
        "worker 2 goes down: "Go"
          0 ms: worker 2 (endpoint) crash: goes down: an error → is started again | receive loop
          data "\\"Go\\"""
      `)
    })

    test('is no part of the ledgers before anything has gone down', async () => {
      const story = await tell({ nodes: [consumer('worker', async (receiver) => { for (;;) await (await receiver.receive()).ack() }, { restarts: true })], scenario: go })
      expect(Object.keys(story.end.ledgers)).not.toContain('outages')
    })

    test('leaves a mistake of the simulation what it is', async () => {
      const wrong = consumer('worker', async ({ receive }, { send }) => {
        await receive()
        await send('nobody', { type: 'Go' })
      }, { instances: 1, restarts: true })
      expect(await told([wrong])).toMatchObject({ kind: 'unknown-endpoint' })
    })
  })
})
