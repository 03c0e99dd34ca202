import type { FaultBudget, FaultName } from '../simulation/index.js'
import { plainly, type Conductor, type Go, type Kill, type Moment } from './conductor.js'
import type { Done } from './protocol.js'
import type { Happening } from './happening.js'

/** One execution with one fault. */
export interface Planned {
  readonly fault: FaultName
  /** `killed after commit (PaymentBooked m1)` */
  readonly text: string
  /** What the evidence counts it as: `kills`, `copies`. */
  readonly counts: Counted
  /** The operation that it is about. */
  readonly place: string
  /** For one run; `met` is about the last one. */
  readonly conductor: () => Conductor
  /** Whether it came to it. */
  readonly met: () => boolean
}

export const countedAs = ['kills', 'copies', 'lost acknowledgements', 'cut connections', 'refusals', 'lost requests', 'lost responses', 'server errors', 'slow responses'] as const
export type Counted = (typeof countedAs)[number]

/** What one of these products does not have, or what nobody could wait for; said, and counted. */
export const notThere: Partial<Readonly<Record<FaultName, string>>> = {
  stalls: 'not on RabbitMQ: a hold on a message that ends while its consumer lives and stalls (only its connection, or the consumer timeout, ends it)',
  reorderings: 'not on RabbitMQ: a message that overtakes another in one queue, but for redelivery',
  delays: 'not on RabbitMQ: a confirmed message that is not in its queue yet',
}

/** A stall where nothing receives messages: the products could do it, running for real does not do it yet. */
export const stallOfService = 'not staged: a process that stalls for longer than anybody waits for it, and then goes on'

/** Every way in which one fault of the budget can be met at an operation that was met without one. */
export function planFaults(budget: FaultBudget, happened: readonly Happening[]): readonly Planned[] {
  const places = placesOf(happened)
  const has = (fault: FaultName): boolean => (budget[fault] ?? 0) > 0
  return [
    ...(has('crashes') ? kills(places) : []),
    ...(has('copies') ? copies('copies', places) : []),
    ...(has('lateCopies') ? copies('lateCopies', places) : []),
    ...(has('lostAcks') ? orders('lostAcks', places, ({ kind, verb }) => kind === 'settle' && verb === 'ack', [lost('request lost', 'lost acknowledgements', 'the acknowledgement is lost')]) : []),
    ...(has('ambiguousCommits') ? orders('ambiguousCommits', places, ({ kind }) => kind === 'commit', [lost('answer lost', 'cut connections', 'cut between COMMIT and its answer'), lost('request lost', 'cut connections', 'cut before COMMIT')]) : []),
    ...(has('ambiguousSends') ? orders('ambiguousSends', places, isSending, [lost('answer lost', 'cut connections', 'cut between a publish and its confirm'), lost('request lost', 'cut connections', 'cut before a publish')]) : []),
    ...(has('refusals') ? orders('refusals', places, (ask) => ask.kind === 'commit' || isSending(ask), [lost('refused', 'refusals', 'nobody answers')]) : []),
    ...(has('lostRequests') ? orders('lostRequests', places, ({ kind }) => kind === 'request', [lost('request lost', 'lost requests', 'the request is lost')], true) : []),
    ...(has('lostResponses') ? orders('lostResponses', places, ({ kind }) => kind === 'request', [lost('answer lost', 'lost responses', 'the response is lost')], true) : []),
    ...(has('serverErrors') ? thirdParties('serverErrors', 'server errors', places) : []),
    ...(has('slowResponses') ? thirdParties('slowResponses', 'slow responses', places) : []),
  ]
}

/** An operation as it is found again in another execution: whoever does it, it is about the same, and comes as the same in a row. */
interface Place {
  readonly moment: Moment
  readonly key: string
  readonly nth: number
  readonly receivers: readonly string[]
}

function placesOf(happened: readonly Happening[]): Place[] {
  const counts = new Map<string, number>()
  return happened.flatMap(({ moment, receivers, order }) => {
    if (order.kind === 'kill') return []
    const key = keyOf(moment)
    const nth = (counts.get(key) ?? 0) + 1
    counts.set(key, nth)
    return [{ moment, key, nth, receivers }]
  })
}

function keyOf({ name, ask }: Moment): string {
  return `${name} ${ask.kind} ${drawn(ask.text)} ${drawn(ask.task)}`
}

