import { describe, expect, test } from 'vitest'
import { endpoint } from '../index.js'
import { emailProvider, emailRecords, thirdParty } from '../testing.js'
import { narrated, tell } from '../exploration/fixtures/stories.js'
import type { SmallSystem } from '../exploration/fixtures/small-system.js'

type Availability = 'up' | 'down' | 'slow'

/** An endpoint that asks a bank for money, once. */
const charging = (availability: Availability = 'up', lateness = {}): SmallSystem => ({
  nodes: [
    endpoint('billing', { Go: async (_message, { http }) => { await http.post('http://bank/charges', { amount: 7 }, { timeout: 2_000 }).catch(() => undefined) } }, { instances: 1 }),
    thirdParty('bank', { records: [] as readonly string[], availability, duplicates: true, lateness, answer: ({ method, path }, records) => ({ response: { status: 201, body: { count: records.length } }, records: [...records, `${method} ${path}`] }) }),
  ],
  scenario: ({ send }) => send('billing', { type: 'Go' }),
})

const told = async (system: SmallSystem, wishes: readonly RegExp[] = []): Promise<string> => {
  const story = await tell(system, wishes)
  return `${narrated(story, /bank|gives up/)}\nrecords ${JSON.stringify(story.end.ledgers['bank'])}`
}

