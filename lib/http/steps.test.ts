import { describe, expect, test } from 'vitest'
import { endpoint, service, type HandlerContext } from '../index.js'
import { thirdParty } from '../testing.js'
import { narrated, tell } from '../exploration/fixtures/stories.js'
import type { SmallSystem } from '../exploration/fixtures/small-system.js'

type Http = HandlerContext['http']

const server = service('server', { 'POST /things/:id': ({ body, params }) => Promise.resolve({ status: 201, headers: { Location: `/things/${params.id}` }, body: { ...(body as object), made: true } }), 'GET /things': () => Promise.resolve({ status: 200, body: [1] }) }, { instances: 1 })
const bank = thirdParty('bank', { records: 0, answer: ({ method }, records: number) => ({ response: { status: method === 'GET' ? 200 : 202, body: { method } }, records: records + 1 }) })

/** An endpoint that makes requests, and what it is told when they fail. */
function calling(code: (http: Http) => Promise<unknown>, heard: string[] = []): SmallSystem {
  return {
    nodes: [server, bank, endpoint('client', { Go: async (_message, { http }) => { await code(http).catch((error: unknown) => heard.push(String(error))) } }, { instances: 1 })],
    scenario: ({ send }) => send('client', { type: 'Go' }),
  }
}

const post = (http: Http): Promise<unknown> => http.post('http://server/things/7?full=1', { n: 1 }, { headers: { 'Idempotency-Key': 'k' }, timeout: 2_000 })
const told = async (system: SmallSystem, wishes: readonly RegExp[] = []): Promise<string> => narrated(await tell(system, wishes), /^(?!.*(?:Go m1$|sends Go|\(Go m1\)))/)