/** Ids that were drawn are others each time. */
function drawn(text: string): string {
  return text.replace(/\bm-[0-9a-f]{8}\b|[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f-]{22}/g, '…')
}

/** Watches out for one operation, and does something once. */
function at({ key, nth }: Place, before: (moment: Moment) => Go | Kill, after: (moment: Moment, done: Done) => 'on' | 'kill' | 'kill soon' = () => 'on'): Pick<Planned, 'conductor' | 'met'> {
  let met = false
  return {
    met: () => met,
    conductor() {
      let seen = 0
      let target: Moment | undefined
      met = false
      return {
        before(moment) {
          if (target !== undefined || keyOf(moment) !== key) return plainly
          seen += 1
          if (seen < nth) return plainly
          target = moment
          const order = before(moment)
          met = order !== plainly
          return order
        },
        after(moment, done) {
          if (moment !== target) return 'on'
          const next = after(moment, done)
          if (next !== 'on') met = true
          else if (!done.asOrdered) met = false
          return next
        },
      }
    },
  }
}

function describe({ moment: { name, ask } }: Place): string {
  return `${name}: ${ask.text} (${ask.task})`
}

function kills(places: readonly Place[]): Planned[] {
  const mortal = places.filter(({ moment }) => moment.mortal && moment.ask.kind !== 'outage')
  const all = mortal.flatMap((place): Planned[] => {
    const planned = { fault: 'crashes', counts: 'kills', place: describe(place) } as const
    const before: Planned = { ...planned, text: `killed before ${describe(place)}`, ...at(place, () => ({ kind: 'kill' })) }
    const { kind } = place.moment.ask
    if (kind === 'receive' || kind === 'request' || kind === 'respond') return [before]
    return [before, { ...planned, text: `killed after ${describe(place)}`, ...at(place, () => plainly, () => 'kill') }]
  })
  const middle = mortal.filter(({ moment: { ask } }) => !['receive', 'request', 'respond', 'settle'].includes(ask.kind))[0]
  if (middle === undefined) return all
  return [...all, { fault: 'crashes', counts: 'kills', place: describe(middle), text: `killed in the code behind ${describe(middle)}`, ...at(middle, () => plainly, () => 'kill soon') }]
}

function copies(fault: 'copies' | 'lateCopies', places: readonly Place[]): Planned[] {
  return places.flatMap((place): Planned[] => {
    const { ask, outcomes } = place.moment
    const late = fault === 'lateCopies'
    const twice = outcomes.find((outcome) => outcome.fault === fault)
    if (twice !== undefined) return [{ fault, counts: 'copies', place: describe(place), text: `${describe(place)}: ${twice.label}`, ...at(place, () => ({ kind: 'go', how: 'plain', outcome: twice.label })) }]
    if (!isSending(ask)) return []
    const queues = ask.kind === 'publish' ? place.receivers : [ask.subject ?? '']
    return queues.map((queue) => ({ fault, counts: 'copies', place: describe(place), text: `${describe(place)}, twice for ${queue}${late ? ', the second time late' : ''}`, ...at(place, () => ({ kind: 'go', how: 'plain', copy: { queue, late } })) }))
  })
}

interface Order {
  readonly go: Go
  readonly counts: Counted
  readonly words: string
}

function lost(how: Go['how'], counts: Counted, words: string): Order {
  return { go: { kind: 'go', how }, counts, words }
}

/** @param ofScenario also what somebody does who is no part of the system. */
function orders(fault: FaultName, places: readonly Place[], concerns: (ask: Moment['ask']) => boolean, ways: readonly Order[], ofScenario = false): Planned[] {
  return places
    .filter(({ moment }) => concerns(moment.ask) && (ofScenario || moment.mortal))
    .flatMap((place) => ways.map(({ go, counts, words }): Planned => ({ fault, counts, place: describe(place), text: `${describe(place)}: ${words}`, ...at(place, () => go) })))
}

function thirdParties(fault: FaultName, counts: Counted, places: readonly Place[]): Planned[] {
  return places.flatMap((place) =>
    place.moment.outcomes.filter((outcome) => outcome.fault === fault).map(({ label }): Planned => ({ fault, counts, place: describe(place), text: `${describe(place)}: ${label}`, ...at(place, () => ({ kind: 'go', how: 'plain', outcome: label })) })),
  )
}

function isSending({ kind }: Moment['ask']): boolean {
  return kind === 'send' || kind === 'publish'
}
