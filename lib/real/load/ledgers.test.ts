import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest'
import { addressesFrom } from '../addresses.js'
import { claimRun, type Claim } from '../leftovers.js'
import { nameExecution, schemaOf } from '../names.js'
import { connectServices, type Services } from '../services.js'
import { createStore } from '../store.js'
import { Books, type BooksOptions, type Judgement, type LoadPromise } from './ledgers.js'
import { drawPayments } from './payments.js'
import { everyPaymentCountsOnce, noMessageIsGivenUp, nothingIsKept, onlyTheInboxRemembers, oneVoucher } from './promises.js'

const found = await connectServices(addressesFrom(process.env)).catch(() => undefined)

/** Three customers: c000001 and c000002 have paid twice, c000003 once. */
const payments = drawPayments(5, 1)

describe.runIf(found !== undefined)('what stands in the stores, counted by PostgreSQL', () => {
  let services: Services
  let claim: Claim
  let number = 0
  let prefix: string
  beforeAll(async () => {
    if (found !== undefined) services = found
    claim = await claimRun(services)
  })
  beforeEach(async () => {
    number += 1
    prefix = nameExecution(claim.run, number)
    await services.database.query([createStore(prefix, 'marketing'), createStore(prefix, 'billing')].join(';\n'))
  })
  afterAll(async () => {
    await claim.release()
    await services.close()
  })

  const put = (service: string, collection: string, id: string, value: unknown): Promise<unknown> =>
    services.database.query(`INSERT INTO ${schemaOf(prefix, service)}.documents VALUES ($1, $2, 1, $3::jsonb) ON CONFLICT (collection, id) DO UPDATE SET value = excluded.value`, [collection, id, JSON.stringify(value)])
  const removed = (service: string, id: string): Promise<unknown> => services.database.query(`UPDATE ${schemaOf(prefix, service)}.documents SET value = NULL WHERE id = $1`, [id])

  /** As it should be. */
  async function everythingIsRight(): Promise<void> {
    for (const [index, customer] of ['c000001', 'c000002', 'c000003'].entries()) {
      await put('marketing', 'customers', customer, { total: index === 2 ? 60_000 : 130_000, processed: [`m00000${index + 1}a`], outbox: {} })
      await put('billing', 'vouchers', `m00000${index + 1}a/marketing/voucher`, { customer, amount: 600 })
    }
  }

  async function ask(promise: LoadPromise, options: Partial<BooksOptions> = {}): Promise<Judgement> {
    const books = new Books({ database: services.database, prefix, payments, again: [], sent: { again: 0, to: () => 0 }, deadLetters: 0, deadLetter: () => Promise.resolve(undefined), ...options })
    await books.open()
    return promise.judge(books)
  }

  test('everything is as it should be', async () => {
    await everythingIsRight()
    expect(await ask(everyPaymentCountsOnce)).toEqual({ promise: 'every payment counts once', kept: true, sentence: '5 payments of 3 customers: none lost, none doubled' })
    expect(await ask(oneVoucher)).toEqual({ promise: 'one voucher, of the right amount', kept: true, sentence: '3 vouchers for 3 customers: none lost, none doubled' })
    expect(await ask(nothingIsKept)).toEqual({ promise: 'nothing is kept that has left', kept: true, sentence: 'no voucher that has left stands in a document of marketing' })
    expect(await noMessageIsGivenUp.judge(new Books({ database: services.database, prefix, payments, again: [], sent: { again: 0, to: () => 0 }, deadLetters: 0, deadLetter: () => Promise.resolve(undefined) }))).toEqual({ promise: 'no message is given up', kept: true, sentence: 'no dead letter' })
  })

  test('a payment is lost, and one is doubled', async () => {
    await everythingIsRight()
    await put('marketing', 'customers', 'c000001', { total: 190_000 })
    await removed('marketing', 'c000003')
    expect(await ask(everyPaymentCountsOnce, { again: [{ id: 'm000001a', deliveryCount: 2, returned: true, done: true }] })).toEqual({
      promise: 'every payment counts once',
      kept: false,
      sentence: 'too little for 1 customer, and too much for 1 customer, of 3',
      example: expect.stringMatching(/^For example c000001, who has paid € \d0,000 \(m000001[ab]\) and € \d0,000 \(m000001[ab]\)\. That is € 130,000, and marketing believes € 190,000\. m000001a came again, when it was on the books already\.$/) as string,
    })
  })

  test('a voucher is lost: that of which most is known is the example', async () => {
    await everythingIsRight()
    await removed('billing', 'm000001a/marketing/voucher')
    await removed('billing', 'm000003a/marketing/voucher')
    const judgement = await ask(oneVoucher, { again: [{ id: 'm000003a', deliveryCount: 2, returned: true, done: true }, { id: 'm000003a', deliveryCount: 3, returned: true, done: true }] })
    expect(judgement).toEqual({
      promise: 'one voucher, of the right amount',
      kept: false,
      sentence: 'of 3 vouchers: 2 lost',
      example: 'For example c000003, who has paid € 60,000 (m000003a). m000003a came again 2 times, when it was on the books already. No voucher was sent while processes were killed, and billing has none.',
    })
  })

  test('a voucher was sent, and is not there', async () => {
    await everythingIsRight()
    await removed('billing', 'm000003a/marketing/voucher')
    expect((await ask(oneVoucher, { sent: { again: 0, to: () => 1 } })).example).toBe('For example c000003, who has paid € 60,000 (m000003a). A voucher was sent, and billing has none.')
  })

  test('a voucher is doubled, or has a wrong amount, or is nobody’s', async () => {
    await everythingIsRight()
    await put('billing', 'vouchers', 'x1', { customer: 'c000003', amount: 600 })
    await put('billing', 'vouchers', 'm000002a/marketing/voucher', { customer: 'c000002', amount: 1_300 })
    await put('billing', 'vouchers', 'y1', { customer: 'Max', amount: 600 })
    const { sentence, example } = await ask(oneVoucher, { again: [{ id: 'm000003a', deliveryCount: 2, returned: true, done: false }] })
    expect(sentence).toBe('of 3 vouchers: 1 doubled, 2 of a wrong amount')
    expect(example).toBe('For example c000003, who has paid € 60,000 (m000003a). m000003a came again, before it was on the books. billing has 2 vouchers: € 600 (m000003a/marketing/voucher) and € 600 (x1).')
    await removed('billing', 'x1')
    expect((await ask(oneVoucher)).example).toMatch(/^For example c000002, .* billing has a voucher of € 1,300; it should be € \d00 or € \d00\.$/)
    await put('billing', 'vouchers', 'm000002a/marketing/voucher', { customer: 'c000002', amount: 700 })
    expect((await ask(oneVoucher)).example).toBe('For example Max. Nobody of that name has paid, and billing has a voucher of € 600.')
  })

  test.each([
    ['its amount', 'customers', 'c000001', { total: 130_000, outbox: [{ amount: 600 }] }],
    ['its id', 'customers', 'c000001', { total: 130_000, sent: 'm000001a/marketing/voucher' }],
    ['somewhere else', 'outbox', 'o1', { customer: 'c000001', amount: 700 }],
  ])('a voucher that has left is still kept: %s', async (_, collection, id, value) => {
    await everythingIsRight()
    await put('marketing', collection, id, value)
    const { kept, sentence, example } = await ask(nothingIsKept)
    expect({ kept, sentence }).toEqual({ kept: false, sentence: '1 document of marketing still has a voucher in it that has left' })
    expect(example).toMatch(new RegExp(`^For example ${collection} ${id}: \\{`))
  })

  test('what is kept of a voucher that never left is not counted', async () => {
    await everythingIsRight()
    await put('marketing', 'customers', 'c000001', { total: 130_000, outbox: [{ amount: 600 }] })
    await removed('billing', 'm000001a/marketing/voucher')
    expect((await ask(nothingIsKept)).kept).toBe(true)
  })

  test('the inbox has every message, and nobody else remembers any', async () => {
    for (const customer of ['c000001', 'c000002', 'c000003']) await put('marketing', 'customers', customer, { total: 1 })
    for (const { id } of payments) await put('marketing', 'inbox', id, [])
    expect(await ask(onlyTheInboxRemembers)).toEqual({ promise: 'only the inbox remembers', kept: true, sentence: '5 messages in the inbox, each under its id, and nothing elsewhere' })
    await removed('marketing', 'm000003a')
    expect(await ask(onlyTheInboxRemembers)).toEqual({ promise: 'only the inbox remembers', kept: false, sentence: '1 payment of 5 not in the inbox, though nobody has said that they are to be forgotten', example: 'For example m000003a.' })
    await put('marketing', 'outbox', 'm000003a', {})
    expect(await ask(onlyTheInboxRemembers)).toEqual({ promise: 'only the inbox remembers', kept: false, sentence: '1 document of marketing remembers what belongs into the inbox alone', example: 'For example outbox m000003a: {}' })
  })

  test('a message is given up', async () => {
    const judgement = await ask(noMessageIsGivenUp, { deadLetters: 2, deadLetter: () => Promise.resolve({ endpoint: 'marketing', id: 'm000001a', reason: 'delivered 25 times' }) })
    expect(judgement).toEqual({ promise: 'no message is given up', kept: false, sentence: '2 dead letters', example: 'For example m000001a of marketing: delivered 25 times' })
  })
})
