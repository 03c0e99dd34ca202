import fc from 'fast-check'
import { describe, test } from 'vitest'
import { check, declinedCard, goodCard, paymentProvider, paymentRecords, redriveEvery, type Scenario, type View } from '#lib/testing'
import type { AgreePrice, Bill, ChargeCard } from '#driveway'
import { billing } from './charge-card.js'

/** Erika has ordered the same Porsche twice, and a Panda. Ben's bank will say no. */
const bills = {
  o1: { customer: 'Erika', card: goodCard, price: 89_000, status: 'open' },
  o11: { customer: 'Erika', card: goodCard, price: 89_000, status: 'open' },
  o2: { customer: 'Erika', card: goodCard, price: 4_000, status: 'open' },
  o3: { customer: 'Ben', card: declinedCard, price: 89_000, status: 'open' },
} as const satisfies Readonly<Record<string, Bill>>

type OrderId = keyof typeof bills

const hour = 60 * 60 * 1000
const eightDays = 8 * 24 * hour

const system = () => [billing, paymentProvider()]
const instances = { billing: 1 }
/** However often a call fails within the bounds, the message is not given up. */
const broker = { maxDeliveries: 10 }
const always = { 'no order is charged twice': noOrderIsChargedTwice, 'nobody pays what was not agreed': nobodyPaysWhatWasNotAgreed }
const atRest = {
  'an order is paid exactly when its card was charged': paidExactlyWhenCharged,
  'no command is given up': noCommandIsGivenUp,
}

describe('exercise 13 · idempotency-keys', () => {
  test('★ a customer pays for three orders, two of them alike', () =>
    check({
      system,
      instances,
      documents: documents('o1', 'o11', 'o2'),
      async scenario(tools) {
        await charge(tools, 'o1')
        await charge(tools, 'o11')
        await charge(tools, 'o2')
      },
      always,
      atRest,
    }))

  test('★ a declined card is declined, and not tried again', () =>
    check({
      system,
      instances,
      documents: documents('o3'),
      scenario: (tools) => charge(tools, 'o3'),
      always,
      atRest,
    }))

  test('★ a price that was agreed before is charged, and one that is agreed too late is not', () =>
    check({
      system,
      instances,
      documents: documents('o1'),
      async scenario(tools) {
        await agree(tools, 'o1', 'before')
        await tools.wait(hour)
        await charge(tools, 'o1')
        await tools.wait(hour)
        await agree(tools, 'o1', 'meanwhile')
      },
      always,
      atRest: { ...atRest, 'a bill that is paid keeps its price': theBillKeepsItsPrice },
    }))

  test('★★ the card is charged, and the response is lost', () =>
    check({
      system,
      instances,
      documents: documents('o1'),
      scenario: (tools) => charge(tools, 'o1'),
      faults: { lostResponses: 1 },
      always,
      atRest,
    }))

  test('★★ the provider responds with 5xx, whether or not it charged the card', () =>
    check({
      system,
      instances,
      documents: documents('o1'),
      scenario: (tools) => charge(tools, 'o1'),
      faults: { serverErrors: 1 },
      always,
      atRest,
    }))

  test('★★ billing crashes before it has recorded the response', () =>
    check({
      system,
      instances,
      documents: documents('o1'),
      scenario: (tools) => charge(tools, 'o1'),
      faults: { crashes: 1 },
      always,
      atRest,
    }))

  test('★★ another price is agreed before the second attempt', () =>
    check({
      system,
      instances,
      documents: documents('o1'),
      async scenario(tools) {
        await charge(tools, 'o1')
        await agree(tools, 'o1', 'meanwhile')
      },
      faults: { lostResponses: 1 },
      always,
      atRest,
    }))

  test('★★ the command is given again under another message id, and a response is lost', () =>
    check({
      system,
      instances,
      documents: documents('o1'),
      async scenario(tools) {
        await charge(tools, 'o1')
        await charge(tools, 'o1')
      },
      faults: { lostResponses: 1 },
      always,
      atRest,
    }))

  test('★★ eight days later everything comes again, as copies and under other message ids', () =>
    check({
      system,
      instances,
      documents: documents('o1', 'o3'),
      async scenario(tools) {
        for (const orderId of ['o1', 'o3'] as const) await charge(tools, orderId, `charge-${orderId}`)
        await tools.wait(eightDays)
        for (const orderId of ['o1', 'o3'] as const) await charge(tools, orderId, `charge-${orderId}`)
        for (const orderId of ['o1', 'o3'] as const) await charge(tools, orderId)
      },
      always,
      atRest,
    }))

  test('★★ billing crashes and the command is given up; an hour later it is moved back from the dead-letter queue', () =>
    check({
      system,
      instances,
      documents: documents('o1'),
      async scenario(tools) {
        await charge(tools, 'o1', 'charge-o1')
        await redriveEvery(hour, tools, 'billing')
      },
      faults: { crashes: 1 },
      broker: { maxDeliveries: 1 },
      always,
      atRest,
    }))

  test('★★★ one order, through every crash and every response that says nothing', () =>
    check({
      system,
      instances,
      documents: documents('o1'),
      scenario: (tools) => charge(tools, 'o1'),
      faults: { crashes: 1, lostRequests: 1, serverErrors: 1, ambiguousCommits: 1 },
      broker,
      always,
      atRest,
    }))

  test('★★★ another price is agreed meanwhile, and the provider is slow', () =>
    check({
      system,
      instances,
      documents: documents('o1'),
      async scenario(tools) {
        await charge(tools, 'o1')
        await agree(tools, 'o1', 'meanwhile')
      },
      faults: { crashes: 1, slowResponses: 1 },
      broker,
      always,
      atRest,
    }))

  test('★★★ two instances of billing and a copy of the command', () =>
    check({
      system,
      documents: documents('o1'),
      scenario: (tools) => charge(tools, 'o1'),
      faults: { copies: 1 },
      always,
      atRest,
    }))

  test('★★★ two instances of billing, and another price is agreed at the same moment', () =>
    check({
      system,
      documents: documents('o1'),
      async scenario(tools) {
        await charge(tools, 'o1')
        await agree(tools, 'o1', 'meanwhile')
      },
      faults: { lostResponses: 1 },
      always,
      atRest,
    }))

  test('★★★ two instances of billing, the command given twice, and another price in between', () =>
    check({
      system,
      documents: documents('o1'),
      async scenario(tools) {
        await charge(tools, 'o1')
        await agree(tools, 'o1', 'meanwhile')
        await charge(tools, 'o1')
      },
      always,
      atRest,
    }))

  test('★★★ a declined card, through every crash and every response that says nothing', () =>
    check({
      system,
      instances,
      documents: documents('o3'),
      scenario: (tools) => charge(tools, 'o3'),
      faults: { crashes: 1, serverErrors: 1, slowResponses: 1 },
      broker,
      always,
      atRest,
    }))

  test('★★★ any conversation about four orders, with everything that can happen', () =>
    check({
      system,
      documents: { billing: { bills } },
      given: conversations(),
      scenario: haveConversation,
      faults: { crashes: 1, copies: 1, lostRequests: 1, lostResponses: 1, serverErrors: 1, slowResponses: 1, ambiguousCommits: 1, lostAcks: 1 },
      broker: { maxDeliveries: 2 },
      runs: 100,
      always,
      atRest,
    }))
})