describe('what a story says of a third party', () => {
  test('on a good day', async () => {
    expect(await told(charging())).toMatchInlineSnapshot(`
      "bank answers POST /charges
        0 ms: billing 1 (endpoint) request bank 1 (third-party): POST /charges → 201 | Go m1
        data {"request":{"amount":7},"response":{"count":0}}
        fact {"label":"","subject":"request POST /charges","after":{"amount":7}}
        fact {"label":"201","subject":"response to POST /charges","after":{"count":0}}
      records ["POST /charges"]"
    `)
  })

  test.each([
    ['down', 'down'],
    ['slow', 'too slow'],
  ] as const)('that is %s says "%s" of itself', async (availability, label) => {
    const text = await told(charging(availability))
    expect(text).toContain(`bank answers POST /charges (${label})\n`)
    expect(text.split('\n').filter((line) => line.startsWith('  0 ms'))).toEqual([`  0 ms: billing 1 (endpoint) request bank 1 (third-party): POST /charges → no response, ${availability === 'down' ? 'it is down' : 'it will be done later'} | Go m1`])
  })

  test('with each fault', async () => {
    const faults = [
      ...[/\(not done\)/, /\(done all the same\)/, /gave up\)/, /heard nothing\)/, /\(not done for/].map((wish) => [{ serverErrors: 1 }, wish] as const),
      [{ lostResponses: 1 }, /response lost/],
      [{ copies: 1 }, /done twice/],
    ] as const
    const parts: string[] = []
    for (const [budget, wish] of faults) parts.push(await told({ ...charging(), faults: budget }, [wish]))
    expect(parts.join('\n')).toMatchInlineSnapshot(`
      "bank answers POST /charges (not done) [serverErrors]
        0 ms: billing 1 (endpoint) request bank 1 (third-party): POST /charges → 503, it was not done | Go m1
        data {"request":{"amount":7},"response":{"error":"unavailable"}}
        fact {"label":"","subject":"request POST /charges","after":{"amount":7}}
        fact {"label":"503, it was not done","subject":"response to POST /charges","after":{"error":"unavailable"}}
      records []
      bank answers POST /charges (done all the same) [serverErrors]
        0 ms: billing 1 (endpoint) request bank 1 (third-party): POST /charges → 500, it was done all the same | Go m1
        data {"request":{"amount":7},"response":{"error":"internal error"}}
        fact {"label":"","subject":"request POST /charges","after":{"amount":7}}
        fact {"label":"500, it was done all the same","subject":"response to POST /charges","after":{"error":"internal error"}}
      records ["POST /charges"]
      bank answers POST /charges (done behind a gateway that gave up) [serverErrors]
        0 ms: billing 1 (endpoint) request bank 1 (third-party): POST /charges → 503, it was done all the same | Go m1
        data {"request":{"amount":7},"response":{"error":"unavailable"}}
        fact {"label":"","subject":"request POST /charges","after":{"amount":7}}
        fact {"label":"503, it was done all the same","subject":"response to POST /charges","after":{"error":"unavailable"}}
      records ["POST /charges"]
      bank answers POST /charges (done behind a gateway that heard nothing) [serverErrors]
        0 ms: billing 1 (endpoint) request bank 1 (third-party): POST /charges → 502, it was done all the same | Go m1
        data {"request":{"amount":7},"response":{"error":"unavailable"}}
        fact {"label":"","subject":"request POST /charges","after":{"amount":7}}
        fact {"label":"502, it was done all the same","subject":"response to POST /charges","after":{"error":"unavailable"}}
      records ["POST /charges"]
      bank answers POST /charges (not done for an error of its own) [serverErrors]
        0 ms: billing 1 (endpoint) request bank 1 (third-party): POST /charges → 500, it was not done | Go m1
        data {"request":{"amount":7},"response":{"error":"internal error"}}
        fact {"label":"","subject":"request POST /charges","after":{"amount":7}}
        fact {"label":"500, it was not done","subject":"response to POST /charges","after":{"error":"internal error"}}
      records []
      bank answers POST /charges (done, response lost) [lostResponses]
        0 ms: billing 1 (endpoint) request bank 1 (third-party): POST /charges → it was done | Go m1
        data {"request":{"amount":7},"response":null}
        fact {"label":"","subject":"request POST /charges","after":{"amount":7}}
        fact {"label":"it was done","subject":"no response"}
      billing gives up waiting for POST /charges
        2000 ms: billing 1 (endpoint) no-response: gives up after 2 s → no response to POST /charges | Go m1
      records ["POST /charges"]
      bank answers POST /charges (done twice) [copies]
        0 ms: billing 1 (endpoint) request bank 1 (third-party): POST /charges → 201, it was done twice | Go m1
        data {"request":{"amount":7},"response":{"count":1}}
        fact {"label":"","subject":"request POST /charges","after":{"amount":7}}
        fact {"label":"201, it was done twice","subject":"response to POST /charges","after":{"count":1}}
      records ["POST /charges","POST /charges"]"
    `)
  })

  test('that does it late, or then not at all', async () => {
    expect(await told({ ...charging(), faults: { slowResponses: 1 } }, [/too slow/])).toMatchInlineSnapshot(`
      "bank answers POST /charges (too slow) [slowResponses]
        0 ms: billing 1 (endpoint) request bank 1 (third-party): POST /charges → it will be done later | Go m1
        data {"request":{"amount":7},"response":null}
        fact {"label":"","subject":"request POST /charges","after":{"amount":7}}
        fact {"label":"it will be done later","subject":"no response"}
      billing gives up waiting for POST /charges
        2000 ms: billing 1 (endpoint) no-response: gives up after 2 s → no response to POST /charges | Go m1
      bank gets to POST /charges at last
        2000 ms: bank 1 (third-party) response: POST /charges → done late (201), nobody waits any more
        fact {"label":"","subject":"request POST /charges","after":{"amount":7}}
        fact {"label":"done late (201), nobody waits any more","subject":"late"}
      records ["POST /charges"]"
    `)
    expect(await told({ ...charging('up', { earliest: 5_000 }), faults: { slowResponses: 1 } }, [/too slow/])).toMatchInlineSnapshot(`
      "bank answers POST /charges (too slow) [slowResponses]
        0 ms: billing 1 (endpoint) request bank 1 (third-party): POST /charges → it will be done later | Go m1
        data {"request":{"amount":7},"response":null}
        fact {"label":"","subject":"request POST /charges","after":{"amount":7}}
        fact {"label":"it will be done later","subject":"no response"}
      billing gives up waiting for POST /charges
        2000 ms: billing 1 (endpoint) no-response: gives up after 2 s → no response to POST /charges | Go m1
      bank gets to POST /charges at last
        5000 ms: bank 1 (third-party) response: POST /charges → done late (201), nobody waits any more
        fact {"label":"","subject":"request POST /charges","after":{"amount":7}}
        fact {"label":"done late (201), nobody waits any more","subject":"late"}
      records ["POST /charges"]"
    `)
    expect(await told({ ...charging(), faults: { slowResponses: 1, serverErrors: 1 } }, [/too slow/, /in the end/])).toMatchInlineSnapshot(`
      "bank answers POST /charges (too slow) [slowResponses]
        0 ms: billing 1 (endpoint) request bank 1 (third-party): POST /charges → it will be done later | Go m1
        data {"request":{"amount":7},"response":null}
        fact {"label":"","subject":"request POST /charges","after":{"amount":7}}
        fact {"label":"it will be done later","subject":"no response"}
      bank fails with POST /charges in the end [serverErrors]
        0 ms: bank 1 (third-party) response: POST /charges → it was not done, and never will be
        fact {"label":"","subject":"request POST /charges","after":{"amount":7}}
        fact {"label":"it was not done, and never will be","subject":"late"}
      billing gives up waiting for POST /charges
        2000 ms: billing 1 (endpoint) no-response: gives up after 2 s → no response to POST /charges | Go m1
      records []"
    `)
  })
})

