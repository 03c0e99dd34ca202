import { describe, expect, test } from 'vitest'
import { endpoint, insert, put, service, UnavailableError } from '../index.js'
import { explore, fewestFaults, type CheckOptions } from './index.js'

/** What tells two states apart, what may not be left out, and when a system is endless: each rule with a system that shows it. Those of queues are in `broker/verdicts.test.ts`. */
type Go = { readonly type: 'Go' }
const go = (...names: readonly string[]): CheckOptions['scenario'] => async ({ send }) => {
  for (const name of names) await send(name, { type: 'Go' })
}
const verdictOf = async (options: CheckOptions): Promise<string> => {
  const finding = await explore(options)
  return finding.verdict === 'misuse' ? finding.kind : finding.verdict
}

describe('two states are two', () => {
  test('when servers work for clients that are not alike, though the requests are', async () => {
    const counter = service('counter', {
      async 'POST /'(_request, { store }) {
        const before = (await store.get<number>('n', 'n'))?.value ?? 0
        await store.commit(put('n', 'n', before + 1))
        return { status: 200, body: before }
      },
    })
    const asks = endpoint('asks', {
      async Go(_message: Go, { store, http }) {
        const place = (await store.list('places')).length
        await store.commit(put('places', `p${place}`, {}))
        await store.commit(put('answers', `a${place}`, (await http.post('http://counter/')).body))
      },
    })
    const never = (answers: string): Promise<string> =>
      verdictOf({
        system: () => [asks, counter],
        scenario: async ({ send }) => {
          for (let copy = 0; copy < 2; copy++) await send('asks', { type: 'Go' }, { id: 'same' })
        },
        atRest: { never: ({ stores }) => stores['asks']?.list('answers').join() !== answers || 'it was' },
      })
    expect([await never('0,1'), await never('1,0')]).toEqual(['broken', 'broken'])
  })

  test('when an error says something else', async () => {
    const writer = endpoint('writer', {
      async Go(_message: Go, { store }) {
        await Promise.all([store.commit(put('x', 'one', {})), store.commit(put('x', 'two', {}))])
        return undefined
      },
      async Look(_message: { type: 'Look' }, { store }) {
        const text = await store.commit(insert('x', 'one', {}), insert('x', 'two', {})).then(() => 'none', (error: unknown) => (error instanceof Error ? error.message : ''))
        if ((await store.list('x')).length === 2) await store.commit(put('reports', 'r', text))
      },
    })
    const never = (which: string): Promise<string> =>
      verdictOf({
        system: () => [writer],
        broker: { maxDeliveries: 1 },
        async scenario({ send }) {
          await send('writer', { type: 'Go' })
          await send('writer', { type: 'Look' })
        },
        atRest: { never: ({ stores }) => !String(stores['writer']?.get('reports', 'r')).startsWith(`x ${which}`) || 'it was' },
      })
    expect([await never('one'), await never('two')]).toEqual(['broken', 'broken'])
  })

  test('when dead letters lie in another order, and a promise looks', async () => {
    const fails = endpoint('fails', { Go: () => Promise.reject(new Error('no')) })
    const never = (first: string): Promise<string> => verdictOf({ system: () => [fails], broker: { maxDeliveries: 1 }, scenario: go('fails', 'fails'), atRest: { never: ({ queues }) => queues['fails']?.deadLetters[0]?.id !== first || 'it was' } })
    expect([await never('m1'), await never('m2')]).toEqual(['broken', 'broken'])
  })
})