/** What may happen in a conversation: `again` is the same message once more, `anew` is another message that says the same. */
type Entry = `charge ${OrderId}` | `charge ${OrderId} again` | `charge ${OrderId} anew` | `agree ${OrderId}` | 'an hour' | 'eight days' | 'redrive'

interface Conversation {
  /** For these, another price was agreed before anything else. */
  readonly agreed: readonly OrderId[]
  readonly entries: readonly Entry[]
}

function conversations(): fc.Arbitrary<Conversation> {
  const orderIds = Object.keys(bills) as OrderId[]
  const entries = orderIds.flatMap((orderId): Entry[] => [`charge ${orderId}`, `charge ${orderId} again`, `charge ${orderId} anew`, `agree ${orderId}`])
  return fc.record({ agreed: fc.subarray(orderIds), entries: fc.array(fc.constantFrom<Entry>(...entries, 'an hour', 'eight days', 'redrive'), { minLength: 1, maxLength: 8 }) })
}

async function haveConversation(tools: Scenario, { agreed, entries }: Conversation): Promise<void> {
  for (const orderId of agreed) await agree(tools, orderId, 'before')
  // What counts as agreed before must have come through by then.
  if (agreed.length > 0) await redriveEvery(hour, tools, 'billing')
  for (const entry of entries) {
    const [verb, orderId, how] = entry.split(' ') as [string, OrderId, string?]
    if (entry === 'an hour') await tools.wait(hour)
    else if (entry === 'eight days') {
      // The provider forgets a key after a day, so nobody leaves a command among the dead letters for so long.
      await redriveEvery(hour, tools, 'billing')
      await tools.wait(eightDays)
    }
    else if (entry === 'redrive') await tools.redrive('billing')
    else if (verb === 'agree') await agree(tools, orderId, 'meanwhile')
    else await charge(tools, orderId, how === 'anew' ? undefined : `charge-${orderId}`)
  }
  await redriveEvery(hour, tools, 'billing')
}

