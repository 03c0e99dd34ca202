import { describe, expect, test } from 'vitest'
import { endpoint, insert, put, remove, type HandlerContext } from '../index.js'
import { explore } from '../exploration/index.js'
import { Journal } from '../simulation/index.js'
import { Database } from './database.js'
import { prepare } from './writes.js'

/** What somebody is told whose handler does this. */
async function told(code: (store: HandlerContext['store']) => Promise<unknown>): Promise<{ readonly kind: string; readonly what: string; readonly why: string; readonly next: string }> {
  const worker = endpoint('worker', { Go: async (_message, { store }) => { await code(store) } }, { instances: 1 })
  const finding = await explore({ system: () => [worker], scenario: ({ send }) => send('worker', { type: 'Go' }), atRest: { kept: () => true } })
  if (finding.verdict !== 'misuse') throw new Error(`Nobody was told anything: ${finding.verdict}`)
  return { kind: finding.kind, ...finding.explanation }
}

describe('a call without await is named', () => {
  test.each<[call: string, code: (store: HandlerContext['store']) => Promise<unknown>]>([
    ["store.get('things', 'x')", (store) => store.get('things', 'x')],
    ["store.list('things')", (store) => store.list('things')],
    ["store.commit(put('things', 'x'), insert('things', 'y'), remove('things', 'z'))", (store) => store.commit(put('things', 'x', 1), insert('things', 'y', 1), remove('things', 'z'))],
  ])('%s', async (call, code) => {
    const { kind, what } = await told((store) => {
      void code(store)
      return Promise.resolve()
    })
    expect([kind, what]).toEqual(['missing-await', expect.stringContaining(`\`${call}\` was called without \`await\``)])
  })

  test('but what is only read may lose a race', async () => {
    const worker = endpoint('worker', { Go: async (_message, { store }) => { await Promise.race([store.get('things', 'x'), store.list('things'), new Promise((resolve) => setTimeout(resolve, 1))]) } }, { instances: 1 })
    const finding = await explore({ system: () => [worker], scenario: ({ send }) => send('worker', { type: 'Go' }), atRest: { kept: () => true } })
    expect(finding.verdict).toBe('passed')
  })
})

describe('a key that is none', () => {
  test('is named with the call', async () => {
    expect((await told((store) => store.get('', 'x'))).what).toContain('`store.get` was called with an empty text as collection.')
    expect((await told((store) => store.get('things', ''))).what).toContain('`store.get` was called with an empty text as id.')
    expect((await told((store) => store.list(''))).what).toContain('`store.list` was called with an empty text as collection.')
  })
})

describe('a document', () => {
  const change = async (store: HandlerContext['store'], write: (document: { status: string }) => Parameters<HandlerContext['store']['commit']>[0]): Promise<void> => {
    const document = { status: 'open' }
    const committed = store.commit(remove('things', 'other'), write(document))
    document.status = 'paid'
    await committed
  }

  test('stays as it is once it is handed over', async () => {
    const { kind, what, next } = await told((store) => change(store, (document) => put('things', 'x', document)))
    expect(kind).toBe('mutated-after-handover')
    expect(what).toContain('the document things x was changed after it had been handed to store.commit.')
    expect(next).toContain('{ ...document, status: "paid" }')
  })

  test('is plain data', async () => {
    expect((await told((store) => store.commit(insert('things', 'x', { when: new Date(0) })))).what).toContain("The value of insert('things', 'x').when is a Date")
  })
})

describe('a database', () => {
  test('finds every document again, however many there are', () => {
    const database = new Database('worker', new Journal())
    const ids = Array.from({ length: 1_005 }, (_, number) => `id ${number}`)
    for (const id of ids) database.commit(prepare([put('things', id, id)]))
    for (const id of ids) expect(database.get('things', id)?.text).toBe(JSON.stringify(id))
    expect(database.get('things', 'none')).toBeUndefined()
    expect(database.list('things')).toHaveLength(1_005)
    database.close()
  })

  test('that is closed is gone', () => {
    const database = new Database('worker', new Journal())
    database.close()
    expect(() => database.list('things')).toThrow()
  })

  test('shows promises what is there now', () => {
    const database = new Database('worker', new Journal())
    expect([database.documents('things'), database.collectionNames()]).toEqual([[], []])
    database.commit(prepare([put('things', 'x', 1), put('others', 'y', null)]))
    expect([database.documents('things'), database.documents('none'), database.collectionNames()]).toEqual([[{ id: 'x', version: 1, value: 1 }], [], ['others', 'things']])
    database.commit(prepare([remove('others', 'y'), put('things', 'x', 2)]))
    expect([database.documents('things'), database.collectionNames(), database.collections()]).toEqual([[{ id: 'x', version: 2, value: 2 }], ['things'], { things: [{ id: 'x', version: 2, value: 2 }] }])
    database.close()
  })
})
