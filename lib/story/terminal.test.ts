import { stripVTControlCharacters } from 'node:util'
import { describe, expect, test, vi } from 'vitest'
import type { Trace } from '../simulation/trace.js'
import { broker, browser, orders1, story, web, webStore } from './fixtures/cast.js'
import * as fixtures from './fixtures/index.js'
import { renderTerminal } from './terminal.js'
import { displayWidth } from './width.js'

const stories = Object.entries<Trace>(fixtures)
const plain = { colour: false, width: 80 }

describe('at 80 columns', () => {
  test('a double click', () => expect(draw(fixtures.doubleClick, 6)).toMatchInlineSnapshot(`
    "
         browser          web              store
      1  ├─ POST ────────▶│                │
      2  ├─ POST ────────▶│                │
      3  │                ├─ get c1 ──────▶│  version 1
      4  │                ├─ get c1 ──────▶│  version 1  (2nd POST)
      5  │                ├─ commit ──────▶│  + order o-1
      6  │                ├─ commit ──────▶│  + order o-2  (2nd POST)  ✗ broken here"
  `))
  test('a lost response and a second try', () => expect(draw(fixtures.lostResponse, 9)).toMatchInlineSnapshot(`
    "
         browser                       web               store
      1  ├─ POST …/submission ────────▶│                 │
      2  │                             ├─ get carts c1 ─▶│  version 1
      3  │                             ├─ commit ───────▶│  + orders 7d3f0a51
      4  │ ✗ 202 ──────────────────────┤                 │  ⚡ response lost
      5  ┄┄ 10 s later: browser gives up waiting ┄┄┄┄┄┄┄┄┄┄┄┄┄┄┄┄┄┄┄┄┄┄┄┄┄┄┄┄┄┄┄┄┄┄┄
      6  ● no answer                   │                 │  TimeoutError
      7  ├─ POST …/submission ────────▶│                 │  2nd try
      8  │                             ├─ get carts c1 ─▶│  version 1
      9  │                             ├─ commit ───────▶│  + orders 1c9be2aa
         │                             │                 │    ✗ broken here
     10  │◀╌ 202 ╌╌╌╌╌╌╌╌╌╌╌╌╌╌╌╌╌╌╌╌╌╌┤                 │  /orders/1c9be2aa"
  `))
  test('a crash between commit and send', () => expect(draw(fixtures.crashBeforeSend)).toMatchInlineSnapshot(`
    "
         browser  web   broker  orders  store
      1  ├───────▶│     │       │       │      POST /orders
      2  │        ├────▶│       │       │      send SubmitOrder m1  queue orders
      3  │◀╌╌╌╌╌╌╌┤     │       │       │      202
      4  │        │     ├──────▶│       │      SubmitOrder m1       1st delivery
      5  │        │     │       ├──────▶│      get orders c1        nothing
      6  │        │     │       ├──────▶│      commit               + orders c1
      7  │        │     │       ✗       │      ⚡ crash
         │        │     │       ┬       │      memory gone, starts again
      8  ┄┄ 30 s later: the lock on SubmitOrder m1 runs out ┄┄┄┄┄┄┄┄┄┄┄┄┄┄┄┄┄┄┄┄┄┄┄┄
      9  │        │     ├──────▶│       │      SubmitOrder m1       2nd delivery
     10  │        │     │       ├──────▶│      get orders c1        version 1
     11  │        │     │◀──────┤       │      ack SubmitOrder m1"
  `))
  test('a third party that answers too late', () => expect(draw(fixtures.thirdPartyTimeout, 9)).toMatchInlineSnapshot(`
    "
                                payment
         broker  orders  store  provider
      1  ├──────▶│       │      │         SubmitOrder m1  1st delivery
      2  │       ├──────▶│      │         get orders c1  version 1
      3  │       ├─────────────▶│         POST /payments  ⚡ slow response
         │       │       │      │           + charge p-1 of 300 €
      4  ┄┄ 5 s later: orders waits for the payment provider ┄┄┄┄┄┄┄┄┄┄┄┄┄┄┄┄┄┄┄┄┄┄┄
      5  │       │ ✗╌╌╌╌╌╌╌╌╌╌╌╌┤         POST /payments  ✗ TimeoutError
      6  │◀──────┤       │      │         abandon SubmitOrder m1
         │       │       │      │           TimeoutError: no answer from POST
         │       │       │      │           /payments within 5 s
      7  ├──────▶│       │      │         SubmitOrder m1  2nd delivery
      8  │       ├──────▶│      │         get orders c1  version 1
      9  │       ├─────────────▶│         POST /payments  + charge p-2 of 300 €
         │       │       │      │           ✗ broken here"
  `))
  test('competing consumers, one of them a zombie', () => expect(draw(fixtures.zombie, 8)).toMatchInlineSnapshot(`
    "
         broker                  orders 1  orders 2           store
      1  ├─ SubmitOrder m1 ─────▶│         │                  │  1st delivery
      2  │                       ├─ get orders c1 ───────────▶│  nothing
      3  ┄┄ ⚡ stall  31 s later: orders 1 stands still ┄┄┄┄┄┄┄┄┄┄┄┄┄┄┄┄┄┄┄┄┄┄┄┄┄┄┄┄
      4  ┄┄ lock expired: SubmitOrder m1, visible again ┄┄┄┄┄┄┄┄┄┄┄┄┄┄┄┄┄┄┄┄┄┄┄┄┄┄┄┄
      5  ├─ SubmitOrder m1 ───────────────▶│                  │  2nd delivery
      6  │                       │         ├─ get orders c1 ─▶│  nothing
      7  │                       │         ├─ commit ────────▶│  + orders o-1
      8  │                       ├─ commit ──────────────────▶│  + orders o-2
         │                       │         │                  │    ✗ broken here
      9  │◀─ ack SubmitOrder m1 ───────────┤                  │
     10  │◀─ ack SubmitOrder m1 ─┤         │                  │  ✗ lock lost"
  `))
})

