import type { BuyCar } from '#driveway'
import type { SentMessage, View } from '#lib/testing'

/**
 * What is agreed, as histories: such in which all of it is kept, and such in which one rule is broken, and only that one. Your promises are asked
 * about them, so read on only when they pass, or when you are stuck.
 */
export const rules = {
  'one owner': 'a car is sold to one customer',
  sold: 'a car is sold if somebody wants it',
  answered: 'everybody who asks gets an answer',
  unchanged: 'the answer does not change',
  'billed once': 'billing takes the money once for each message id',
} as const

export type Rule = keyof typeof rules

export interface History {
  /** Everything that was sent, in the order of time. */
  readonly events: readonly SentMessage[]
  /** How the message ids are made; see below. */
  readonly ids: Ids
  /** The rule that is broken, and how that shows. */
  readonly broken?: { readonly rule: Rule; readonly because: string }
}

/** As the two colleagues spell them; or any text, as another colleague might. There, everything is also sent twice, and in another order. */
type Ids = 'readable' | 'opaque'

export interface Names {
  readonly cars: readonly string[]
  readonly customers: readonly string[]
}

/** All of them for two cars and two customers and up to four requests, the shortest first. */
export function histories({ cars, customers }: Names): readonly History[] {
  const pairs = cars.slice(0, 2).flatMap((car) => customers.slice(0, 2).map((customer): BuyCar => ({ type: 'BuyCar', car, customer })))
  return [1, 2, 3, 4]
    .flatMap((length) => selections(pairs, length))
    .flatMap((requests) => ownersOf(requests).flatMap((owners) => (['readable', 'opaque'] as const).flatMap((ids) => told(requests, owners, ids))))
}

/** Each of `length` elements, in their order; some of them more than once. */
function selections<T>(elements: readonly T[], length: number): T[][] {
  if (length === 0) return [[]]
  return elements.flatMap((element, index) => selections(elements.slice(index), length - 1).map((others) => [element, ...others]))
}

type Owners = ReadonlyMap<string, string>

/** Nobody promises who comes first: every customer who asks for a car may be the one who gets it. */
function ownersOf(requests: readonly BuyCar[]): Owners[] {
  return unique(requests.map(({ car }) => car)).reduce<Owners[]>(
    (all, car) => all.flatMap((owners) => askersOf(requests, car).map((customer) => new Map([...owners, [car, customer]]))),
    [new Map<string, string>()],
  )
}

function told(requests: readonly BuyCar[], owners: Owners, ids: Ids): History[] {
  let drawn = 0
  const idOf = (type: string, { car, customer }: BuyCar): string =>
    ids === 'readable' ? (type === 'CarSold' ? `sold-${car}` : `gone-${car}-${customer}`) : type === 'CarSold' ? `${7 + [...owners.keys()].indexOf(car)}e1b` : `a${(drawn += 1)}`
  const tell = (type: 'CarSold' | 'CarGone', request: BuyCar, id = idOf(type, request)): SentMessage => ({ to: '*', id, message: { ...request, type } })
  const owns = ({ car, customer }: BuyCar): boolean => owners.get(car) === customer
  const answer = (request: BuyCar): SentMessage => tell(owns(request) ? 'CarSold' : 'CarGone', request)
  const asked = requests.map((request, index): SentMessage => ({ to: 'sales', id: `m${index + 1}`, message: { ...request } }))
  const history = (answers: (request: BuyCar) => readonly SentMessage[], broken?: History['broken']): History => {
    const said = requests.flatMap(answers)
    const events = ids === 'readable' ? [...asked, ...said] : [...asked, ...said.toReversed(), ...said]
    return { events, ids, ...(broken === undefined ? {} : { broken }) }
  }
  // A colleague may send messages to `sales` itself. They are no answers, and name no customer.
  const toItself = [...owners.keys()].flatMap((car) => ['AnswerRow', 'CloseRow'].map((type): SentMessage => ({ to: 'sales', id: `${type}-${car}`, message: { type, car } })))
  const about = (wanted: BuyCar, instead: (request: BuyCar) => readonly SentMessage[]) => (request: BuyCar): readonly SentMessage[] =>
    request.car === wanted.car && request.customer === wanted.customer ? instead(request) : [answer(request)]
  const breaches = distinct(requests).flatMap((one): History[] => {
    const { car, customer } = one
    const owner = owners.get(car) ?? ''
    if (!owns(one)) {
      const because = `the ${car} is sold to ${owner} and to ${customer}`
      return [
        history(about(one, (request) => [tell('CarSold', request)]), { rule: 'one owner', because }),
        history(about(one, () => []), { rule: 'answered', because: `${customer} has asked for the ${car}, and was told nothing` }),
      ]
    }
    return [
      history((request) => [request.car === car ? tell('CarGone', request) : answer(request)], { rule: 'sold', because: `the ${car} was wanted, and nobody got it` }),
      history(about(one, (request) => [answer(request), tell('CarGone', request)]), { rule: 'unchanged', because: `${customer} was told that the ${car} is sold to ${customer}, and that it is gone` }),
      history(about(one, (request) => [answer(request), tell('CarSold', request, 'b2')]), { rule: 'billed once', because: `billing takes the money for the ${car} twice` }),
    ]
  })
  const kept = history((request) => [answer(request)])
  return [kept, ...breaches, { ...kept, events: [...asked, ...toItself, ...kept.events.slice(asked.length)] }]
}

function askersOf(requests: readonly BuyCar[], wanted: string): string[] {
  return unique(requests.flatMap(({ car, customer }) => (car === wanted ? [customer] : [])))
}

function distinct(requests: readonly BuyCar[]): BuyCar[] {
  return requests.filter(({ car, customer }, index) => requests.findIndex((other) => other.car === car && other.customer === customer) === index)
}

function unique(names: readonly string[]): string[] {
  return [...new Set(names)]
}

/** What a promise sees of it. The stores and queues of nobody in particular are empty. */
export function viewOf(events: readonly SentMessage[]): View {
  return {
    sent: [...events],
    stores: new Proxy({}, { get: () => ({ get: () => undefined, list: () => [], ids: () => [] }) }),
    queues: new Proxy({}, { get: (_target, name) => ({ name: String(name), messages: [], deadLetters: [] }) }),
    browser: { clicks: [] },
    ledgers: {},
  }
}

/** The history in words. */
export function describeHistory(events: readonly SentMessage[]): string {
  if (events.length === 0) return '    (nobody has asked for anything yet)'
  return events.map((event) => `    ${describeMessage(event)}`).join('\n')
}

function describeMessage({ to, id, message: { type, car, customer } }: SentMessage): string {
  if (type === 'BuyCar') return `${text(customer)} asks for the ${text(car)}`
  return to === 'sales' ? `${type}  ${text(car)}  from sales to itself` : `${type}  ${text(car)}, ${text(customer)}  id ${id}`
}

/** Whether sales has sent something to itself: the same history without that has been asked about before. */
export function speaksToItself(events: readonly SentMessage[]): boolean {
  return events.some(({ to, message }) => to === 'sales' && message.type !== 'BuyCar')
}

function text(value: unknown): string {
  return typeof value === 'string' ? value : JSON.stringify(value)
}
