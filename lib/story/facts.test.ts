import { describe, expect, test } from 'vitest'
import type { Fact, Json, Trace, TraceStep } from '../simulation/trace.js'
import { changesBetween, fieldsOf } from './changes.js'
import { factWording } from './facts.js'
import { renderTerminal } from './terminal.js'

const orders = { name: 'orders', kind: 'endpoint', instance: 1 } as const
const store = { name: 'orders', kind: 'store', instance: 1 } as const
const browser = { name: 'browser', kind: 'browser', instance: 1 } as const
const web = { name: 'web', kind: 'service', instance: 1 } as const

function commit(number: number, ...facts: readonly Fact[]): TraceStep {
  return { number, at: 0, action: 'commit', from: orders, to: store, text: 'commit', outcome: facts.map(({ label }) => label).join(', '), facts }
}

const traceOf = (...steps: readonly TraceStep[]): Trace => ({ participants: [orders, store], steps })
const plain = (text: string): string => text.replaceAll('\u00a0', ' ')

describe('what has changed', () => {
  test.each<{ readonly before: Json; readonly after: Json; readonly changes: readonly string[] }>([
    { before: { status: 'pending', price: 5 }, after: { status: 'accepted', price: 5 }, changes: ['status: pending → accepted'] },
    { before: { a: 1 }, after: { a: 1, paid: true }, changes: ['paid: true'] },
    { before: { a: 1, note: 'x' }, after: { a: 1 }, changes: ['− note'] },
    { before: { extras: ['roof box'] }, after: { extras: ['roof box', 'roof box'] }, changes: ['extras + roof box'] },
    { before: { ids: ['m1', 'm2'] }, after: { ids: ['m2'] }, changes: ['ids − m1'] },
    { before: { lines: [{ id: 1, done: false }] }, after: { lines: [{ id: 1, done: true }] }, changes: ['lines[0].done: false → true'] },
    { before: { payments: { p1: 5 } }, after: { payments: {} }, changes: ['− payments.p1'] },
    { before: 1, after: 2, changes: ['1 → 2'] },
    { before: { a: 1 }, after: { a: 1 }, changes: [] },
  ])('$before → $after', ({ before, after, changes }) => expect(changesBetween(before, after)).toEqual(changes))

  test('a text is quoted where it could be taken for something else', () => {
    expect(fieldsOf({ a: 'Porsche 911', b: '911', c: 'true', d: '', e: 'x, y: 1', f: 'a: b' })).toEqual(['a: Porsche 911', 'b: "911"', 'c: "true"', 'd: ""', 'e: "x, y: 1"', 'f: "a: b"'])
  })
})

describe('a fact that is too long', () => {
  const body = (lineId: string, filler: string): Json => ({ orderId: 'o1', lineId, note: filler, comment: filler, remark: filler, hint: filler })
  const filler = 'a text that goes on and on, and says nothing that anybody wants to know'

  test('loses what is the same in all of its kind, and keeps what differs', () => {
    const [one, other] = [
      { label: '', subject: 'message AddExtra', after: body('l1', filler) },
      { label: '', subject: 'message AddExtra', after: body('l2', filler) },
    ]
    const say = factWording(traceOf(commit(1, one), commit(2, other)))
    expect([plain(say(one)), plain(say(other))]).toEqual(['lineId: l1, …', 'lineId: l2, …'])
  })

  test('is written out where two would come to look the same', () => {
    const texts = ['here', 'there'].map((middle) => `${'x'.repeat(60)} ${middle} ${'y'.repeat(60)}`)
    const facts = texts.map((text): Fact => ({ label: '', subject: 'orders', after: { text } }))
    const say = factWording(traceOf(...facts.map((fact, index) => commit(index + 1, fact))))
    expect(facts.map(say).map(plain)).toEqual(texts.map((text) => `text: ${text}`))
  })

  test('says how many entries a list has where two lists would come to look the same', () => {
    const facts = [11, 2].map((length): Fact => ({ label: '', subject: 'inbox', after: Array.from({ length }, () => ({ type: 'PaymentBooked', customer: 'Erika', amount: 1_000 })) }))
    const say = factWording(traceOf(...facts.map((fact, index) => commit(index + 1, fact))))
    expect(facts.map(say).map(plain)).toEqual(['[{type: PaymentBooked, cus…t: 1000}] (11 entries)', '[{type: PaymentBooked, cus…t: 1000}] (2 entries)'])
  })

  test('never looks like another one', () => {
    const values: Json[] = Array.from({ length: 40 }, (_, index) => ({ a: filler + String(index % 7), b: `${filler}${index}${filler}`, c: index % 3, d: { deep: [index, filler] } }))
    const facts = values.map((after): Fact => ({ label: '', subject: 'orders', after }))
    const say = factWording(traceOf(...facts.map((fact, index) => commit(index + 1, fact))))
    expect(new Set(facts.map(say)).size).toBe(40)
  })
})

