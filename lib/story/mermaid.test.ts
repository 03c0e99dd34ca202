import { expect, test } from 'vitest'
import { browser, story, web } from './fixtures/cast.js'
import { crashBeforeSend, lostResponse } from './fixtures/index.js'
import { renderMermaid } from './mermaid.js'

test('a crash, and time', () => expect(renderMermaid(crashBeforeSend, { brokenAt: 11 })).toMatchInlineSnapshot(`
  "sequenceDiagram
    actor p0 as browser
    participant p1 as web
    participant p2 as broker
    participant p3 as orders
    participant p4 as store
    p0->>p1: 1 · POST /orders
    p1->>p2: 2 · send SubmitOrder m1<br/>queue orders
    p1-->>p0: 3 · 202
    p2->>p3: 4 · SubmitOrder m1<br/>1st delivery
    p3->>p4: 5 · get orders c1<br/>nothing
    p3->>p4: 6 · commit<br/>+ orders c1
    Note over p3: 7 · ⚡ crash<br/>memory gone, starts again
    Note over p0,p4: 8 · 30 s later#58; the lock on SubmitOrder m1 runs out
    p2->>p3: 9 · SubmitOrder m1<br/>2nd delivery
    p3->>p4: 10 · get orders c1<br/>version 1
    rect rgba(220, 38, 38, 0.2)
      p3->>p2: 11 · ack SubmitOrder m1<br/>✗ broken here
    end
  "
`))

test('what is lost ends in a cross', () => {
  expect(renderMermaid(lostResponse)).toContain('  p1-xp0: 4 · 202\n  Note over p0,p1: ⚡ response lost\n')
})

test('no text can end a statement or begin a comment, an entity or an element', () => {
  const nasty = story([browser, web], [{ action: 'request', from: browser, to: web, text: 'a;b#c: %%d <b>\nend' }])
  expect(renderMermaid(nasty).split('\n').slice(3)).toEqual(['  p0->>p1: 1 · a#59;b#35;c#58; #37;#37;d #60;b#62; end', ''])
})