function charge(tools: Scenario, orderId: OrderId, id?: string): Promise<void> {
  const message: ChargeCard = { type: 'ChargeCard', orderId }
  return tools.from('orders').send('billing', message, id === undefined ? {} : { id })
}

/** Whoever haggles gets a discount: before the card is charged, or while it may be. */
function agree(tools: Scenario, orderId: OrderId, when: keyof typeof discounts): Promise<void> {
  const message: AgreePrice = { type: 'AgreePrice', orderId, price: bills[orderId].price - discounts[when] }
  return tools.from('orders').send('billing', message)
}

const discounts = { before: 500, meanwhile: 1_000 }

function documents(...orderIds: readonly OrderId[]) {
  return { billing: { bills: Object.fromEntries(orderIds.map((orderId) => [orderId, bills[orderId]])) } }
}

type Look = View<'billing'>

/** The provider's books are the truth: what they contain has left the customer's account. */
function noOrderIsChargedTwice({ stores, ledgers }: Look): true | string {
  const { charges } = paymentRecords(ledgers)
  for (const orderId of stores.billing.ids('bills')) {
    const taken = charges.filter(({ reference, status }) => reference === orderId && status === 'succeeded')
    if (taken.length > 1) return `expected order ${orderId} to be charged once, found ${taken.length} charges: ${taken.map(({ id, amount }) => `${id} over ${euros(amount)}`).join(', ')}`
  }
  return true
}

/** What the first call said is what counts, so any price will do that was agreed by then. One that was agreed long before is the only one. */
function nobodyPaysWhatWasNotAgreed({ ledgers, sent }: Look): true | string {
  for (const { id, reference, amount, card } of paymentRecords(ledgers).charges) {
    const bill: Bill | undefined = isOrder(reference) ? bills[reference] : undefined
    if (bill === undefined) return `expected every charge to be for an order, found ${id} over ${euros(amount)} with the reference "${reference}"`
    const agreed = sent.map(({ message }) => message as unknown as AgreePrice | ChargeCard).flatMap((message) => (message.type === 'AgreePrice' && message.orderId === reference ? [message.price] : []))
    const before = bill.price - discounts.before
    const right = [agreed.includes(before) ? before : bill.price, ...agreed]
    if (!right.includes(amount)) return `expected order ${reference} to be charged ${[...new Set(right)].map(euros).join(' or ')}, found ${id} over ${euros(amount)}`
    if (card !== bill.card) return `expected order ${reference} to be charged to ${bill.customer}'s card ${bill.card}, found ${id} with the card ${card}`
  }
  return true
}

function paidExactlyWhenCharged({ stores, ledgers, sent }: Look): true | string {
  const { charges } = paymentRecords(ledgers)
  const due = new Set(sent.flatMap(({ message }) => (message.type === 'ChargeCard' ? [message['orderId']] : [])))
  for (const orderId of stores.billing.ids('bills').filter(isOrder)) {
    const { status } = stores.billing.get<Bill>('bills', orderId) ?? bills[orderId]
    const asked = charges.filter(({ reference }) => reference === orderId)
    const taken = asked.find((made) => made.status === 'succeeded')
    const expected = !due.has(orderId) ? 'open' : bills[orderId].card === declinedCard ? 'declined' : 'paid'
    if (expected === 'paid' && taken === undefined) return `expected order ${orderId} to be charged, found no charge, and the bill says "${status}"`
    if (asked.length > 1) return `expected the bank to be asked once about order ${orderId}, found ${asked.length} times, and declined each time`
    const found = expected === 'open' ? 'nobody has asked for the money' : taken === undefined ? 'its card was declined' : `its card was charged ${euros(taken.amount)}`
    if (status !== expected) return `expected the bill of order ${orderId} to say "${expected}", for ${found}; it says "${status}"`
  }
  return true
}

function theBillKeepsItsPrice({ stores }: Look): true | string {
  const expected = bills.o1.price - discounts.before
  const found = stores.billing.get<Bill>('bills', 'o1')?.price
  return found === expected || `expected the bill of order o1, which was paid, to say ${euros(expected)} still, found ${found === undefined ? 'no price' : euros(found)}`
}

function noCommandIsGivenUp({ queues }: Look): true | string {
  const [dead] = queues.billing.deadLetters
  return dead === undefined || `expected every command to be handled in the end, found ${dead.type} ${dead.id} in the dead-letter queue: ${dead.reason ?? ''}`
}

function isOrder(reference: string): reference is OrderId {
  return reference in bills
}

function euros(amount: number): string {
  return `€ ${amount.toLocaleString('en')}`
}