describe('in a diagram', () => {
  test('a commit says what it changed, write by write', () => {
    const drawn = renderTerminal(
      traceOf(commit(1, { label: '+ inbox m1', subject: 'inbox', after: {} }, { label: 'customers Erika → version 2', subject: 'customers', before: { total: 60_000 }, after: { total: 120_000 } })),
      { width: 80, colour: false },
    )
    expect(drawn).toMatch(/\+ inbox m1 {2}customers Erika → version 2/)
    expect(drawn).toContain('total: 60000 → 120000')
  })

  test('ids are shortened in facts as they are elsewhere', () => {
    const drawn = renderTerminal(traceOf(commit(1, { label: '+ keys 1b4e28ba-2fa1-41d2-883f-0016d3cca427', subject: 'keys', after: { key: '1b4e28ba-2fa1-41d2-883f-0016d3cca427' } })), { width: 80, colour: false })
    expect(drawn).toContain('+ keys 1b4e28ba')
    expect(drawn).toContain('key: 1b4e28ba')
    expect(drawn).not.toContain('2fa1')
  })

  test('two carts are never shortened to the same path', () => {
    const step = (number: number, cart: string): TraceStep => ({ number, at: 0, action: 'request', from: browser, to: web, text: `POST /carts/${cart}/submission` })
    for (let width = 40; width <= 100; width++) {
      const drawn = renderTerminal({ participants: [browser, web], steps: [step(1, 'c1'), step(2, 'c2')] }, { width, colour: false })
      expect(drawn).toContain('c1')
      expect(drawn).toContain('c2')
    }
  })

  test('a service and an endpoint of one name are told apart; their store is one', () => {
    const worker = { ...web, kind: 'endpoint' } as const
    const ofWeb = { ...web, kind: 'store' } as const
    const step = (number: number, from: TraceStep['from']): TraceStep => ({ number, at: 0, action: 'read', from, to: ofWeb, text: 'get carts c1' })
    const [titles = ''] = renderTerminal({ participants: [web, ofWeb, worker, ofWeb], steps: [step(1, web), step(2, worker)] }, { width: 80, colour: false }).split('\n')
    expect(titles.trim().split(/ {2,}/)).toEqual(['web service', 'store', 'web endpoint'])
  })

  test('what is broken at the end stands below the last step', () => {
    const trace = traceOf(commit(1, { label: '+ a b', subject: 'a', after: 1 }), commit(2, { label: '+ a c', subject: 'a', after: 1 }))
    expect(renderTerminal(trace, { width: 60, colour: false, brokenAtRest: true }).split('\n').at(-1)).toMatch(/nothing is left to do ┄ ✗ broken now/)
    expect(renderTerminal(trace, { width: 60, colour: false, brokenAtRest: true, to: 1 })).not.toContain('nothing is left to do')
  })
})
