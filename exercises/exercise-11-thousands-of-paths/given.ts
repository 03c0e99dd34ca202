import { endpoint, insert, put, type HandlerContext } from '#lib'
import type { BuyCar } from '#driveway'

/**
 * Nine colleagues have written `sales`. Two of them got it right, in different ways. Seven did not. Your promises are meant to find
 * out which, so read on only when they have, or when you are stuck.
 */
export interface Candidate {
  readonly author: string
  readonly right: boolean
  readonly sales: ReturnType<typeof endpoint<'sales'>>
  /** The kind of history that shows what is wrong. */
  readonly shownBy: string
  /** Whether a generated history is of that kind. The rest (copies, crashes, who comes first) is up to the schedule. */
  readonly isShownBy: (requests: readonly BuyCar[]) => boolean
}

/** Right: whoever inserts the sale gets the car. Whatever happens, the answer follows from the sale. */
const hugo = endpoint('sales', {
  async BuyCar({ car, customer }: BuyCar, context) {
    let owner = (await context.store.get<string>('sales', car))?.value
    if (owner === undefined) {
      await context.store.commit(insert('sales', car, customer))
      owner = customer
    }
    await tell(context, car, customer, owner)
  },
})

/** Right, and quite different: requests form a queue, and the whole queue is answered whenever it changes. */
const ines = endpoint('sales', {
  async BuyCar({ car, customer }: BuyCar, context) {
    const row = await context.store.get<readonly string[]>('rows', car)
    if (row === undefined) await context.store.commit(insert('rows', car, [customer]))
    else if (!row.value.includes(customer)) await context.store.commit(put('rows', car, [...row.value, customer], { ifVersion: row.version }))
    await context.send('sales', { type: 'AnswerRow', car }, { id: `answer-${context.messageId}` })
  },
  async AnswerRow({ car }: AnswerRow, context) {
    const row = await context.store.get<readonly string[]>('rows', car)
    for (const customer of row?.value ?? []) await tell(context, car, customer, row?.value[0])
  },
})

const anna = endpoint('sales', {
  async BuyCar({ car, customer }: BuyCar, context) {
    await context.store.commit(put('sales', car, customer))
    await tell(context, car, customer, customer)
  },
})

const ben = endpoint('sales', {
  async BuyCar({ car, customer }: BuyCar, context) {
    const owner = (await context.store.get<string>('sales', car))?.value
    if (owner !== undefined && owner !== customer) return
    if (owner === undefined) await context.store.commit(insert('sales', car, customer))
    await tell(context, car, customer, customer)
  },
})

const chloe = endpoint('sales', {
  async BuyCar({ car, customer }: BuyCar, context) {
    let last = (await context.store.get<BuyCar>('sales', 'last'))?.value
    if (last === undefined) {
      last = { type: 'BuyCar', car, customer }
      await context.store.commit(insert('sales', 'last', last))
    }
    await tell(context, car, customer, last.car === car ? last.customer : 'nobody')
  },
})

const dario = endpoint('sales', {
  async BuyCar({ car, customer }: BuyCar, context) {
    const owner = (await context.store.get<string>('sales', car))?.value ?? customer
    await context.store.commit(put('sales', car, owner))
    await tell(context, car, customer, owner)
  },
})

const elif = endpoint('sales', {
  async BuyCar({ car, customer }: BuyCar, context) {
    const sale = await context.store.get<string>('sales', car)
    if (sale === undefined) await context.store.commit(insert('sales', car, customer))
    await tell(context, car, customer, sale === undefined ? customer : 'somebody else')
  },
})

const femi = endpoint('sales', {
  async BuyCar({ car, customer }: BuyCar, context) {
    let owner = (await context.store.get<string>('sales', car))?.value
    if (owner === undefined) {
      await context.store.commit(insert('sales', car, customer))
      owner = customer
    }
    if (owner === customer) await context.publish({ type: 'CarSold', car, customer })
    else await tell(context, car, customer, owner)
  },
})

const greta = endpoint('sales', {
  async BuyCar({ car, customer }: BuyCar, context) {
    const bought = await context.store.get<string>('customers', customer)
    if (bought !== undefined) return tell(context, bought.value, customer, customer)
    let owner = (await context.store.get<string>('sales', car))?.value
    if (owner === undefined) {
      await context.store.commit(insert('sales', car, customer), insert('customers', customer, car))
      owner = customer
    }
    await tell(context, car, customer, owner)
  },
})

export const bank: readonly Candidate[] = [
  { author: 'Hugo', right: true, sales: hugo, shownBy: '', isShownBy: () => true },
  { author: 'Ines', right: true, sales: ines, shownBy: '', isShownBy: () => true },
  { author: 'Anna', right: false, sales: anna, shownBy: 'two customers want the same car', isShownBy: twoWantOne },
  { author: 'Ben', right: false, sales: ben, shownBy: 'somebody comes too late for a car', isShownBy: twoWantOne },
  { author: 'Chloe', right: false, sales: chloe, shownBy: 'two different cars are wanted', isShownBy: (requests) => count(requests.map(({ car }) => car)) > 1 },
  { author: 'Dario', right: false, sales: dario, shownBy: 'two customers want the same car at the same time', isShownBy: twoWantOne },
  { author: 'Elif', right: false, sales: elif, shownBy: 'a request comes twice: a copy, or again after a crash', isShownBy: (requests) => requests.length > 0 },
  { author: 'Femi', right: false, sales: femi, shownBy: 'a request comes twice, and billing reads the ids', isShownBy: (requests) => requests.length > 0 },
  { author: 'Greta', right: false, sales: greta, shownBy: 'one customer wants two different cars', isShownBy: oneWantsTwo },
]

function twoWantOne(requests: readonly BuyCar[]): boolean {
  return requests.some(({ car, customer }) => requests.some((other) => other.car === car && other.customer !== customer))
}

function oneWantsTwo(requests: readonly BuyCar[]): boolean {
  return requests.some(({ car, customer }) => requests.some((other) => other.customer === customer && other.car !== car))
}

function count(names: readonly string[]): number {
  return new Set(names).size
}

/** One sale has one message id, however often it is announced. */
function tell(context: HandlerContext, car: string, customer: string, owner: string | undefined): Promise<void> {
  return owner === customer
    ? context.publish({ type: 'CarSold', car, customer }, { id: `sold-${car}` })
    : context.publish({ type: 'CarGone', car, customer }, { id: `gone-${car}-${customer}` })
}

/** A message of Ines's to herself. */
interface AnswerRow {
  readonly type: 'AnswerRow'
  readonly car: string
}