test('nine participants share lanes', () => expect(draw({ ...fixtures.longStory, steps: fixtures.longStory.steps.slice(0, 16) })).toMatchInlineSnapshot(`
  "
                                      payment
       browser  web   broker  orders  provider
    1  ├───────▶│     │       │       │         ① POST /carts/c1/submission
    2  │        ●     │       │       │         ① get carts c1  version 3
    3  │        ●     │       │       │         ① commit
       │        │     │       │       │           carts c1 version 4, + outgoing
       │        │     │       │       │           5f0c2b1e
    4  │        ├────▶│       │       │         ① send SubmitOrder 5f0c2b1e
       │        │     │       │       │           queue orders
    5  │◀╌╌╌╌╌╌╌┤     │       │       │         ① 202  /orders/c1
    6  ├───────▶│     │       │       │         ② POST /carts/c1/submission
    7  │        ●     │       │       │         ② get carts c1  version 3
    8  │        ●     │       │       │         ② commit
       │        │     │       │       │           carts c1 version 4, + outgoing
       │        │     │       │       │           b8a1c7d2
    9  │        ├────▶│       │       │         ② send SubmitOrder b8a1c7d2
       │        │     │       │       │           queue orders
   10  │◀╌╌╌╌╌╌╌┤     │       │       │         ② 202  /orders/c1
   11  │        │     ├──────▶│       │         ① SubmitOrder 5f0c2b1e
       │        │     │       │       │           1st delivery
   12  │        │     │       ●       │         ① get orders c1  nothing
   13  │        │     │       ├──────▶│         ① POST /payments  + payment for c1
   14  │        │     │       │◀╌╌╌╌╌╌┤         ① 201
   15  │        │     │       ✗       │         ①  ⚡ crash
       │        │     │       ┬       │         memory gone, starts again
   16  │        │     ├──────▶│       │         ② SubmitOrder b8a1c7d2
       │        │     │       │       │           1st delivery"
`))

test('no room for lanes: a list', () => {
  expect(renderTerminal(fixtures.zombie, { colour: false, width: 40, brokenAt: 8 })).toMatchInlineSnapshot(`
    "  1  broker → orders 1  SubmitOrder m1
           1st delivery
      2  orders 1 → store  get orders c1
           nothing
      3  ┄┄ 31 s later: orders 1 stands
           still  ⚡ stall
      4  ┄┄ lock expired: SubmitOrder m1,
           visible again
      5  broker → orders 2  SubmitOrder m1
           2nd delivery
      6  orders 2 → store  get orders c1
           nothing
      7  orders 2 → store  commit
           + orders o-1
      8  orders 1 → store  commit
           + orders o-2  ✗ broken here
      9  orders 2 → broker
           ack SubmitOrder m1
     10  orders 1 → broker
           ack SubmitOrder m1  ✗ lock lost"
  `)
})

test('some steps of a story stand where they stand in the whole story', () => {
  const whole = renderTerminal(fixtures.zombie, plain).split('\n')
  const part = renderTerminal(fixtures.zombie, { ...plain, from: 5, to: 7 }).split('\n')
  expect(part).toEqual([whole[0], ...whole.slice(5, 8)])
})

