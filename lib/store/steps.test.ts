import { describe, expect, test } from 'vitest'
import { endpoint, insert, put, remove, type HandlerContext } from '../index.js'
import { narrated, tell } from '../exploration/fixtures/stories.js'
import type { SmallSystem } from '../exploration/fixtures/small-system.js'

type Store = HandlerContext['store']

/** An endpoint that does something with its store, with three documents in it. */
function using(code: (store: Store) => Promise<unknown>, instances = 1): SmallSystem {
  return {
    nodes: [endpoint('worker', { Go: async (_message, { store }) => { await code(store).catch(() => undefined) } }, { instances })],
    documents: { worker: { things: { x: { a: 1 }, y: 'text' }, single: { z: null } } },
    scenario: ({ send }) => send('worker', { type: 'Go' }),
  }
}

const told = async (system: SmallSystem, wishes: readonly RegExp[] = []): Promise<string> => narrated(await tell(system, wishes), /reads|lists|commits/)

describe('what a story says of a store', () => {
  test('that is read', async () => {
    const reads = using(async (store) => {
      await store.get('things', 'x')
      await store.get('things', 'none')
      await store.list('things')
      await store.list('single')
      await store.list('nothing')
    })
    expect(await told(reads)).toMatchInlineSnapshot(`
      "worker, Go m1, reads things x
        0 ms: worker 1 (endpoint) read worker 1 (store): get things x → version 1 | Go m1
        data {"a":1}
      worker, Go m1, reads things none
        0 ms: worker 1 (endpoint) read worker 1 (store): get things none → none | Go m1
        data null
      worker, Go m1, lists things
        0 ms: worker 1 (endpoint) read worker 1 (store): list things → 2 documents: x, y | Go m1
        data [{"id":"x","version":1,"value":{"a":1}},{"id":"y","version":1,"value":"text"}]
      worker, Go m1, lists single
        0 ms: worker 1 (endpoint) read worker 1 (store): list single → 1 document: z | Go m1
        data [{"id":"z","version":1,"value":null}]
      worker, Go m1, lists nothing
        0 ms: worker 1 (endpoint) read worker 1 (store): list nothing → none | Go m1
        data []"
    `)
  })

  test('that is written: what was there and what is there now', async () => {
    const writes = using(async (store) => {
      await store.commit(put('things', 'x', { a: 2 }), insert('things', 'new', [1]), remove('things', 'y'), remove('things', 'none'))
      await store.get('things', 'y')
      await store.commit(insert('things', 'y', 'again'))
    })
    expect(await told(writes)).toMatchInlineSnapshot(`
      "worker, Go m1, commits things x, things new, things y, things none
        0 ms: worker 1 (endpoint) commit worker 1 (store): commit → things x → version 2, + things new, − things y, − things none | Go m1
        data [{"put":"things x","value":{"a":2}},{"insert":"things new","value":[1]},{"remove":"things y","value":null},{"remove":"things none","value":null}]
        fact {"label":"things x → version 2","subject":"things","before":{"a":1},"after":{"a":2}}
        fact {"label":"+ things new","subject":"things","after":[1]}
        fact {"label":"− things y","subject":"things"}
        fact {"label":"− things none","subject":"things"}
      worker, Go m1, reads things y
        0 ms: worker 1 (endpoint) read worker 1 (store): get things y → none | Go m1
        data null
      worker, Go m1, commits things y
        0 ms: worker 1 (endpoint) commit worker 1 (store): commit → things y → version 3 | Go m1
        data [{"insert":"things y","value":"again"}]
        fact {"label":"things y → version 3","subject":"things","after":"again"}"
    `)
  })

  test('that refuses a condition: what was expected, and what was found', async () => {
    const attempts = using(async (store) => {
      const tries = [insert('things', 'x', 1), put('things', 'x', 1, { ifVersion: 7 }), put('things', 'none', 1, { ifVersion: 1 }), remove('things', 'y', { ifVersion: 2 })]
      for (const write of tries) await store.commit(write).catch(() => undefined)
      await store.commit(remove('things', 'y'))
      await store.commit(put('things', 'y', 1, { ifVersion: 2 })).catch(() => undefined)
    })
    expect(await told(attempts)).toMatchInlineSnapshot(`
      "worker, Go m1, commits things x
        0 ms: worker 1 (endpoint) commit worker 1 (store): commit → ✗ conflict: things x exists (version 1) | Go m1
        data [{"insert":"things x","value":1}]
      worker, Go m1, commits things x
        0 ms: worker 1 (endpoint) commit worker 1 (store): commit → ✗ conflict: things x: expected version 7, found version 1 | Go m1
        data [{"put":"things x","value":1}]
      worker, Go m1, commits things none
        0 ms: worker 1 (endpoint) commit worker 1 (store): commit → ✗ conflict: things none: expected version 1, found none | Go m1
        data [{"put":"things none","value":1}]
      worker, Go m1, commits things y
        0 ms: worker 1 (endpoint) commit worker 1 (store): commit → ✗ conflict: things y: expected version 2, found version 1 | Go m1
        data [{"remove":"things y","value":null}]
      worker, Go m1, commits things y
        0 ms: worker 1 (endpoint) commit worker 1 (store): commit → − things y | Go m1
        data [{"remove":"things y","value":null}]
        fact {"label":"− things y","subject":"things"}
      worker, Go m1, commits things y
        0 ms: worker 1 (endpoint) commit worker 1 (store): commit → ✗ conflict: things y: expected version 2, found none | Go m1
        data [{"put":"things y","value":1}]"
    `)
  })

  test.each([1, 2])('with a fault, of %d consumers', async (instances) => {
    const commit = using((store) => store.commit(put('things', 'x', 5), insert('things', 'new', 6)), instances)
    const clash = using((store) => store.commit(insert('things', 'x', 5)), instances)
    const parts: string[] = []
    for (const wish of [/\(written, response lost\)/, /\(not written, response lost\)/]) parts.push(await told({ ...commit, faults: { ambiguousCommits: 1 } }, [wish]))
    parts.push(await told({ ...clash, faults: { ambiguousCommits: 1 } }, [/\(written, response lost\)/]), await told({ ...commit, faults: { refusals: 1 } }, [/\(refused\)/]))
    expect(parts.join('\n').replaceAll('worker 1, Go', 'worker, Go')).toMatchInlineSnapshot(`
      "worker, Go m1, commits things x, things new (written, response lost) [ambiguousCommits]
        0 ms: worker 1 (endpoint) commit worker 1 (store): commit → things x → version 2, + things new, no response | Go m1
        data [{"put":"things x","value":5},{"insert":"things new","value":6}]
        fact {"label":"things x → version 2","subject":"things","before":{"a":1},"after":5}
        fact {"label":"+ things new","subject":"things","after":6}
        fact {"label":"no response","subject":"commit"}
      worker, Go m1, commits things x, things new (not written, response lost) [ambiguousCommits]
        0 ms: worker 1 (endpoint) commit worker 1 (store): commit → nothing written, no response | Go m1
        data [{"put":"things x","value":5},{"insert":"things new","value":6}]
      worker, Go m1, commits things x (written, response lost) [ambiguousCommits]
        0 ms: worker 1 (endpoint) commit worker 1 (store): commit → ✗ conflict: things x exists (version 1), no response | Go m1
        data [{"insert":"things x","value":5}]
      worker, Go m1, commits things x, things new (refused) [refusals]
        0 ms: worker 1 (endpoint) commit worker 1 (store): commit → nothing written | Go m1
        data [{"put":"things x","value":5},{"insert":"things new","value":6}]"
    `)
  })
})

