import { describe, expect, test } from 'vitest'
import { endpoint, put, service, type HandlerContext } from '../index.js'
import { thirdParty } from '../testing.js'
import { enumerate } from './fixtures/enumeration.js'
import { reach } from './fixtures/reach.js'
import type { SmallSystem } from './fixtures/small-system.js'

/**
 * What time means (see lib/README.md), rule by rule: in which orders things can happen that have to do with time. Each system notes them at a
 * third party, and each is run with code that looks at the clock and with code that does not; by the search and by the enumeration.
 */
type Go = { readonly type: 'Go' }
type Note = (what: string, context: Pick<HandlerContext, 'http'>) => Promise<void>

const note: Note = async (what, { http }) => {
  await http.post(`http://log/${what}`)
}
const sleep = (milliseconds: number): Promise<void> => new Promise((resolve) => setTimeout(resolve, milliseconds))
const log = thirdParty('log', { records: [] as readonly string[], answer: ({ segments }, records) => ({ response: { status: 200 }, records: [...records, segments.join()] }) })
const away = thirdParty('away', { records: 0, availability: 'down', answer: () => ({ response: { status: 200 } }) })

interface Parts {
  readonly handlers: Readonly<Record<string, (context: HandlerContext) => Promise<void>>>
  readonly others?: SmallSystem['nodes']
  readonly delays?: Readonly<Record<string, number>>
  readonly instances?: number
  readonly faults?: SmallSystem['faults']
  readonly lockDuration?: number
}

/** Every order in which the log was written to, however it is searched for. */
async function orders({ handlers, others = [], delays = {}, instances = 1, faults = {}, lockDuration = 30_000 }: Parts): Promise<readonly string[]> {
  const system = (looks: boolean): SmallSystem => ({
    nodes: [
      ...Object.entries(handlers).map(([name, handle]) =>
        endpoint(name, {
          async Go(_message: Go, context) {
            if (looks) Date.now()
            await handle(context)
          },
        }, { instances }),
      ),
      ...others,
      log,
      away,
    ],
    async scenario({ send }) {
      for (const name of Object.keys(handlers)) await send(name, { type: 'Go' }, delays[name] === undefined ? {} : { delay: delays[name] })
    },
    faults,
    broker: { lockDuration },
  })
  const seen = (ends: ReadonlyMap<string, number>): string[] => [...new Set([...ends.keys()].map((end) => (JSON.parse(end) as { readonly ledgers: { readonly log: readonly string[] } }).ledgers.log.join(' ')))].sort()
  const found: string[][] = []
  for (const looks of [false, true]) found.push(seen((await reach(system(looks), { mode: 'states and orders' })).ends))
  const full = await enumerate(system(false), { limit: 600 })
  if (full.complete) found.push(seen(full.ends))
  for (const other of found) expect(other).toEqual(found[0])
  return found[0] ?? []
}

describe('nothing comes before it is due, and time moves to what is due next', () => {
  test('a timer of 20 s comes before a message that comes again after 30 s', async () => {
    const found = await orders({
      handlers: {
        async a(context) {
          await sleep(20_000)
          await note('a', context)
        },
        b: (context) => note('b', context),
      },
      faults: { crashes: 1 },
    })
    expect(found).toContain('a b')
  })

  test('a message that is due in 0.5 s may come before the second attempt of another, which is due in 1 s', async () => {
    let attempts = 0
    const found = await orders({
      handlers: {
        async a(context) {
          await context.store.get('x', 'y')
          attempts += 1
          if ((await context.store.get('x', 'tried')) === undefined) {
            await context.store.commit(put('x', 'tried', true))
            throw new Error('not yet')
          }
          await note('second', context)
        },
        b: (context) => note('b', context),
      },
      delays: { b: 500 },
    })
    expect(attempts).toBeGreaterThan(0)
    expect(found).toEqual(['b second', 'second b'])
  })

  test('timers of one process fire in their order: what is due first, then what was set first', async () => {
    const inOrder = (first: number, second: number) =>
      orders({
        handlers: {
          async a(context) {
            const fired: string[] = []
            await Promise.all([sleep(first).then(() => fired.push('first')), sleep(second).then(() => fired.push('second')), context.http.post('http://away/').catch(() => undefined)])
            await note(fired.join('-'), context)
          },
        },
      })
    expect(await inOrder(10, 10)).toEqual(['first-second'])
    expect(await inOrder(7_000, 5_000)).toEqual(['second-first'])
  })

  test('my own timer of 5 s always comes before the end of my patience after 10 s', async () => {
    const found = await orders({
      handlers: {
        async a(context) {
          await note(await Promise.race([context.http.post('http://away/').then(() => 'response', () => 'gave-up'), sleep(5_000).then(() => 'timer')]), context)
        },
      },
    })
    expect(found).toEqual(['timer'])
  })

  test('a lock of 15 s runs out while its holder waits for longer, and not before', async () => {
    const waiting = (attempts: number) =>
      orders({
        lockDuration: 15_000,
        handlers: {
          async a(context) {
            for (let attempt = 0; attempt < attempts; attempt++) await context.http.post('http://away/').catch(() => undefined)
            await note('done', context)
          },
        },
        instances: 2,
      })
    expect(await waiting(1)).toEqual(['done'])
    expect(await waiting(2)).toContain('done done')
  })
})

describe('who may be slow', () => {
  test('giving up on a lost response overtakes a message in its queue, and takes the clock with it', async () => {
    const found = await orders({
      handlers: {
        async a(context) {
          await sleep(50)
          await note('a', context)
        },
        b: (context) => context.http.post('http://away/').then(() => undefined, () => undefined),
        d: (context) => note('d', context),
      },
      delays: { d: 10_020 },
    })
    // b gives up at 10 s; a may get its message only then, and its timer is due at 10.05 s; d gets its own at 10.02 s.
    expect(found).toEqual(['a d', 'd a'])
  })

  test('a timer does not overtake a message that is there', async () => {
    const found = await orders({ handlers: { a: (context) => note('a', context), async b(context) {
      await sleep(1_000)
      await note('b', context)
    } } })
    expect(found).toEqual(['a b'])
  })
})

describe('a stall moves the clock', () => {
  test('what is due in the meantime happens in the meantime', async () => {
    const found = await orders({
      handlers: {
        async a(context) {
          await context.store.get('x', 'y')
          await note('a', context)
        },
        async b(context) {
          await sleep(20_000)
          await note('b', context)
        },
      },
      faults: { stalls: 1 },
    })
    // a sleeps past 20 s, and b comes in between.
    expect(found).toContain('b a a')
  })
})

describe('a third party that is late', () => {
  test('works when it is due, whatever else there is', async () => {
    const lazy = thirdParty('lazy', { availability: 'slow', lateness: { earliest: 60_000 }, records: [] as readonly string[], answer: ({ path, query }, records) => ({ response: { status: 200 }, records: [...records, path + (query['q'] ?? '')] }) })
    const web = service('web', { 'POST /': () => Promise.resolve({ status: 200 }) })
    const { ends } = await reach({
      nodes: [web, endpoint('a', { Go: (_message: Go, { http }) => http.post('http://lazy/charges?q=1').then(() => undefined, () => undefined) }), lazy],
      scenario: ({ send }) => send('a', { type: 'Go' }),
    }, { mode: 'states and orders' })
    expect([...ends.keys()].map((end) => (JSON.parse(end) as { readonly ledgers: unknown }).ledgers)).toEqual([{ lazy: ['/charges1'] }])
  })
})