describe('memory outlives the handler that filled it', () => {
  test('so two processes that have read different things are two', async () => {
    const remembers = endpoint('remembers', () => {
      let seen = -1
      return {
        Write: (_message: Go, { store }) => store.commit(put('x', 'x', 1)).then(() => undefined),
        async Read(_message: Go, { store }) {
          const before = await store.get<number>('x', 'x')
          if ((await store.get('x', 'x')) === undefined) throw new Error('not yet')
          seen = before?.value ?? 0
        },
        Tell: (_message: Go, { store }) => store.commit(put('x', 'seen', seen)).then(() => undefined),
      }
    })
    const never = (seen: number): Promise<string> =>
      verdictOf({
        system: () => [remembers],
        scenario: async ({ send }) => {
          for (const type of ['Write', 'Read', 'Tell']) await send('remembers', { type })
        },
        atRest: { never: ({ stores }) => stores['remembers']?.get('x', 'seen') !== seen || 'it was' },
      })
    expect([await never(-1), await never(0), await never(1)]).toEqual(['broken', 'broken', 'broken'])
  })
})

describe('what a promise looks at belongs to the state', () => {
  test('whether a message still waits for its time', async () => {
    const fails = endpoint('fails', { Go: () => Promise.reject(new Error('no')) }, { instances: 1, concurrency: 2 })
    const always: CheckOptions['always'] = {
      'nobody waits for a dead letter': ({ queues }) => (queues['fails']?.deadLetters.length === 1 && queues['fails'].messages.some(({ id, state }) => id === 'm1' && state === 'delayed') ? 'm1 waits' : true),
    }
    expect(await verdictOf({ system: () => [fails], scenario: go('fails', 'fails'), broker: { maxDeliveries: 2 }, always })).toBe('broken')
  })
})

describe('a crash takes what there is to lose', () => {
  test('memory, while a process has nothing to do', async () => {
    const cache = service('cache', () => {
      let kept: string | null = null
      return {
        'PUT /': () => Promise.resolve(((kept = 'it'), { status: 200 })),
        'GET /': () => Promise.resolve({ status: 200, body: kept }),
      }
    }, { instances: 1 })
    const asks = endpoint('asks', {
      async Go(_message: Go, { http, store }) {
        await http.put('http://cache/')
        await store.commit(put('x', 'read', (await http.get('http://cache/')).body))
      },
    }, { instances: 1 })
    const options: CheckOptions = { system: () => [asks, cache], scenario: go('asks'), atRest: { kept: ({ stores }) => stores['asks']?.get('x', 'read') === 'it' || 'gone' } }
    expect([await verdictOf(options), await verdictOf({ ...options, faults: { crashes: 1 } })]).toEqual(['passed', 'broken'])
  })

  test('two messages that one process has in hand at a time', async () => {
    const books = endpoint('books', { Go: (_message: Go, { store, messageId }) => (messageId === 'm1' ? Promise.resolve() : store.list('x').then(() => undefined)) }, { instances: 1, concurrency: 2 })
    const options: CheckOptions = { system: () => [books], scenario: go('books', 'books'), broker: { maxDeliveries: 1 }, atRest: { 'one is settled': ({ queues }) => queues['books']?.deadLetters.length !== 2 || 'none is' } }
    expect([await verdictOf(options), await verdictOf({ ...options, faults: { crashes: 1 } })]).toEqual(['passed', 'broken'])
  })

  test('what a handler that failed has left under way', async () => {
    const leaves = endpoint('leaves', { Go: (_message: Go, { store }) => Promise.all([store.commit(insert('x', 'there', {})), store.commit(insert('x', 'other', {}))]).then(() => undefined) }, { instances: 1 })
    const options: CheckOptions = { system: () => [leaves], documents: { leaves: { x: { there: {} } } }, broker: { maxDeliveries: 1 }, scenario: go('leaves'), atRest: { 'the other is there': ({ stores }) => stores['leaves']?.get('x', 'other') !== undefined || 'lost' } }
    expect([await verdictOf(options), await verdictOf({ ...options, faults: { crashes: 1 } })]).toEqual(['passed', 'broken'])
  })
})

