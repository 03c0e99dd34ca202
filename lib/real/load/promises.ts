import type { Books, Judgement, LoadPromise } from './ledgers.js'

export const everyPaymentCountsOnce = promised('every payment counts once', async (books) => {
  const wrong = await books.totals()
  const { length: payments } = books.options.payments
  if (wrong.length === 0) return { kept: true, sentence: `${many(payments, 'payment')} of ${many(books.customers, 'customer')}: none lost, none doubled` }
  const less = wrong.filter(({ total, paid }) => total === null || Number(total) < paid)
  const more = wrong.filter(({ total, paid }) => Number(total) > paid)
  const [example = wrong[0]] = [...more, ...less]
  const counts = [...(less.length === 0 ? [] : [`too little for ${many(less.length, 'customer')}`]), ...(more.length === 0 ? [] : [`too much for ${many(more.length, 'customer')}`])]
  return {
    kept: false,
    sentence: `${counts.join(', and ') || `no total that is a number for ${many(wrong.length, 'customer')}`}, of ${count(books.customers)}`,
    ...(example === undefined ? {} : { example: `${paidBy(books, example.customer)}. That is ${euros(example.paid)}, and marketing believes ${example.total === null ? 'nothing' : euros(example.total)}.${cameAgain(books, example.customer)}` }),
  }
})

export const oneVoucher = promised('one voucher, of the right amount', async (books) => {
  const { customers } = books
  const wrong = await books.vouchers()
  if (wrong.length === 0) return { kept: true, sentence: `${many(customers, 'voucher')} for ${many(customers, 'customer')}: none lost, none doubled` }
  const lost = wrong.filter(({ found }) => found.length === 0)
  const doubled = wrong.filter(({ found }) => found.length > 1)
  const amiss = wrong.filter(({ found }) => found.length === 1)
  const counts = [...(lost.length === 0 ? [] : [`${count(lost.length)} lost`]), ...(doubled.length === 0 ? [] : [`${count(doubled.length)} doubled`]), ...(amiss.length === 0 ? [] : [`${count(amiss.length)} of a wrong amount`])]
  // The one of which most is known.
  const [example] = [...lost, ...doubled, ...amiss].sort((one, other) => knownOf(books, other.customer) - knownOf(books, one.customer))
  return {
    kept: false,
    sentence: `of ${many(customers, 'voucher')}: ${counts.join(', ')}`,
    ...(example === undefined ? {} : { example: `${paidBy(books, example.customer)}.${cameAgain(books, example.customer)} ${endOf(books, example)}` }),
  }
})

/** Exercise 09: a voucher is kept until it has left, and not longer. */
export const nothingIsKept = promised('nothing is kept that has left', async (books) => {
  const kept = await books.kept()
  const [example] = kept
  if (example === undefined) return { kept: true, sentence: 'no voucher that has left stands in a document of marketing' }
  return { kept: false, sentence: `${many(kept.length, 'document')} of marketing still ${kept.length === 1 ? 'has' : 'have'} a voucher in it that has left`, example: documentText(example) }
})

/** Exercise 15: customers are as on the first day, and the inbox has each message that was handled. */
export const onlyTheInboxRemembers = promised('only the inbox remembers', async (books) => {
  const [strangers, missing] = [await books.strangers(), await books.notInInbox()]
  const [stranger] = strangers
  const [first] = missing
  if (stranger !== undefined) return { kept: false, sentence: `${many(strangers.length, 'document')} of marketing ${strangers.length === 1 ? 'remembers' : 'remember'} what belongs into the inbox alone`, example: documentText(stranger) }
  if (first !== undefined) return { kept: false, sentence: `${many(missing.length, 'payment')} of ${count(books.options.payments.length)} not in the inbox, though nobody has said that they are to be forgotten`, example: `For example ${first.id}.` }
  return { kept: true, sentence: `${many(books.options.payments.length, 'message')} in the inbox, each under its id, and nothing elsewhere` }
})

export const noMessageIsGivenUp = promised('no message is given up', async (books) => {
  const { deadLetters, deadLetter } = books.options
  if (deadLetters === 0) return { kept: true, sentence: 'no dead letter' }
  const example = await deadLetter()
  return { kept: false, sentence: many(deadLetters, 'dead letter'), ...(example === undefined ? {} : { example: `For example ${example.id} of ${example.endpoint}: ${example.reason}` }) }
})

function promised(name: string, ask: (books: Books) => Promise<Omit<Judgement, 'promise'>>): LoadPromise {
  return { name, judge: async (books) => ({ promise: name, ...(await ask(books)) }) }
}

type Wrong = Awaited<ReturnType<Books['vouchers']>>[number]

function endOf({ options: { sent } }: Books, { customer, right, found }: Wrong): string {
  const [only] = found
  if (only === undefined) return sent.to(customer) === 0 ? 'No voucher was sent while processes were killed, and billing has none.' : 'A voucher was sent, and billing has none.'
  if (right.length === 0) return `Nobody of that name has paid, and billing has a voucher of ${euros(only.amount)}.`
  if (found.length > 1) return `billing has ${found.length} vouchers: ${found.map(({ id, amount }) => `${euros(amount)} (${id})`).join(' and ')}.`
  return `billing has a voucher of ${euros(only.amount)}; it should be ${right.map(euros).join(' or ')}.`
}

function knownOf(books: Books, customer: string): number {
  const payments = books.paymentsOf(customer)
  return payments.some(({ again }) => again.some(({ done }) => done)) ? 2 : payments.some(({ again }) => again.length > 0) ? 1 : 0
}

/** "For example c000012, who has paid € 60,000 (m000012a) and € 70,000 (m000012b)" */
function paidBy(books: Books, customer: string): string {
  const payments = books.paymentsOf(customer).map(({ payment: { id, event } }) => `${euros(event.amount)} (${id})`)
  return payments.length === 0 ? `For example ${customer}` : `For example ${customer}, who has paid ${payments.join(' and ')}`
}

/** " m000012a came again, when it was on the books already." */
function cameAgain(books: Books, customer: string): string {
  return books
    .paymentsOf(customer)
    .flatMap(({ payment: { id }, again }) => (again.length === 0 ? [] : [` ${id} came again${again.length === 1 ? '' : ` ${again.length} times`}${again.some(({ done }) => done) ? ', when it was on the books already' : ', before it was on the books'}.`]))
    .join('')
}

function documentText({ collection, id, value }: { readonly collection: string; readonly id: string; readonly value: string }): string {
  return `For example ${collection} ${id}: ${value.length > 200 ? `${value.slice(0, 200)}…` : value}`
}

function euros(amount: number | string): string {
  return `€ ${Number(amount).toLocaleString('en')}`
}

export function count(number: number): string {
  return number.toLocaleString('en')
}

export function many(number: number, thing: string, things = `${thing}s`): string {
  return `${count(number)} ${number === 1 ? thing : things}`
}
