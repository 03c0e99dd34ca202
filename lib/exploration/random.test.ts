import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { endpoint, insert, put } from '../index.js'
import { describeFinding, explore, type CheckOptions, type Finding } from './index.js'

interface Order {
  readonly type: 'Order'
  readonly customer: string
  readonly amount: number
}

interface Account {
  readonly total: number
}

/** Forgets an amount when two orders of one customer are handled at the same time. */
const accounts = endpoint('accounts', {
  async Order({ customer, amount }: Order, { store }) {
    const found = await store.get<Account>('accounts', customer)
    await store.commit(put('accounts', customer, { total: (found?.value.total ?? 0) + amount }))
  },
})

const lostMoney: CheckOptions<typeof accounts, readonly Order[]> = {
  system: () => [accounts],
  given: fc.array(fc.record({ type: fc.constant('Order' as const), customer: fc.constantFrom('anna', 'bert', 'carl'), amount: fc.integer({ min: 1, max: 1_000 }) }), { maxLength: 8 }),
  async scenario({ send }, orders) {
    for (const order of orders) await send('accounts', order)
    await send('accounts', { type: 'Order', customer: 'control', amount: orders.reduce((sum, { amount }) => sum + amount, 0) })
  },
  atRest: {
    'no money is lost': ({ stores }) => {
      const totals = stores.accounts.ids('accounts').map((id) => [id, stores.accounts.get<Account>('accounts', id)?.total ?? 0] as const)
      const sum = totals.reduce((all, [id, total]) => (id === 'control' ? all : all + total), 0)
      const expected = totals.find(([id]) => id === 'control')?.[1] ?? 0
      return sum === expected || `expected ${expected}, found ${sum}`
    },
  },
}

function assertBroken(finding: Finding): Extract<Finding, { verdict: 'broken' }> {
  if (finding.verdict !== 'broken') throw new Error(`The verdict is ${finding.verdict}.`)
  return finding
}

describe('a search at random', () => {
  test('finds, and makes input and schedule smaller together', async () => {
    const finding = assertBroken(await explore(lostMoney))
    // Two orders of one customer, of 1 each: nothing smaller loses money.
    expect(finding.input).toMatch(/^\[\{"type":"Order","customer":"(anna|bert|carl)","amount":1\},\{"type":"Order","customer":"\w+","amount":1\}\]$/)
    expect(finding.violation.sentence).toBe('expected 2, found 1')
    expect(finding.trace.steps.length).toBeLessThanOrEqual(15)
    expect(finding.faults).toEqual({})
  })

  test('says with what input and from which seed', async () => {
    const text = describeFinding(assertBroken(await explore({ ...lostMoney, seed: 7 })))
    expect(text).toContain('with [{"type":"Order"')
    expect(text).toContain('(seed 7)')
    expect(text).not.toContain('nothing shorter breaks it') // nobody has tried everything
  })

  test('the same seed gives the same result on every run', async () => {
    const [first, again] = [await explore({ ...lostMoney, seed: 3 }), await explore({ ...lostMoney, seed: 3 })]
    expect(JSON.stringify(again)).toBe(JSON.stringify(first))
  })

  test('takes faults into account, within their budget', async () => {
    const counter = endpoint('counter', {
      async Count(_message, { store }) {
        const found = await store.get<number>('counts', 'c')
        await store.commit(put('counts', 'c', (found?.value ?? 0) + 1))
      },
    }, { instances: 1 })
    const finding = assertBroken(
      await explore({
        system: () => [counter],
        given: fc.constant(1),
        scenario: ({ send }) => send('counter', { type: 'Count' }),
        faults: { crashes: 1, copies: 1 },
        atRest: { 'counted once': ({ stores }) => stores.counter.get('counts', 'c') === 1 || `found ${JSON.stringify(stores.counter.get('counts', 'c'))}` },
      }),
    )
    expect(Object.values(finding.faults).reduce((sum, count) => sum + count, 0)).toBe(1)
  })

  test('a pass says that it is not exhaustive, and how many executions it rests on', async () => {
    const careful = endpoint('accounts', {
      async Order({ amount, customer }: Order, { store, messageId }) {
        await store.commit(insert('orders', messageId, { amount, customer }))
      },
    })
    const finding = await explore({ ...lostMoney, system: () => [careful], runs: 40, seed: 1, faults: { reorderings: 1 }, atRest: { kept: () => true } })
    expect(finding).toMatchObject({ verdict: 'passed', coverage: { strategy: 'random', complete: false, executions: 40, seed: 1 }, evidence: expect.stringMatching(/^40 random executions \(seed 1\) within 1 reordering: not exhaustive/) as string })
  })

  test('a mistake in the code is told as such', async () => {
    const careless = endpoint('accounts', {
      async Order(_order: Order, { store }) {
        await store.commit()
      },
    })
    expect(await explore({ ...lostMoney, system: () => [careless] })).toMatchObject({ verdict: 'misuse', kind: 'empty-commit' })
  })
})