describe('a system that never comes to rest', () => {
  const again = endpoint('again', { Go: (_message: Go, { send }) => send('again', { type: 'Go' }, { id: 'same' }).catch((error: unknown) => {
    if (!(error instanceof UnavailableError)) throw error
  }) }, { instances: 1 })
  const options: CheckOptions = { system: () => [again], scenario: ({ send }) => send('again', { type: 'Go' }, { id: 'same' }), atRest: { any: () => true } }

  test('is found out, though a fault would end it', async () => {
    expect([await verdictOf(options), await verdictOf({ ...options, faults: { refusals: 1 } })]).toEqual(['broken', 'broken'])
  })

  test('takes no fault, and is told with what it does', async () => {
    expect(await fewestFaults({ ...options, faults: { crashes: 2 } })).toBe(0)
    const finding = await explore(options)
    expect(finding.verdict === 'broken' ? finding.trace.steps.length : 0).toBeGreaterThan(8)
  })
})

describe('a circle of steps that concern nobody else', () => {
  test('does not keep others from what they do', async () => {
    const circle = endpoint('circle', { Go: (_message: Go, { send }) => send('circle', { type: 'Go' }, { id: 'again' }) }, { instances: 1 })
    const writer = endpoint('writer', { Go: (_message: Go, { store }) => store.commit(put('x', 'written', {})).then(() => undefined) })
    const finding = await explore({
      system: () => [circle, writer],
      async scenario({ send }) {
        await send('circle', { type: 'Go' }, { id: 'again' })
        await send('writer', { type: 'Go' })
      },
      always: { 'nothing is written': ({ stores }) => stores.writer.get('x', 'written') === undefined || 'it is there' },
    })
    expect(finding).toMatchObject({ verdict: 'broken', violation: { promise: 'nothing is written' } })
  })
})

describe('the code did the same, or it did not', () => {
  test('two equal requests of one client are told apart', async () => {
    const web = service('web', { 'POST /x': ({ body }, { store }) => store.commit(insert('x', 'first', body)).catch(() => undefined).then(() => ({ status: 200 })) }, { instances: 1 })
    const finding = await explore({
      system: () => [web],
      async scenario({ browser }) {
        await Promise.all([browser.post('/x', 1), browser.post('/x', 2)])
      },
      atRest: { 'the first comes first': ({ stores }) => stores.web.get('x', 'first') === 1 || 'the second did' },
    })
    expect(finding.verdict).toBe('broken')
    if (finding.verdict === 'broken') for (const { open = [] } of finding.trace.steps) expect(new Set(open).size).toBe(open.length)
  })

  test('two parallel reads of one document are told apart', async () => {
    const reads = endpoint('reads', {
      async Go(_message: Go, { store }) {
        await Promise.all([store.get('x', 'y'), store.get('x', 'y')])
        await store.commit(put('x', 'bad', {}))
      },
    })
    expect(await verdictOf({ system: () => [reads], scenario: go('reads'), atRest: { 'nothing bad': ({ stores }) => stores['reads']?.get('x', 'bad') === undefined || 'it is there' } })).toBe('broken')
  })

  test('an id that a variable of the module remembers was drawn the first time only', async () => {
    const ids = new Map<string, string>()
    const remembers = endpoint('remembers', {
      async Go(_message: Go, { store, messageId }) {
        const id = ids.get(messageId) ?? crypto.randomUUID()
        ids.set(messageId, id)
        await store.commit(put('orders', id, {}))
      },
    })
    const finding = await explore({ system: () => [remembers], scenario: go('remembers'), atRest: { any: () => true } })
    expect(finding).toMatchObject({ verdict: 'misuse', kind: 'not-deterministic' })
    expect(finding.verdict === 'misuse' ? finding.explanation.what : '').toContain('it had drawn 1 random value the first time, and no random value the second time')
  })

  test('the stack of an error is the same, new or again', async () => {
    const stores = endpoint('stores', { Go: (_message: Go, { store, messageId }) => store.commit(put('x', messageId, new Error('here').stack)).then(() => undefined) })
    expect(await verdictOf({ system: () => [stores], scenario: go('stores', 'stores'), faults: { crashes: 1 }, atRest: { any: () => true } })).toBe('passed')
  })
})
