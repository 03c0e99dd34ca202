import { describe, expect, test } from 'vitest'
import { consumer, endpoint, insert, job, put, type HandlerContext } from '../index.js'
import { explore, type CheckOptions, type Finding } from '../exploration/index.js'

/** What may not be left out of a search because of queues and locks: each rule with a system whose verdict depends on it. */
type Go = { readonly type: 'Go' }
const go = (...names: readonly string[]): CheckOptions['scenario'] => async ({ send }) => {
  for (const name of names) await send(name, { type: 'Go' })
}
const verdictOf = async (options: CheckOptions): Promise<string> => {
  const finding = await explore(options)
  return finding.verdict === 'misuse' ? finding.kind : finding.verdict
}

describe('two states are two', () => {
  test('when messages wait in another order', async () => {
    // Which of the two that came while the first was handled comes last?
    const sends = (id: string) => job('busy', async ({ send, store }) => {
      await send('busy', { type: 'Go' }, { id })
      await store.commit(put('sent', id, {}))
    }, { instances: 1 })
    const busy = endpoint('busy', {
      First: async (_message: Go, { store }) => {
        const waiting = (await store.list('sent')).length
        if ((await store.get('x', 'last')) === undefined) await store.commit(put('x', 'waiting', waiting))
      },
      Go: (_message: Go, { store, messageId }) => store.commit(put('x', 'last', messageId)).then(() => undefined),
    }, { instances: 1 })
    const never = (last: string): Promise<string> =>
      verdictOf({
        system: () => [busy, sends('a'), sends('b')],
        scenario: ({ send }) => send('busy', { type: 'First' }),
        atRest: { never: ({ stores }) => stores['busy']?.get('x', 'waiting') !== 2 || stores['busy'].get('x', 'last') !== last || 'it was' },
      })
    expect([await never('a'), await never('b')]).toEqual(['broken', 'broken'])
  })
})

describe('nothing is done first that concerns others', () => {
  test('of two messages with one id, each may be the one that comes again', async () => {
    const keeps = endpoint('keeps', { Set: ({ value }: { type: 'Set'; value: number }, { store }) => store.commit(put('x', 'v', value)).then(() => undefined) }, { instances: 1 })
    const last = (id: string): Promise<string> =>
      verdictOf({
        system: () => [keeps],
        async scenario({ send }) {
          await send('keeps', { type: 'Set', value: 1 }, { id: 'one' })
          await send('keeps', { type: 'Set', value: 2 }, { id })
        },
        faults: { crashes: 1 },
        atRest: { 'the second stays': ({ stores }) => stores['keeps']?.get('x', 'v') === 2 || 'the first came again' },
      })
    expect([await last('one'), await last('two')]).toEqual(['broken', 'broken'])
  })

  test('an acknowledgement that was lost leaves the message to others, before it is tried again', async () => {
    const settles = consumer('settles', async (receiver, { store }) => {
      for (;;) {
        const delivery = await receiver.receive()
        await delivery.ack().catch(() => delivery.ack().catch(() => store.commit(put('x', 'lost', {}))))
      }
    })
    expect(await verdictOf({ system: () => [settles], scenario: go('settles'), faults: { lostAcks: 1 }, atRest: { 'in time': ({ stores }) => stores['settles']?.get('x', 'lost') === undefined || 'too late' } })).toBe('broken')
  })
})

