import { describe, expect, test } from 'vitest'
import { endpoint, insert, put, TimeoutError, UnavailableError } from '../index.js'
import { mostOf, tell } from '../exploration/fixtures/stories.js'
import type { SmallSystem } from '../exploration/fixtures/small-system.js'

/** An endpoint that commits two documents at once and says how that went. */
function writer(log: string[] = []): SmallSystem {
  return {
    nodes: [
      endpoint('writer', {
        async Go(_message, { store }) {
          try {
            log.push(`versions ${(await store.commit(put('things', 'x', 1), insert('things', 'y', 2))).join()}`)
          } catch (error) {
            log.push(error instanceof TimeoutError ? 'no answer' : error instanceof UnavailableError ? 'refused' : error instanceof Error ? error.name : 'thrown')
          }
          log.push(`then ${(await store.list('things')).map(({ id, version }) => `${id} ${version}`).join()}`)
        },
      }, { instances: 1 }),
    ],
    scenario: ({ send }) => send('writer', { type: 'Go' }),
  }
}

const twice: SmallSystem = {
  nodes: [
    endpoint('writer', {
      async Go(_message, { store }) {
        for (const id of ['x', 'y']) await store.commit(put('things', id, 1)).catch(() => undefined)
      },
    }, { instances: 1 }),
  ],
  scenario: ({ send }) => send('writer', { type: 'Go' }),
}

describe('without a fault', () => {
  test('a commit answers with the new versions', async () => {
    const log: string[] = []
    await tell(writer(log))
    expect(log).toEqual(['versions 1,1', 'then x 1,y 1'])
  })
})

describe('an ambiguous commit', () => {
  test('gives no answer, and everything was written', async () => {
    const log: string[] = []
    const story = await tell({ ...writer(log), faults: { ambiguousCommits: 1 } }, [/\(written, response lost\)/])
    expect(log).toEqual(['no answer', 'then x 1,y 1'])
    expect(story.faults).toEqual(['ambiguousCommits'])
  })

  test('gives no answer, and nothing was written', async () => {
    const log: string[] = []
    await tell({ ...writer(log), faults: { ambiguousCommits: 1 } }, [/\(not written, response lost\)/])
    expect(log).toEqual(['no answer', 'then '])
  })

  test('hides a conflict, too', async () => {
    const log: string[] = []
    const documents = { writer: { things: { y: 0 } } }
    await tell({ ...writer(log), documents, faults: { ambiguousCommits: 1 } }, [/\(written, response lost\)/])
    expect(log).toEqual(['no answer', 'then y 1'])
  })

  test('is tried within its budget', async () => {
    expect(await mostOf('ambiguousCommits', twice)).toEqual([1, 2])
  })
})

describe('a refusal', () => {
  test('says so, and nothing was written', async () => {
    const log: string[] = []
    const story = await tell({ ...writer(log), faults: { refusals: 1 } }, [/\(refused\)/])
    expect(log).toEqual(['refused', 'then '])
    expect(story.faults).toEqual(['refusals'])
  })

  test('is tried within its budget', async () => {
    expect(await mostOf('refusals', twice)).toEqual([1, 2])
  })
})
