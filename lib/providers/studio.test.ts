import { describe, expect, test } from 'vitest'
import { consumer, TimeoutError } from '../index.js'
import { explore } from '../exploration/index.js'
import { answerStudio, studio, studioRecords, type StudioOptions, type StudioRecords } from './studio.js'
import type { ThirdPartyRequest } from './third-party.js'

const put = (photoId: string, file: unknown = `${photoId}.jpg`): ThirdPartyRequest => ({ method: 'PUT', path: `/cut-outs/${photoId}`, segments: ['cut-outs', photoId], query: {}, headers: {}, body: { file } })

/** Asks for photos at these moments, in milliseconds; says what was answered. */
function ask(options: StudioOptions, ...asked: readonly (readonly [at: number, request: ThirdPartyRequest])[]): { readonly answers: readonly unknown[]; readonly records: StudioRecords } {
  const answer = answerStudio(options)
  let records: StudioRecords = { requests: [], cutOuts: {}, overloadedUntil: 0 }
  const answers = asked.map(([now, request]) => {
    const result = answer(request, records, { now, underWay: [] })
    records = result.records ?? records
    return result.response === undefined ? 'none' : result.response.status
  })
  return { answers, records }
}

describe('the studio', () => {
  test('cuts a photo out, again and again', () => {
    const { answers, records } = ask({}, [0, put('p1')], [0, put('p1')])
    expect(answers).toEqual([201, 201])
    expect(records.cutOuts).toEqual({ p1: 'p1.png' })
    expect(records.requests).toHaveLength(2)
  })

  test('never handles some files', () => {
    const files = ['a.heic', 'a.HEIC', 'a.tif', 'a.pdf']
    expect(ask({}, ...files.map((file) => [0, put('p1', file)] as const))).toMatchObject({ answers: [415, 415, 413, 422], records: { cutOuts: {} } })
  })

  test('is overloaded by too many requests within a second', () => {
    const options = { capacity: 2 }
    expect(ask(options, [0, put('p1')], [999, put('p2')], [1000, put('p3')]).answers).toEqual([201, 201, 201])
    expect(ask(options, [0, put('p1')], [500, put('p2')], [999, put('p3')]).answers).toEqual([201, 201, 503])
  })

  test('recovers only when it is left alone for as long as it says', () => {
    const options = { capacity: 1, rest: 10_000 }
    const { answers, records } = ask(options, [0, put('p1')], [0, put('p2')], [9_999, put('p3')], [10_000, put('p4', 'a.heic')], [20_000, put('p5')])
    expect(answers).toEqual([201, 503, 429, 503, 201])
    expect(records.requests.map(({ retryAfter }) => retryAfter)).toEqual([undefined, 10_000, 10_000, 10_000, undefined])
  })

  test('refuses when a check wants it to, and may say nothing at all', () => {
    const refuses: StudioOptions['refuses'] = ({ photoId, before, now }) => (photoId !== 'p1' ? undefined : before === 0 ? 'silence' : now < 60_000 ? { status: 500 } : undefined)
    expect(ask({ refuses }, [0, put('p1')], [0, put('p2')], [1, put('p1', 'a.heic')], [60_000, put('p1')]).answers).toEqual(['none', 201, 500, 201])
  })

  test('understands nothing else', () => {
    const other = { ...put('p1'), method: 'GET' as const }
    expect(ask({}, [0, other], [0, put('p1', 7)], [0, { ...put('p1'), segments: ['cut-outs'] }], [0, { ...put('p1'), segments: ['photos', 'p1'] }]).answers).toEqual([404, 400, 404, 404])
  })

  test('says Retry-After in seconds; and where it says nothing, the client gives up', async () => {
    const worker = consumer('worker', async (receiver, { http }) => {
      for (;;) {
        const { messageId, ack } = await receiver.receive()
        const { status, headers } = await http.put(`http://studio/cut-outs/${messageId}`, { file: 'a.jpg' }).catch((error: unknown) => ({ status: error instanceof TimeoutError ? 0 : -1, headers: { 'retry-after': '-' } }))
        await http.put(`http://studio/cut-outs/${status} ${headers['retry-after']}`, { file: 'a.jpg' })
        await ack()
      }
    }, { instances: 1 })
    const refuses: StudioOptions['refuses'] = ({ photoId }) => (photoId === 'm1' ? { status: 503, retryAfter: 20 } : photoId === 'm2' ? 'silence' : undefined)
    const seen = new Set<string>()
    const finding = await explore({
      system: () => [worker, studio({ refuses })],
      scenario: async ({ send }) => {
        for (const id of ['m1', 'm2']) await send('worker', { type: 'Go' }, { id })
      },
      atRest: { looked: ({ ledgers }) => seen.add(studioRecords(ledgers).requests.map(({ photoId, at }) => `${photoId} at ${at}`).join(', ')).size > 0 || 'nothing was asked' },
    })
    expect(finding.verdict).toBe('passed')
    expect([...seen]).toEqual(['m1 at 0, 503 20 at 0, m2 at 0, 0 - at 10000'])
  })
})