describe('where time matters, a message goes back in its turn', () => {
  test('for its retry delay begins then', async () => {
    const tellsLast = (name: string, first: (store: HandlerContext['store']) => Promise<void>) =>
      endpoint(name, {
        async Go(_message: Go, { store, send }) {
          await first(store)
          await send('last', { type: 'Note' }, { id: name })
        },
      }, { instances: 1 })
    const fails = tellsLast('fails', async (store) => {
      if ((await store.get('x', 'failed')) !== undefined) return
      await store.commit(insert('x', 'failed', performance.now()))
      throw new Error('not yet')
    })
    const sleeps = tellsLast('sleeps', () => new Promise((resolve) => setTimeout(resolve, 1_500)))
    // Its second attempt moves the clock to 1 s, before the timer; and what goes back only then comes after the timer.
    const moves = endpoint('moves', {
      async Go(_message: Go, { store }) {
        if ((await store.get('x', 'moved')) !== undefined) return
        await store.commit(insert('x', 'moved', {}))
        throw new Error('not yet')
      },
    }, { instances: 1 })
    const last = endpoint('last', { Note: (_message: { type: 'Note' }, { store, messageId }) => store.commit(put('x', 'last', messageId)).then(() => undefined) }, { instances: 1 })
    const verdict = await verdictOf({
      system: () => [fails, sleeps, moves, last],
      scenario: go('sleeps', 'fails', 'moves'),
      atRest: { 'what has failed at once is not last': ({ stores }) => stores['fails']?.get('x', 'failed') !== 0 || stores['last']?.get('x', 'last') !== 'fails' || 'it is' },
    })
    expect(verdict).toBe('broken')
  })
})

describe('a lock that may run out by itself', () => {
  test('makes it count how late everything else is, though nobody looks at the clock', async () => {
    const keeps = consumer('keeps', async (receiver, { store, send }) => {
      for (;;) {
        const delivery = await receiver.receive()
        if ((await store.list('seen')).length === 0) {
          await store.commit(insert('seen', 'first', {}))
          continue
        }
        await send('last', { type: 'Note' }, { id: 'keeps' })
        await delivery.ack()
      }
    }, { instances: 1 })
    // Each fails a few times. A retry delay begins when the message goes back, and by then the retries of the other may have taken their time.
    const fails = (name: string, times: number, then?: string) =>
      endpoint(name, {
        async Go(_message: Go, { store, send }) {
          const { length } = await store.list('attempts')
          if (length >= times) return then === undefined ? undefined : send('last', { type: 'Note' }, { id: then })
          await store.commit(insert('attempts', `a${length}`, {}))
          throw new Error('not yet')
        },
      }, { instances: 1 })
    const last = endpoint('last', { Note: (_message: { type: 'Note' }, { store, messageId }) => store.commit(put('x', 'last', messageId)).then(() => undefined) }, { instances: 1 })
    const verdict = await verdictOf({
      system: () => [keeps, fails('once', 1, 'once'), fails('twice', 2), last],
      scenario: go('keeps', 'once', 'twice'),
      broker: { lockDuration: 2_500, maxDeliveries: 20 },
      atRest: { 'the lock never runs out before the second attempt': ({ stores }) => stores['last']?.get('x', 'last') !== 'once' || 'it has' },
    })
    expect(verdict).toBe('broken')
  })
})

describe('how often a message has failed', () => {
  const careful = endpoint('careful', {
    async Go(_message: Go, { store }) {
      const found = await store.get<number>('x', 'n')
      await store.commit(found === undefined ? insert('x', 'n', 1) : put('x', 'n', found.value + 1, { ifVersion: found.version }))
    },
  })
  const searched = (maxDeliveries: number): Promise<Finding> =>
    explore({
      system: () => [careful],
      instances: { careful: 3 },
      scenario: go('careful', 'careful', 'careful'),
      broker: { maxDeliveries },
      atRest: { 'each one counts': ({ stores }) => stores.careful.get('x', 'n') === 3 || 'one is missing' },
    })

  test('is no part of the state where it cannot come to the retry limit', async () => {
    const [three, ten, fifty] = [await searched(3), await searched(10), await searched(50)]
    expect([three.verdict, ten.verdict, fifty.verdict]).toEqual(['passed', 'passed', 'passed'])
    if (three.verdict !== 'passed' || ten.verdict !== 'passed' || fifty.verdict !== 'passed') return
    expect(ten.coverage.states).toBe(fifty.coverage.states)
    expect(three.coverage.states).toBeGreaterThan(ten.coverage.states)
  })

  test('decides where it can', async () => {
    expect((await searched(2)).verdict).toBe('broken')
  })
})