describe('third parties', () => {
  test('keep books of their own each', async () => {
    const party = (name: string) => thirdParty(name, { records: [] as readonly string[], answer: ({ body }, records) => ({ response: { status: 200 }, records: [...records, String(body)] }) })
    const { end } = await tell({
      nodes: [endpoint('client', { Go: async (_message, { http }) => { for (const name of ['one', 'two']) await http.post(`http://${name}/`, name) } }, { instances: 1 }), party('one'), party('two')],
      scenario: ({ send }) => send('client', { type: 'Go' }),
    })
    expect(end.ledgers).toMatchObject({ one: ['one'], two: ['two'] })
  })

  test('do something twice where that is their way, and nowhere else', async () => {
    const mails = (node: ReturnType<typeof thirdParty>): SmallSystem => ({
      nodes: [endpoint('client', { Go: async (_message, { http }) => { await http.post(`http://${node.name}/emails`, { to: 'Erika', subject: 'Hello' }) } }, { instances: 1 }), node],
      scenario: ({ send }) => send('client', { type: 'Go' }),
      faults: { copies: 1 },
    })
    const { end } = await tell(mails(emailProvider()), [/emails answers POST \/emails \(done twice\)/])
    expect(emailRecords(end.ledgers).delivered).toHaveLength(2)
    const plain = thirdParty('plain', { records: 0, answer: () => ({ response: { status: 200 } }) })
    await expect(tell(mails(plain), [/done twice/])).rejects.toThrow('This never could happen')
  })

  test('that are late forget nothing else that they have to do', async () => {
    const twice = endpoint('client', { Go: async (_message, { http }) => { for (const id of ['a', 'b']) await http.post(`http://bank/${id}`, undefined, { timeout: 1_000 }).catch(() => undefined) } }, { instances: 1 })
    const bank = thirdParty('bank', { records: [] as readonly string[], availability: 'slow', answer: ({ segments }, records) => ({ response: { status: 200 }, records: [...records, segments.join()] }) })
    const story = await tell({ nodes: [twice, bank], scenario: ({ send }) => send('client', { type: 'Go' }) })
    expect([...(story.end.ledgers['bank'] as readonly string[])].sort()).toEqual(['a', 'b'])
  })

  test('that answer what is no response are told with the request', async () => {
    const wrong = thirdParty('wrong', { records: 0, answer: () => ({ response: { status: 7 } }) })
    const client = endpoint('client', { Go: async (_message, { http }) => { await http.get('http://wrong/a') } }, { instances: 1 })
    await expect(tell({ nodes: [client, wrong], scenario: ({ send }) => send('client', { type: 'Go' }) })).rejects.toThrow('The route wrong GET /a returned something that is not a response.')
  })
})
