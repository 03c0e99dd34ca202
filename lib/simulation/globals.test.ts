import { describe, expect, test } from 'vitest'
import { endpoint, put } from '../index.js'
import { explore } from '../exploration/index.js'
import { tell, tellAll } from '../exploration/fixtures/stories.js'
import type { NodeDefinition } from './world.js'

/** Runs code in a handler, once, and gives what it returned. */
async function inside<T>(code: () => T | Promise<T>): Promise<T> {
  const results: T[] = []
  await tell({ nodes: [endpoint('worker', { Go: async () => void results.push(await code()) }, { instances: 1 })], scenario: ({ send }) => send('worker', { type: 'Go' }) })
  const [result] = results
  if (result === undefined) throw new Error('It did not run.')
  return result
}

const sleep = (milliseconds: number): Promise<void> => new Promise((resolve) => setTimeout(resolve, milliseconds))

describe('time is virtual', () => {
  test('it begins on 1 January 2026 at 9:00 UTC, in every form', async () => {
    const begin = Date.UTC(2026, 0, 1, 9)
    const forms = await inside(() => ({ now: Date.now(), date: new Date().getTime(), iso: new Date().toISOString(), text: Date(), elapsed: performance.now() }))
    expect(forms).toEqual({ now: begin, date: begin, iso: '2026-01-01T09:00:00.000Z', text: new Date(begin).toString(), elapsed: 0 })
  })

  test('dates that are given keep what they are', async () => {
    expect(
      await inside(() => {
        class Birthday extends Date {}
        const given = new Date(2020, 1, 29)
        return [given.getFullYear(), Date.UTC(2020, 0), Date.parse('2020-01-01'), given instanceof Date, new Birthday() instanceof Birthday, new Birthday().getTime() === Date.now()]
      }),
    ).toEqual([2020, 1577836800000, 1577836800000, true, true, true])
  })

  test('it passes only when nothing else can happen, and then at once', async () => {
    const before = performance.now()
    expect(
      await inside(async () => {
        await sleep(25_000)
        return [performance.now(), new Date().toISOString()]
      }),
    ).toEqual([25_000, '2026-01-01T09:00:25.000Z'])
    expect(performance.now() - before).toBeLessThan(1_000)
  })

  test('timers fire in the order of their times, and with their arguments', async () => {
    expect(
      await inside(async () => {
        const order: string[] = []
        const note = (name: string): void => void order.push(`${name} ${performance.now()}`)
        setTimeout(note, 30, 'late')
        setTimeout(note, 10, 'early')
        setImmediate(note, 'at once')
        const cleared = setTimeout(note, 20, 'never')
        clearTimeout(cleared)
        await sleep(40)
        return order
      }),
    ).toEqual(['at once 0', 'early 10', 'late 30'])
  })

  test('an interval fires until it is cleared', async () => {
    expect(
      await inside(async () => {
        const times: number[] = []
        await new Promise<void>((resolve) => {
          const interval = setInterval(() => {
            times.push(performance.now())
            if (times.length < 3) return
            clearInterval(interval)
            resolve()
          }, 100)
        })
        await sleep(1_000)
        return times
      }),
    ).toEqual([100, 200, 300])
  })
})

describe('chance is seeded', () => {
  const draw = (): unknown[] => [Math.random(), Math.random(), crypto.randomUUID(), [...crypto.getRandomValues(new Uint8Array(4))], [...crypto.getRandomValues(new Uint32Array(2))]]

  test('the same every time', async () => {
    expect(await inside(draw)).toEqual(await inside(draw))
  })

  test('in the usual ranges and forms', async () => {
    const fractions = await inside(() => Array.from({ length: 1_000 }, () => Math.random()))
    expect(Math.min(...fractions)).toBeGreaterThanOrEqual(0)
    expect(Math.max(...fractions)).toBeLessThan(1)
    expect(new Set(fractions).size).toBe(1_000)
    const ids = await inside(() => Array.from({ length: 1_000 }, () => crypto.randomUUID()))
    expect(new Set(ids).size).toBe(1_000)
    for (const id of ids) expect(id).toMatch(/^[0-9a-f]{8}-[0-9a-f]{4}-4[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/)
  })

  const draws = endpoint('worker', { Go: (_message, { store, messageId, deliveryCount }) => store.commit(put('drawn', `${messageId} ${deliveryCount} ${crypto.randomUUID()}`, {})).then(() => undefined) })

  test('what is drawn does not depend on how others were interleaved', async () => {
    const stories = await tellAll({ nodes: [draws], scenario: async ({ send }) => { await send('worker', { type: 'Go' }); await send('worker', { type: 'Go' }) } })
    expect(stories.length).toBeGreaterThan(10)
    expect(new Set(stories.map(({ end }) => JSON.stringify(end.stores['worker']?.['drawn']?.map(({ id }) => id)))).size).toBe(1)
  })

  test('two copies of one message, and two deliveries of it, draw different values', async () => {
    const copied = await tell({ nodes: [draws], scenario: ({ send }) => send('worker', { type: 'Go' }), faults: { copies: 1 } }, [/1 copy/])
    expect(copied.end.stores['worker']?.['drawn']).toHaveLength(2)
    const again = await tell({ nodes: [draws], scenario: ({ send }) => send('worker', { type: 'Go' }), faults: { crashes: 1 } }, [/commits/, /crashes/])
    expect(again.end.stores['worker']?.['drawn']).toHaveLength(2)
  })
})

describe('everything is put back', () => {
  const places: readonly (readonly [object, readonly string[]])[] = [
    [globalThis, ['Date', 'setTimeout', 'setInterval', 'setImmediate', 'clearTimeout', 'clearInterval', 'clearImmediate', 'fetch']],
    [Math, ['random']],
    [performance, ['now']],
    [crypto, ['randomUUID', 'getRandomValues']],
    [process, ['nextTick']],
    [console, ['log', 'warn', 'error']],
  ]
  const take = (): unknown[] => places.flatMap(([object, names]) => names.map((name): unknown => Reflect.get(object, name)))

  function run(node: NodeDefinition<'worker'>): Promise<unknown> {
    return explore({ system: () => [node], scenario: ({ send }) => send('worker', { type: 'Go' }), atRest: { kept: () => true } })
  }

  test.each([
    ['after a run', () => Promise.resolve()],
    ['after a handler that throws', () => Promise.reject(new Error('no'))],
    ['after a mistake of the code', () => fetch('http://example.org').then(() => undefined)],
    ['after a promise that nobody resolves', () => new Promise<never>(() => undefined)],
  ])('%s', async (_when, Go) => {
    const before = take()
    await run(endpoint('worker', { Go }))
    expect(take()).toEqual(before)
    expect(Math.abs(Date.now() - new Date().getTime())).toBeLessThan(1_000)
    await new Promise((resolve) => setTimeout(resolve, 1))
  })

  test('after a scenario or a promise that throws', async () => {
    const before = take()
    const node = endpoint('worker', { Go: () => Promise.resolve() })
    await expect(
      explore({
        system: () => [node],
        scenario: () => {
          throw new Error('no')
        },
        atRest: { kept: () => true },
      }),
    ).rejects.toThrow()
    await expect(
      explore({
        system: () => [node],
        scenario: ({ send }) => send('worker', { type: 'Go' }),
        atRest: {
          kept: () => {
            throw new Error('no')
          },
        },
      }),
    ).rejects.toThrow()
    expect(take()).toEqual(before)
  })
})