describe('what code is told when something fails', () => {
  const outcome = async (code: (store: Store) => Promise<unknown>, faults: SmallSystem['faults'] = {}, wishes: readonly RegExp[] = []): Promise<string> => {
    const heard: string[] = []
    await tell({ ...using((store) => code(store).catch((error: unknown) => heard.push(String(error)))), faults }, wishes)
    return heard.join()
  }

  test('says what is certain, and what is not', async () => {
    const commit = (store: Store): Promise<unknown> => store.commit(put('things', 'x', 5))
    expect(await outcome(commit, { refusals: 1 }, [/refused/])).toBe('UnavailableError: The store is not available. Nothing was written.')
    const noResponse = 'TimeoutError: No response from the store within the time limit: the commit took effect, or it did not.'
    expect(await outcome(commit, { ambiguousCommits: 1 }, [/\(written, response lost/])).toBe(noResponse)
    expect(await outcome(commit, { ambiguousCommits: 1 }, [/not written, response lost/])).toBe(noResponse)
    expect(await outcome((store) => store.commit(insert('things', 'x', 5)))).toBe('ConcurrencyError: things x exists already. Nothing was written.')
    expect(await outcome((store) => store.commit(put('things', 'x', 5, { ifVersion: 3 })))).toBe('ConcurrencyError: things x is not at version 3. Nothing was written.')
  })
})