test('messages handled at once in one process are told apart by what differs', () => {
  const trace = story([broker, orders1, webStore], [
    { action: 'read', from: orders1, to: webStore, text: 'list orders', task: 'SubmitOrder m1' },
    { action: 'read', from: orders1, to: webStore, text: 'list orders', task: 'SubmitOrder m2' },
    { action: 'commit', from: orders1, to: webStore, text: 'commit', task: 'SubmitOrder m1' },
    { action: 'commit', from: orders1, to: webStore, text: 'commit', task: 'SubmitOrder m2' },
  ])
  expect(draw(trace)).toMatchInlineSnapshot(`
    "
         orders           store
      1  ├─ list orders ─▶│  (m1)
      2  ├─ list orders ─▶│  (m2)
      3  ├─ commit ──────▶│  (m1)
      4  ├─ commit ──────▶│  (m2)"
  `)
})

test('a message that comes again after a crash is not a second task at the same time', () => {
  const step = { action: 'commit', from: orders1, to: webStore, text: 'commit' } as const
  const trace = story([orders1, webStore], [
    { ...step, task: 'SubmitOrder m1' },
    { action: 'crash', from: orders1, text: 'crash', fault: 'crashes' },
    { ...step, task: 'SubmitOrder m2' },
    { ...step, task: 'SubmitOrder m1' },
  ])
  expect(draw(trace)).not.toContain('(m')
})

test('wide characters, escape codes and line breaks bend no lifeline', () => {
  const trace = story([browser, web, webStore], [
    { action: 'request', from: browser, to: web, text: 'POST /カート/カート/カート' },
    { action: 'commit', from: web, to: webStore, text: 'commit e\u0301\u001b[31m', outcome: 'two\nlines' },
    { action: 'response', from: web, to: browser, text: '202' },
  ])
  expect(draw(trace)).toMatchInlineSnapshot(`
    "
         browser                         web              store
      1  ├─ POST /カート/カート/カート ─▶│                │
      2  │                               ├─ commit é ────▶│  two lines
      3  │◀╌ 202 ╌╌╌╌╌╌╌╌╌╌╌╌╌╌╌╌╌╌╌╌╌╌╌╌┤                │"
  `)
})

test('a story of nothing is nothing', () => expect(renderTerminal({ participants: [browser], steps: [] }, plain)).toBe(''))

describe.each(stories)('%s, at every width', (_, trace) => {
  const drawings = Array.from({ length: 161 }, (_, index) => ({ width: 40 + index, brokenAt: trace.steps.length, colour: false })).map((options) => ({
    width: options.width,
    plain: renderTerminal(trace, options),
    coloured: options.width % 20 === 0 ? renderTerminal(trace, { ...options, colour: true }) : undefined,
  }))

  test('no line is too long', () => {
    for (const { plain, width } of drawings) for (const line of plain.split('\n')) expect(displayWidth(line)).toBeLessThanOrEqual(width)
  })

  test('every step is there once, in its order', () => {
    const numbers = trace.steps.map(({ number }) => number)
    for (const { plain } of drawings) expect(numbersIn(plain)).toEqual(numbers)
  })

  test('the broken step is marked once', () => {
    for (const { plain } of drawings) expect(plain.match(/✗ broken here/g)).toHaveLength(1)
  })

  test('colour adds escape codes and nothing else', () => {
    for (const { plain, coloured } of drawings) {
      expect(stripVTControlCharacters(plain)).toBe(plain)
      if (coloured === undefined) continue
      expect(coloured).not.toBe(plain)
      expect(stripVTControlCharacters(coloured)).toBe(plain)
    }
  })
})

test.each([
  [{ NO_COLOR: '1', FORCE_COLOR: '1' }, false],
  [{ NO_COLOR: '', FORCE_COLOR: '1' }, true],
  [{ NO_COLOR: '', FORCE_COLOR: '0' }, false],
])('with %o in the environment, colour is %s', (environment, coloured) => {
  for (const [name, value] of Object.entries(environment)) vi.stubEnv(name, value)
  const drawn = renderTerminal(fixtures.doubleClick, { width: 80 })
  vi.unstubAllEnvs()
  expect(drawn !== stripVTControlCharacters(drawn)).toBe(coloured)
})

function draw(trace: Trace, brokenAt?: number): string {
  return `\n${renderTerminal(trace, { ...plain, brokenAt })}`
}

function numbersIn(drawing: string): number[] {
  return drawing.split('\n').flatMap((line) => {
    const number = /^ {1,2}(\d+) {2}/.exec(line)?.[1]
    return number === undefined ? [] : [Number(number)]
  })
}
