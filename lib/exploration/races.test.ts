import { describe, expect, test } from 'vitest'
import { consumer, endpoint, insert, put, remove, service } from '../index.js'
import { check, type CheckOptions } from './index.js'

/** What is printed: the promise, the ledger, the shortest story. Without the number of the execution that found it, which says nothing. */
async function lesson(options: CheckOptions): Promise<string> {
  const error: unknown = await check(options).then(
    () => new Error('It passed.'),
    (thrown: unknown) => thrown,
  )
  if (!(error instanceof Error)) throw new Error('Something else than an error was thrown.')
  expect(error.name).toBe('BrokenPromise')
  const story = error.message.split('\n').slice(0, -2) // what comes last tells how it was found
  for (const line of story) expect(line.length).toBeLessThanOrEqual(80)
  return `\n${error.message.replace(/found in execution \d+/, 'found').trimEnd()}\n`
}

interface Account {
  readonly balance: number
}

type Go = { readonly type: 'Go' }

describe('the classic races are found, and told', () => {
  test('lost update', async () => {
    const accounts = endpoint('accounts', {
      async Deposit({ amount }: { readonly type: 'Deposit'; readonly amount: number }, { store }) {
        const found = await store.get<Account>('accounts', 'a')
        await store.commit(put('accounts', 'a', { balance: (found?.value.balance ?? 0) + amount }))
      },
    })
    const deposit = (amount: number) => ({ type: 'Deposit', amount })
    expect(
      await lesson({
        system: () => [accounts],
        async scenario({ send }) {
          await send('accounts', deposit(10))
          await send('accounts', deposit(20))
        },
        atRest: { 'no money is lost': ({ stores }) => stores['accounts']?.get<Account>('accounts', 'a')?.balance === 30 || `expected 30, found ${stores['accounts']?.get<Account>('accounts', 'a')?.balance ?? 0}` },
      }),
    ).toMatchInlineSnapshot(`
      "
      ✗ no money is lost
        expected 30, found 10

                            accounts  accounts
           outside  broker  1         2         store
        1  ├───────▶│       │         │         │      send Deposit m1  amount: 10
        2  ├───────▶│       │         │         │      send Deposit m2  amount: 20
        3  │        ├──────▶│         │         │      Deposit m1
        4  │        │       ├──────────────────▶│      get accounts a  none
        5  │        ├────────────────▶│         │      Deposit m2
        6  │        │       │         ├────────▶│      get accounts a  none
        7  │        │       │         ├────────▶│      commit  + accounts a
           │        │       │         │         │        balance: 20
        8  │        │◀────────────────┤         │      ack Deposit m2
        9  │        │       ├──────────────────▶│      commit  accounts a → version 2
           │        │       │         │         │        balance: 20 → 10
       10  │        │◀──────┤         │         │      ack Deposit m1
           ┄┄ nothing is left to do ┄ ✗ broken now ┄┄┄┄┄┄┄┄┄┄┄┄┄┄┄┄┄┄┄┄┄┄┄┄┄┄┄┄┄┄┄┄┄┄┄

        no fault needed · found · nothing shorter breaks it
      "
    `)
  })

  test('check, then act', async () => {
    const seats = service('seats', {
      async 'POST /seats/:seat'({ params }, { store }) {
        if ((await store.get('taken', params.seat)) !== undefined) return { status: 409 }
        await store.commit(put('taken', params.seat, {}), put('tickets', crypto.randomUUID(), { seat: params.seat }))
        return { status: 201 }
      },
    })
    expect(
      await lesson({
        system: () => [seats],
        async scenario({ browser }) {
          await Promise.all([browser.post('/seats/7'), browser.post('/seats/7')])
        },
        always: { 'one ticket per seat': ({ stores }) => (stores['seats']?.ids('tickets').length ?? 0) <= 1 || 'expected 1 ticket for seat 7, found 2' },
      }),
    ).toMatchInlineSnapshot(`
      "
      ✗ one ticket per seat
        expected 1 ticket for seat 7, found 2

           browser            seats 1   seats 2          store
        1  ├─ POST /seats/7 ─▶│         │                │
        2  │                  ├─ get taken 7 ───────────▶│  none
        3  ├─ POST /seats/7 ───────────▶│                │
        4  │                  │         ├─ get taken 7 ─▶│  none
        5  │                  │         ├─ commit ──────▶│  + taken 7
           │                  │         │                │    + tickets 71fc3190
           │                  │         │                │    seat: "7"
        6  │                  ├─ commit ────────────────▶│  taken 7 → version 2
           │                  │         │                │    nothing changed in it
           │                  │         │                │    + tickets 375bc07b
           │                  │         │                │    seat: "7"  ✗ broken here

        no fault needed · found · nothing shorter breaks it
      "
    `)
  })

  test('ghost message: an event overtakes its own commit', async () => {
    const orders = endpoint('orders', {
      async Go(_message: Go, { store, publish }) {
        await publish({ type: 'Ordered' }, { id: 'ordered' })
        await store.commit(insert('orders', 'o', {}))
      },
    }, { instances: 1 })
    const mail = endpoint('mail', { Ordered: (_message, { store }) => store.commit(put('sent', 'thanks', {})).then(() => undefined) }, { instances: 1 })
    expect(
      await lesson({
        system: () => [orders, mail],
        scenario: ({ send }) => send('orders', { type: 'Go' }),
        always: { 'thanks only for orders that there are': ({ stores }) => stores['mail']?.get('sent', 'thanks') === undefined || stores['orders']?.get('orders', 'o') !== undefined || 'thanked for order o, which is not there' },
      }),
    ).toMatchInlineSnapshot(`
      "
      ✗ thanks only for orders that there are
        thanked for order o, which is not there

           outside  broker  orders  mail  store
        1  ├───────▶│       │       │     │      send Go m1
        2  │        ├──────▶│       │     │      Go m1
        3  │        │◀──────┤       │     │      publish Ordered ordered  → mail
        4  │        ├──────────────▶│     │      Ordered ordered
        5  │        │       │       ├────▶│      commit  + sent thanks  ✗ broken here

        no fault needed · found · nothing shorter breaks it
      "
    `)
  })

  test('zombie record: committed, and never told', async () => {
    const orders = endpoint('orders', {
      async Go(_message: Go, { store, publish }) {
        if ((await store.get('orders', 'o')) !== undefined) return
        await store.commit(insert('orders', 'o', {}))
        await publish({ type: 'Ordered' }, { id: 'ordered' })
      },
    }, { instances: 1 })
    const mail = endpoint('mail', { Ordered: (_message, { store }) => store.commit(put('sent', 'thanks', {})).then(() => undefined) }, { instances: 1 })
    expect(
      await lesson({
        system: () => [orders, mail],
        scenario: ({ send }) => send('orders', { type: 'Go' }),
        faults: { crashes: 1 },
        atRest: { 'whoever orders is thanked': ({ stores }) => stores['orders']?.get('orders', 'o') === undefined || stores['mail']?.get('sent', 'thanks') !== undefined || 'order o is there, and nobody was thanked' },
      }),
    ).toMatchInlineSnapshot(`
      "
      ✗ whoever orders is thanked
        order o is there, and nobody was thanked

           outside          broker           orders            store
        1  ├─ send Go m1 ──▶│                │                 │
        2  │                ├─ Go m1 ───────▶│                 │
        3  │                │                ├─ get orders o ─▶│  none
        4  │                │                ├─ commit ───────▶│  + orders o
        5  │                │                ✗                 │  ⚡ crash
           │                │                ┬                 │  starts again, memory
           │                │                │                 │    empty
        6  │                ├─ Go m1 ───────▶│                 │  delivery 2, the old
           │                │                │                 │    lock has expired
        7  │                │                ├─ get orders o ─▶│  version 1
        8  │                │◀─ ack Go m1 ───┤                 │
           ┄┄ nothing is left to do ┄ ✗ broken now ┄┄┄┄┄┄┄┄┄┄┄┄┄┄┄┄┄┄┄┄┄┄┄┄┄┄┄┄┄┄┄┄┄┄┄

        needs 1 crash · found · nothing shorter breaks it
      "
    `)
  })

  test('expired lock, two consumers', async () => {
    const jobs = endpoint('jobs', {
      async Go(_message: Go, { store, messageId }) {
        if ((await store.get('running', 'job')) !== undefined) throw new Error('somebody works on it')
        await store.commit(put('running', 'job', { by: messageId }))
        await store.commit(insert('done', crypto.randomUUID(), {}), remove('running', 'job'))
      },
    })
    expect(
      await lesson({
        system: () => [jobs],
        scenario: ({ send }) => send('jobs', { type: 'Go' }),
        faults: { stalls: 1 },
        always: { 'the job is done once': ({ stores }) => (stores['jobs']?.ids('done').length ?? 0) <= 1 || 'expected 1, found 2' },
      }),
    ).toMatchInlineSnapshot(`
      "
      ✗ the job is done once
        expected 1, found 2

           outside  broker  jobs 1  jobs 2  store
        1  ├───────▶│       │       │       │      send Go m1
        2  │        ├──────▶│       │       │      Go m1
        3  │        │       ├──────────────▶│      get running job  none
        4  │        │       ├──────────────▶│      commit  + running job  by: m1
        5  │        │       ├──────────────▶│      commit  + done ac89f3a8
           │        │       │       │       │        − running job
        6  ┄┄ ⚡ stall ┄┄┄┄┄┄┄┄┄┄┄┄┄┄┄┄┄┄┄┄┄┄┄┄┄┄┄┄┄┄┄┄┄┄┄┄┄┄┄┄┄┄┄┄┄┄┄┄┄┄┄┄┄┄┄┄┄┄┄┄┄┄┄
           ┄┄┄┄ 30 s later: the lock of Go m1 expires, jobs 1 is too slow, and does ┄┄
           ┄┄┄┄ not know it ┄┄┄┄┄┄┄┄┄┄┄┄┄┄┄┄┄┄┄┄┄┄┄┄┄┄┄┄┄┄┄┄┄┄┄┄┄┄┄┄┄┄┄┄┄┄┄┄┄┄┄┄┄┄┄┄┄┄
        7  │        ├──────────────▶│       │      Go m1  delivery 2
        8  │        │       │       ├──────▶│      get running job  none
        9  │        │       │       ├──────▶│      commit  running job → version 3
           │        │       │       │       │        by: m1
       10  │        │       │       ├──────▶│      commit  + done 7eddac04
           │        │       │       │       │        − running job  ✗ broken here

        needs 1 stall · found · nothing shorter breaks it
      "
    `)
  })

  test('lost acknowledgement', async () => {
    const counter = consumer('counter', async (receiver, { store }) => {
      for (;;) {
        const delivery = await receiver.receive()
        const found = await store.get<number>('counts', 'c')
        await store.commit(put('counts', 'c', (found?.value ?? 0) + 1))
        await delivery.ack().catch(() => undefined)
      }
    }, { instances: 1 })
    expect(
      await lesson({
        system: () => [counter],
        scenario: ({ send }) => send('counter', { type: 'Go' }),
        faults: { lostAcks: 1 },
        atRest: { 'each message counts once': ({ stores }) => stores['counter']?.get('counts', 'c') === 1 || `expected 1, found ${JSON.stringify(stores['counter']?.get('counts', 'c'))}` },
      }),
    ).toMatchInlineSnapshot(`
      "
      ✗ each message counts once
        expected 1, found 2

           outside          broker           counter           store
        1  ├─ send Go m1 ──▶│                │                 │
        2  │                ├─ Go m1 ───────▶│                 │
        3  │                │                ├─ get counts c ─▶│  none
        4  │                │                ├─ commit ───────▶│  + counts c  1
        5  │                │ ✗ ack Go m1 ───┤                 │  ⚡ ack lost
        6  │                ├─ Go m1 ───────▶│                 │  delivery 2, the old
           │                │                │                 │    lock has expired
        7  │                │                ├─ get counts c ─▶│  version 1
        8  │                │                ├─ commit ───────▶│  counts c → version 2
           │                │                │                 │    1 → 2
        9  │                │◀─ ack Go m1 ───┤                 │
           ┄┄ nothing is left to do ┄ ✗ broken now ┄┄┄┄┄┄┄┄┄┄┄┄┄┄┄┄┄┄┄┄┄┄┄┄┄┄┄┄┄┄┄┄┄┄┄

        needs 1 lost acknowledgement · found ·
        nothing shorter breaks it
      "
    `)
  })

  test('double response: the browser asks twice, and both are answered', async () => {
    const web = service('web', {
      async 'POST /orders'(_request, { store }) {
        const id = crypto.randomUUID()
        await store.commit(insert('orders', id, {}))
        return { status: 201, headers: { location: `/orders/${id}` } }
      },
    }, { instances: 1 })
    expect(
      await lesson({
        system: () => [web],
        async scenario({ browser }) {
          await browser.post('/orders')
        },
        faults: { lostResponses: 1 },
        atRest: { 'one click, one order': ({ stores }) => stores['web']?.ids('orders').length === 1 || `expected 1 order, found ${stores['web']?.ids('orders').length ?? 0}` },
      }),
    ).toMatchInlineSnapshot(`
      "
      ✗ one click, one order
        expected 1 order, found 2

           browser           web              store
        1  ├─ POST /orders ─▶│                │
        2  │                 ├─ commit ──────▶│  + orders 5dc82fca
        3  │ ✗ 201 ──────────┤                │  ⚡ response lost
        4  ●                 │                │  gives up after 10 s
           │                 │                │    no response to POST /orders
        5  ├─ POST /orders ─▶│                │
        6  │                 ├─ commit ──────▶│  + orders c38e03bf
        7  │◀╌ 201 ╌╌╌╌╌╌╌╌╌╌┤                │  location: /orders/c38e03bf
           ┄┄ nothing is left to do ┄ ✗ broken now ┄┄┄┄┄┄┄┄┄┄┄┄┄┄┄┄┄┄┄┄┄┄┄┄┄┄┄┄┄┄┄┄┄┄┄

        needs 1 lost response · found · nothing shorter breaks it
      "
    `)
  })
})
