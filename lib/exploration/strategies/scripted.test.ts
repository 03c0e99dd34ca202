import { describe, expect, test } from 'vitest'
import { readStep, type Possible } from './scripted.js'

function possible(label: string, fault?: Possible['fault'], context = ''): Possible {
  return { label, context, fault }
}

const reads = possible('web 1, POST /fiats/alice, reads stock fiats')
const commits = possible('web 2, POST /fiats/bob, commits stock fiats')
const unclear = possible('web 2, POST /fiats/bob, commits stock fiats (written, response lost)', 'ambiguousCommits')
const crashes = possible('web 2 crashes', 'crashes')
const receives = possible('billing receives BookPayment m1')
const copy = possible('billing receives BookPayment m1 (copy)')
const all = [reads, commits, unclear, crashes, receives, copy]

describe('a step in words', () => {
  test.each([
    ['alice reads', reads],
    ['Alice has READ the stock', reads],
    ['bob commits', commits],
    ['bob commits, and the answer is lost', unclear],
    ['web 2 crashed', crashes],
    ['web 2 dies', crashes],
    ['billing receives m1', receives],
    ['billing gets the book payment', receives],
    ['billing receives the copy of m1', copy],
  ])('"%s" finds what it means', (step, meant) => {
    expect(readStep(step, all)).toEqual({ kind: 'fits', index: all.indexOf(meant) })
  })

  test('an acknowledgement has many names, and an instance may be named though the label does not', () => {
    const ack = possible('billing: ack BookPayment m1', undefined, 'billing 2 BookPayment m1')
    for (const step of ['billing 2 acks m1', 'm1 is acknowledged', 'ack m1']) expect(readStep(step, [receives, ack])).toEqual({ kind: 'fits', index: 1 })
  })

  test('an expired lock is found by its lock, though the label tells of who stalls', () => {
    expect(readStep('the lock of m1 expires', [possible('billing 1 stalls until the lock of BookPayment m1 has expired', 'stalls')])).toEqual({ kind: 'fits', index: 0 })
  })

  test('a fault has to be asked for by a word of its own', () => {
    const stalls = possible('shipping 1 stalls until the lock of CallTruck m1 has expired', 'stalls')
    expect(readStep('the truck is called', [stalls])).toEqual({ kind: 'impossible', unknown: [] })
    expect(readStep('shipping 1 stalls', [stalls])).toEqual({ kind: 'fits', index: 0 })
    const crashes = possible('shipping 1 crashes (CallTruck m1)', 'crashes')
    expect(readStep('CallTruck m1', [crashes])).toEqual({ kind: 'impossible', unknown: [] })
    expect(readStep('shipping dies', [crashes])).toEqual({ kind: 'fits', index: 0 })
    const late = possible('browser gives up waiting for POST /carts (the server stalls)', 'stalls')
    expect(readStep('POST /carts', [late])).toEqual({ kind: 'impossible', unknown: [] })
    expect(readStep('browser gives up', [late])).toEqual({ kind: 'fits', index: 0 })
  })

  test('words that stand side by side decide', () => {
    const first = possible('shipping 1, ShipCar m1, delivery 2, reads shipped o1')
    const second = possible('shipping 2, ShipCar m1, reads shipped o1')
    expect(readStep('shipping 2 reads', [first, second])).toEqual({ kind: 'fits', index: 1 })
    expect(readStep('delivery 2 reads', [first, second])).toEqual({ kind: 'fits', index: 0 })
  })

  test('what could mean several things is not guessed, unless they are the same', () => {
    const bob = possible('web 2, POST /fiats/bob, reads stock fiats')
    expect(readStep('reads', [reads, bob])).toEqual({ kind: 'ambiguous', indexes: [0, 1] })
    expect(readStep('reads', [reads, { ...reads }])).toEqual({ kind: 'fits', index: 0 })
  })

  test('what fits nothing says which words are to blame', () => {
    expect(readStep('alcie reads', all)).toEqual({ kind: 'impossible', unknown: ['alcie'] })
    expect(readStep('alice commits', all)).toEqual({ kind: 'impossible', unknown: [] })
    expect(readStep('', all)).toEqual({ kind: 'impossible', unknown: [] })
  })
})