describe('what a story says of a request', () => {
  test('and its response', async () => {
    expect(await told(calling(async (http) => [await post(http), await http.get('http://server/things')]))).toMatchInlineSnapshot(`
      "POST /things/7 arrives at server
        0 ms: client 1 (endpoint) request server 1 (service): POST /things/7?full=1 | Go m1
        data {"n":1}
        fact {"label":"","subject":"request POST /things/7","after":{"idempotency-key":"k","n":1}}
      the response 201 to POST /things/7 arrives
        0 ms: server 1 (service) response client 1 (endpoint): 201 | POST /things/7
        data {"n":1,"made":true}
        fact {"label":"","subject":"response to POST /things/7","after":{"location":"/things/7","n":1,"made":true}}
      GET /things arrives at server
        0 ms: client 1 (endpoint) request server 1 (service): GET /things | Go m1
        data null
        fact {"label":"","subject":"request GET /things"}
      the response 200 to GET /things arrives
        0 ms: server 1 (service) response client 1 (endpoint): 200 | GET /things #2
        data [1]
        fact {"label":"","subject":"response to GET /things","after":{"body":[1]}}"
    `)
  })

  test('to a third party', async () => {
    expect(await told(calling(async (http) => [await http.put('http://bank/charges/1', { method: 'PUT', n: 2 }), await http.patch('http://bank/charges/1'), await http.delete('http://bank/charges/1'), await http.get('http://bank/')]))).toMatchInlineSnapshot(`
      "bank answers PUT /charges/1
        0 ms: client 1 (endpoint) request bank 1 (third-party): PUT /charges/1 → 202 | Go m1
        data {"request":{"method":"PUT","n":2},"response":{"method":"PUT"}}
        fact {"label":"","subject":"request PUT /charges/1","after":{"method":"PUT","n":2}}
        fact {"label":"202","subject":"response to PUT /charges/1"}
      bank answers PATCH /charges/1
        0 ms: client 1 (endpoint) request bank 1 (third-party): PATCH /charges/1 → 202 | Go m1
        data {"request":null,"response":{"method":"PATCH"}}
        fact {"label":"","subject":"request PATCH /charges/1"}
        fact {"label":"202","subject":"response to PATCH /charges/1","after":{"method":"PATCH"}}
      bank answers DELETE /charges/1
        0 ms: client 1 (endpoint) request bank 1 (third-party): DELETE /charges/1 → 202 | Go m1
        data {"request":null,"response":{"method":"DELETE"}}
        fact {"label":"","subject":"request DELETE /charges/1"}
        fact {"label":"202","subject":"response to DELETE /charges/1","after":{"method":"DELETE"}}
      bank answers GET /
        0 ms: client 1 (endpoint) request bank 1 (third-party): GET / → 200 | Go m1
        data {"request":null,"response":{"method":"GET"}}
        fact {"label":"","subject":"request GET /"}
        fact {"label":"200","subject":"response to GET /","after":{"method":"GET"}}"
    `)
  })

  test('of a customer, who clicks twice', async () => {
    const clicks: SmallSystem = {
      nodes: [service('web', { 'POST /': () => Promise.resolve({ status: 202, body: { _links: { self: { href: '/x' } } } }) })],
      async scenario({ browser }) {
        await Promise.all([browser.post('/'), browser.post('/')])
      },
    }
    expect(await told(clicks, [/arrives at web 1/, /#2 arrives at web 2/])).toMatchInlineSnapshot(`
      "POST / arrives at web 1
        0 ms: browser 1 (browser) request web 1 (service): POST / | POST /
        data null
        fact {"label":"","subject":"request POST /"}
      POST / #2 arrives at web 2
        0 ms: browser 1 (browser) request web 2 (service): POST / | POST / #2
        data null
        fact {"label":"","subject":"request POST /"}
      the response 202 to POST / arrives
        0 ms: web 2 (service) response browser 1 (browser): 202 | POST / #2
        data {"_links":{"self":{"href":"/x"}}}
        fact {"label":"","subject":"response to POST /","after":{"_links":["/x"]}}
      the response 202 to POST / arrives
        0 ms: web 1 (service) response browser 1 (browser): 202 | POST /
        data {"_links":{"self":{"href":"/x"}}}
        fact {"label":"","subject":"response to POST /","after":{"_links":["/x"]}}"
    `)
  })

  test('that is lost', async () => {
    const heard: string[] = []
    expect(await told({ ...calling(post, heard), faults: { lostRequests: 1 } }, [/is lost/])).toMatchInlineSnapshot(`
      "POST /things/7 is lost on its way to server [lostRequests]
        0 ms: client 1 (endpoint) lost server 1 (service): POST /things/7?full=1 | Go m1
        fact {"label":"","subject":"request POST /things/7","after":{"idempotency-key":"k","n":1}}
      client gives up waiting for POST /things/7
        2000 ms: client 1 (endpoint) no-response: gives up after 2 s → no response to POST /things/7?full=1 | Go m1"
    `)
    expect(await told({ ...calling((http) => http.get('http://bank/', { timeout: 90_000 }), heard), faults: { lostRequests: 1 } }, [/is lost/])).toMatchInlineSnapshot(`
      "GET / is lost on its way to bank [lostRequests]
        0 ms: client 1 (endpoint) lost bank 1 (third-party): GET / | Go m1
        fact {"label":"","subject":"request GET /"}
      client gives up waiting for GET /
        90000 ms: client 1 (endpoint) no-response: gives up after 90 s → no response to GET / | Go m1"
    `)
    expect(heard).toEqual(['TimeoutError: No response to POST /things/7 within 2 s: it was done, or it was not, or it still will be.', 'TimeoutError: No response to GET / within 90 s: it was done, or it was not, or it still will be.'])
  })

  test('whose response is lost', async () => {
    expect(await told({ ...calling(post), faults: { lostResponses: 1 } }, [/is lost/])).toMatchInlineSnapshot(`
      "POST /things/7 arrives at server
        0 ms: client 1 (endpoint) request server 1 (service): POST /things/7?full=1 | Go m1
        data {"n":1}
        fact {"label":"","subject":"request POST /things/7","after":{"idempotency-key":"k","n":1}}
      the response 201 to POST /things/7 is lost [lostResponses]
        0 ms: server 1 (service) lost client 1 (endpoint): 201 | POST /things/7
        data {"n":1,"made":true}
      client gives up waiting for POST /things/7
        2000 ms: client 1 (endpoint) no-response: gives up after 2 s → no response to POST /things/7?full=1 | Go m1"
    `)
  })

  test('whose server crashes', async () => {
    const heard: string[] = []
    expect(await told({ ...calling(post, heard), faults: { crashes: 1 } }, [/arrives/, /server crashes/])).toMatchInlineSnapshot(`
      "POST /things/7 arrives at server
        0 ms: client 1 (endpoint) request server 1 (service): POST /things/7?full=1 | Go m1
        data {"n":1}
        fact {"label":"","subject":"request POST /things/7","after":{"idempotency-key":"k","n":1}}
      server crashes (POST /things/7) [crashes]
        0 ms: server 1 (service) crash: crash → starts again, memory empty | POST /things/7
      the connection of POST /things/7 breaks
        0 ms: client 1 (endpoint) no-response: connection breaks → no response to POST /things/7?full=1 | Go m1"
    `)
    expect(heard).toEqual(['ConnectionError: The connection to server broke while it worked on POST /things/7: it was done, or it was not.'])
  })

  test('whose client crashes', async () => {
    expect(await told({ ...calling(post), faults: { crashes: 1 } }, [/arrives/, /client crashes/])).toMatchInlineSnapshot(`
      "POST /things/7 arrives at server
        0 ms: client 1 (endpoint) request server 1 (service): POST /things/7?full=1 | Go m1
        data {"n":1}
        fact {"label":"","subject":"request POST /things/7","after":{"idempotency-key":"k","n":1}}
      the response 201 to POST /things/7 finds nobody waiting
        0 ms: server 1 (service) response client 1 (endpoint): 201 → nobody waits any more | POST /things/7
        data {"n":1,"made":true}
      POST /things/7 arrives at server
        30000 ms: client 1 (endpoint) request server 1 (service): POST /things/7?full=1 | Go m1, delivery 2
        data {"n":1}
        fact {"label":"","subject":"request POST /things/7","after":{"idempotency-key":"k","n":1}}
      the response 201 to POST /things/7 arrives
        30000 ms: server 1 (service) response client 1 (endpoint): 201 | POST /things/7
        data {"n":1,"made":true}
        fact {"label":"","subject":"response to POST /things/7","after":{"location":"/things/7","n":1,"made":true}}"
    `)
  })

  test('whose server stalls', async () => {
    expect(await told({ ...calling(post), faults: { stalls: 1 } }, [/arrives/, /server stalls/])).toMatchInlineSnapshot(`
      "POST /things/7 arrives at server
        0 ms: client 1 (endpoint) request server 1 (service): POST /things/7?full=1 | Go m1
        data {"n":1}
        fact {"label":"","subject":"request POST /things/7","after":{"idempotency-key":"k","n":1}}
      client gives up waiting for POST /things/7 (the server stalls) [stalls]
        2000 ms: client 1 (endpoint) no-response: gives up after 2 s → the server is too slow | Go m1
      the response 201 to POST /things/7 finds nobody waiting
        2000 ms: server 1 (service) response client 1 (endpoint): 201 → nobody waits any more | POST /things/7
        data {"n":1,"made":true}"
    `)
  })

  test('whose server stalls while something else is due: it does nothing until the client has given up', async () => {
    const { nodes } = calling(post)
    const scenario: SmallSystem['scenario'] = async ({ send }) => {
      await send('other', { type: 'Tick' }, { delay: 1_000 })
      await send('client', { type: 'Go' })
    }
    const story = await tell({ nodes: [...nodes, endpoint('other', { Tick: () => Promise.resolve() }, { instances: 1 })], scenario, faults: { stalls: 1 } }, [/arrives/, /server stalls/])
    expect(story.steps.map(({ at, text }, index) => `${at} ${story.schedule[index] ?? ''} | ${text}`).join('\n')).toMatchInlineSnapshot(`
      "0 outside sends Tick m1 | send Tick m1
      0 outside sends Go m2 | send Go m2
      0 client receives Go m2 | Go m2
      0 POST /things/7 arrives at server | POST /things/7?full=1
      0 client gives up waiting for POST /things/7 (the server stalls) | stalls
      2000 client gives up waiting for POST /things/7 | gives up after 2 s
      2000 client: ack Go m2 | ack Go m2
      2000 the response 201 to POST /things/7 finds nobody waiting | 201
      2000 other receives Tick m1 | Tick m1
      2000 other: ack Tick m1 | ack Tick m1"
    `)
  })

  test('whose server takes too long', async () => {
    const slow = service('slow', { 'GET /': () => new Promise((resolve) => setTimeout(() => resolve({ status: 200 }), 15_000)) }, { instances: 1 })
    const { nodes, scenario } = calling((http) => http.get('http://slow/'))
    expect(await told({ nodes: [...nodes, slow], scenario })).toMatchInlineSnapshot(`
      "GET / arrives at slow
        0 ms: client 1 (endpoint) request slow 1 (service): GET / | Go m1
        data null
        fact {"label":"","subject":"request GET /"}
      client gives up waiting for GET /
        10000 ms: client 1 (endpoint) no-response: gives up after 10 s → no response to GET / | Go m1
      slow: 15 s are over
        15000 ms: slow 1 (service) timer: 15 s later | GET /
      the response 200 to GET / finds nobody waiting
        15000 ms: slow 1 (service) response client 1 (endpoint): 200 → nobody waits any more | GET /
        data null"
    `)
  })
})
