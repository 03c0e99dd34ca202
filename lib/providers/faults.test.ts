import { describe, expect, test } from 'vitest'
import { endpoint } from '../index.js'
import { thirdParty } from '../testing.js'
import { mostOf, tell } from '../exploration/fixtures/stories.js'
import type { SmallSystem } from '../exploration/fixtures/small-system.js'

/** An endpoint that asks a bank for money, once, and says how that went. */
function charging(log: string[] = [], availability: 'up' | 'down' | 'slow' = 'up'): SmallSystem {
  return {
    nodes: [
      endpoint('billing', {
        async Go(_message, { http }) {
          await http.post('http://bank/charges', { amount: 7 }, { timeout: 2_000 }).then(
            ({ status }) => log.push(`status ${status}`),
            (error: unknown) => log.push(`${error instanceof Error ? error.name : 'thrown'} at ${performance.now()}`),
          )
        },
      }, { instances: 1 }),
      thirdParty('bank', { records: [] as readonly string[], availability, answer: ({ method, path }, records) => ({ response: { status: 201 }, records: [...records, `${method} ${path}`] }) }),
    ],
    scenario: ({ send }) => send('billing', { type: 'Go' }),
  }
}

const twice: SmallSystem = { ...charging(), async scenario({ send }) { for (let number = 0; number < 2; number++) await send('billing', { type: 'Go' }) } }

describe('on a good day', () => {
  test('it answers at once, and its records show it', async () => {
    const log: string[] = []
    const story = await tell(charging(log))
    expect(log).toEqual(['status 201'])
    expect(story.end.ledgers['bank']).toEqual(['POST /charges'])
  })
})

describe('a server error', () => {
  test.each([[/\(not done\)/, 503], [/\(not done for/, 500]])('before it was done %s', async (wish, status) => {
    const log: string[] = []
    const story = await tell({ ...charging(log), faults: { serverErrors: 1 } }, [wish])
    expect(log).toEqual([`status ${status}`])
    expect(story.end.ledgers['bank']).toEqual([])
  })

  test.each([[/\(done all the same\)/, 500], [/\(done behind a gateway that gave up\)/, 503], [/\(done behind a gateway that heard nothing\)/, 502]])('after it was done %s', async (wish, status) => {
    const log: string[] = []
    const story = await tell({ ...charging(log), faults: { serverErrors: 1 } }, [wish])
    expect(log).toEqual([`status ${status}`])
    expect(story.end.ledgers['bank']).toEqual(['POST /charges'])
  })

  test('after the client has given up: it is never done', async () => {
    const log: string[] = []
    const story = await tell({ ...charging(log), faults: { serverErrors: 1, slowResponses: 1 } }, [/\(too slow\)/, /in the end/])
    expect(log).toEqual(['TimeoutError at 2000'])
    expect(story.end.ledgers['bank']).toEqual([])
  })

  test('is tried within its budget', async () => {
    expect(await mostOf('serverErrors', twice)).toEqual([1, 2])
  })
})

describe('a slow answer', () => {
  test('is done after the client has given up', async () => {
    const log: string[] = []
    const story = await tell({ ...charging(log), faults: { slowResponses: 1 } }, [/\(too slow\)/])
    expect(log).toEqual(['TimeoutError at 2000'])
    expect(story.end.ledgers['bank']).toEqual(['POST /charges'])
    const gaveUp = story.schedule.findIndex((label) => label.includes('gives up'))
    const done = story.schedule.findIndex((label) => label.includes('at last'))
    expect(done).toBeGreaterThan(gaveUp)
  })

  test('is tried within its budget', async () => {
    expect(await mostOf('slowResponses', twice)).toEqual([1, 2])
  })
})

describe('a lost response', () => {
  test('was done, and nobody was told', async () => {
    const log: string[] = []
    const story = await tell({ ...charging(log), faults: { lostResponses: 1 } }, [/\(done, response lost\)/])
    expect(log).toEqual(['TimeoutError at 2000'])
    expect(story.end.ledgers['bank']).toEqual(['POST /charges'])
  })
})

describe('a lost request', () => {
  test('was not done', async () => {
    const log: string[] = []
    const story = await tell({ ...charging(log), faults: { lostRequests: 1 } }, [/is lost on its way to bank/])
    expect(log).toEqual(['TimeoutError at 2000'])
    expect(story.end.ledgers['bank']).toEqual([])
  })
})

describe('a bad day from morning to evening', () => {
  test('down: no answer, and nothing is done', async () => {
    const log: string[] = []
    const story = await tell(charging(log, 'down'))
    expect(log).toEqual(['TimeoutError at 2000'])
    expect(story.end.ledgers['bank']).toEqual([])
  })

  test('slow: no answer, and it is done all the same', async () => {
    const log: string[] = []
    const story = await tell(charging(log, 'slow'))
    expect(log).toEqual(['TimeoutError at 2000'])
    expect(story.end.ledgers['bank']).toEqual(['POST /charges'])
  })
})
