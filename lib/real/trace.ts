import type { Action, FaultName, Participant, Trace, TraceStep } from '../simulation/index.js'
import type { Moment } from './conductor.js'
import type { Done, How } from './protocol.js'
import type { Happening } from './happening.js'

/** What has happened for real, as a story in the form of the simulator's, to be drawn in the same way. */
export function traceOf(happened: readonly Happening[]): Trace {
  const steps = happened.map((happening, index): TraceStep => ({ number: index + 1, ...stepOf(happening) }))
  const told = withOutside(steps)
  return { participants: participantsOf(happened, told), steps: told }
}

const broker: Participant = { name: 'broker', kind: 'broker', instance: 1 }

function processOf({ name, kind, instance }: Moment): Participant {
  return kind === 'browser' ? { name: 'browser', kind, instance: 1 } : { name, kind, instance }
}

function stepOf({ moment, order, done, at, receivers, peer }: Happening): Omit<TraceStep, 'number'> {
  const { ask } = moment
  const from: Participant = ask.sender === undefined ? processOf(moment) : { name: ask.sender, kind: 'scenario', instance: 1 }
  const common = { at, task: ask.task }
  if (order.kind === 'kill') return { ...common, action: 'crash', from, text: 'killed (SIGKILL)', outcome: 'starts again, memory empty', fault: 'crashes' }
  const fault = faultOf(moment, order.how, order.outcome, order.copy, done)
  const shared = { ...common, text: ask.text, ...(fault === undefined ? {} : { fault }) }
  const outcome = [done?.outcome ?? '', ...(order.copy === undefined ? [] : [`twice for ${order.copy.queue}`]), ...(order.outcome === undefined ? [] : [order.outcome])].filter((part) => part !== '').join(', ')
  const withOutcome = (text: string): { readonly outcome?: string } => (text === '' ? {} : { outcome: text })
  switch (ask.kind) {
    case 'get':
    case 'list':
    case 'commit':
      return { ...shared, action: ask.kind === 'commit' ? 'commit' : 'read', from, to: { name: moment.name, kind: 'store', instance: 1 }, ...withOutcome(outcome) }
    case 'send':
    case 'publish':
      return { ...shared, action: ask.kind, from, to: broker, ...withOutcome([...(receivers.length > 0 ? [`→ ${receivers.join(', ')}`] : []), outcome].filter((part) => part !== '').join(', ')) }
    case 'receive':
      return { ...shared, action: 'receive', from: broker, to: from, ...withOutcome((ask.deliveryCount ?? 1) > 1 ? `delivery ${ask.deliveryCount ?? 1}` : '') }
    case 'settle':
      return { ...shared, action: 'settle', from, to: broker, ...withOutcome(ask.reason ?? outcome) }
    case 'redrive':
      return { ...shared, action: 'redrive', from, to: broker, ...withOutcome(outcome) }
    case 'request':
      if (done !== undefined) return { ...shared, action: 'no-response', from, text: done.error?.name === 'ConnectionError' ? 'connection breaks' : 'gives up', outcome: `no response to ${ask.text}` }
      return { ...shared, action: 'request', from, to: peer?.participant ?? { name: ask.subject ?? '', kind: 'third-party', instance: 1 }, ...withOutcome(outcome) }
    case 'respond':
      if (peer === undefined) return { ...shared, action: 'response', from }
      return { ...shared, action: peer.lost ? 'lost' : 'response', from, to: peer.participant, ...(peer.lost ? { fault: 'lostResponses' } : {}) }
    case 'outage':
      return { ...shared, action: 'crash', from, text: 'goes down', ...withOutcome(ask.reason ?? '') }
  }
}

const orderedFaults: Readonly<Record<Exclude<How, 'plain'>, (action: Action) => FaultName>> = {
  'answer lost': (action) => (action === 'commit' ? 'ambiguousCommits' : action === 'request' ? 'lostResponses' : 'ambiguousSends'),
  'request lost': (action) => (action === 'commit' ? 'ambiguousCommits' : action === 'request' ? 'lostRequests' : action === 'settle' ? 'lostAcks' : 'ambiguousSends'),
  refused: () => 'refusals',
}

function faultOf({ ask, outcomes }: Moment, how: How, outcome: string | undefined, copy: object | undefined, done: Done | undefined): FaultName | undefined {
  if (copy !== undefined) return 'copies'
  if (outcome !== undefined && done === undefined) return outcomes.find(({ label }) => label === outcome)?.fault
  // That a response is lost is told where it is lost, and a cut that did not come about is none.
  if (ask.kind === 'request' && (how === 'answer lost' || done !== undefined)) return undefined
  return how === 'plain' || done?.asOrdered === false ? undefined : orderedFaults[how](ask.kind === 'commit' ? 'commit' : ask.kind === 'request' ? 'request' : ask.kind === 'settle' ? 'settle' : 'send')
}

/** A scenario is the customer at the browser where it clicks; otherwise it is somebody outside. */
function withOutside(steps: readonly TraceStep[]): TraceStep[] {
  const clicks = steps.some(({ from, action }) => from.kind === 'browser' && action === 'request')
  return steps.map((step) => (step.from.kind === 'browser' && !clicks ? { ...step, from: { name: 'outside', kind: 'scenario', instance: 1 } } : step))
}

/** From the customer inwards: the browser, each service beside its store, the broker in the middle, third parties last. */
function participantsOf(happened: readonly Happening[], steps: readonly TraceStep[]): Participant[] {
  const acting = new Map<string, Participant>()
  for (const { from, to } of steps) for (const participant of [from, to]) if (participant !== undefined) acting.set(nameOf(participant), participant)
  const all = [...acting.values()]
  const named = (kind: Participant['kind']): Participant[] => {
    const names = [...new Set(happened.flatMap(({ moment }) => (moment.kind === kind ? [moment.name] : [])))]
    return names.flatMap((name) => [...all.filter((one) => one.kind === kind && one.name === name).sort((one, other) => one.instance - other.instance), ...all.filter((one) => one.kind === 'store' && one.name === name)])
  }
  return [...all.filter(({ kind }) => kind === 'browser' || kind === 'scenario'), ...named('service'), ...all.filter(({ kind }) => kind === 'broker'), ...named('endpoint'), ...all.filter(({ kind }) => kind === 'third-party')]
}

function nameOf({ kind, name, instance }: Participant): string {
  return `${kind} ${name} ${instance}`
}
