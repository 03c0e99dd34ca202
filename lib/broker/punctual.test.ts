import { describe, expect, test } from 'vitest'
import { consumer, endpoint } from '../index.js'
import { explore, type CheckOptions } from '../exploration/index.js'
import { compare } from '../exploration/fixtures/agreement.js'
import { thirdParty } from '../testing.js'

type Go = { readonly type: 'Go'; readonly name: string }

/** Notes who came when. */
const log = thirdParty('log', { records: [] as readonly string[], answer: ({ segments }, records, { now }) => ({ response: { status: 200 }, records: [...records, `${segments.join()} ${now / 1000}`] }) })
const worker = endpoint('worker', { Go: async ({ name }: Go, { http }) => { await http.post(`http://log/${name}`) } })

async function logs(options: Partial<CheckOptions>): Promise<readonly string[]> {
  const seen = new Set<string>()
  const finding = await explore({
    system: () => [worker, log],
    scenario: () => Promise.resolve(),
    atRest: {
      looked: ({ ledgers }) => {
        seen.add((ledgers['log'] as readonly string[]).join(', '))
        return true
      },
    },
    ...options,
  })
  expect(finding.verdict).toBe('passed')
  return [...seen].sort()
}

/** Two delays; with `visible` a third message without one. */
const twoDelays: CheckOptions['scenario'] = async ({ send }) => {
  await send('worker', { type: 'Go', name: 'second' }, { delay: 3_000 })
  await send('worker', { type: 'Go', name: 'first' }, { delay: 1_000 })
}

/** Gives a message back, once, for so many milliseconds, and then notes it. */
const patient = (delays: Readonly<Record<string, number>>) =>
  consumer('worker', async (receiver, { http }) => {
    for (;;) {
      const delivery = await receiver.receive()
      const { name } = delivery.message as Go
      if (delivery.deliveryCount === 1) await delivery.abandon({ delay: delays[name] ?? 0 })
      else {
        await http.post(`http://log/${name}`)
        await delivery.ack()
      }
    }
  }, { instances: 1 })

describe('a punctual broker', () => {
  test('delivers what was delayed exactly when it is due, and in that order', async () => {
    expect(await logs({ scenario: twoDelays, broker: { punctual: true } })).toEqual(['first 1, second 3'])
  })

  test('delivers what was given back for a while exactly when that is over', async () => {
    const options: Partial<CheckOptions> = {
      system: () => [patient({ a: 2_000, b: 1_000, c: 1_500 }), log],
      scenario: async ({ send }) => {
        for (const name of ['a', 'b', 'c']) await send('worker', { type: 'Go', name })
      },
    }
    expect(await logs({ ...options, broker: { punctual: true } })).toEqual(['b 1, c 1.5, a 2'])
    // Any other broker may be late.
    expect(await logs(options)).toEqual(expect.arrayContaining(['b 1, c 1.5, a 2', 'a 2, b 2, c 2']))
  })

  test('delivers what a dead consumer held when the lock is over', async () => {
    const found = await logs({ scenario: ({ send }) => send('worker', { type: 'Go', name: 'a' }), faults: { crashes: 1 }, instances: { worker: 1 }, broker: { punctual: true } })
    expect(found).toEqual(['a 0', 'a 0, a 30', 'a 30'])
  })

  test('still has faults: a late copy comes late', async () => {
    const found = await logs({ scenario: ({ send }) => send('worker', { type: 'Go', name: 'a' }), faults: { lateCopies: 1 }, broker: { punctual: true } })
    expect(found).toEqual(['a 0', 'a 0, a 60'])
  })

  test('is searched as every path is', async () => {
    const { full, difference } = await compare(() => ({ nodes: [worker, log], scenario: (tools) => twoDelays(tools, undefined), faults: { crashes: 1 }, broker: { punctual: true } }), { limit: 20_000 })
    expect(difference).toBeUndefined()
    expect(full?.complete).toBe(true)
  })
})
