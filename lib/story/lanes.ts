import type { Participant, ParticipantKind, Trace } from '../simulation/trace.js'
import { circled } from './wording.js'

/** A lifeline of the diagram. */
export interface Lane {
  readonly title: string
  readonly kind: ParticipantKind
}

/** How much is folded together when there is not enough room for a lane per participant. */
export interface Folding {
  /** Several instances of one node: a lane each, or one lane with ①② beside the text. */
  readonly instances: 'apart' | 'together'
  /** Databases: a lane each, one lane for all, or none (what happens in a store stands on the lane of the service). */
  readonly stores: 'apart' | 'together' | 'none'
}

/** Who stands where in a diagram. */
export interface Cast {
  readonly lanes: readonly Lane[]
  /** The place of a participant's lane; `undefined` for one that has none. */
  laneOf(participant: Participant): number | undefined
  /** `②` when the participant shares its lane with other instances; else nothing. */
  markOf(participant: Participant): string
}

/** One lane per participant. */
export const unfolded: Folding = { instances: 'apart', stores: 'apart' }

/**
 * Gives a lane to everyone who acts in the whole trace, in the order of `trace.participants`. It looks at the whole trace even when only some
 * steps are shown, so that lanes do not jump while a reader walks through a story.
 */
export function castOf(trace: Trace, folding: Folding = unfolded): Cast {
  const actors = actorsOf(trace)
  const stores = actors.filter(({ kind }) => kind === 'store')
  const instances = new Map<string, number>()
  for (const actor of actors) instances.set(nodeKey(actor), (instances.get(nodeKey(actor)) ?? 0) + 1)
  const hasSiblings = (participant: Participant): boolean => (instances.get(nodeKey(participant)) ?? 0) > 1

  /** A service and an endpoint of one name share a store, and nothing else. */
  const isAmbiguous = ({ name, kind }: Participant): boolean => actors.some((other) => other.name === name && other.kind !== kind && other.kind !== 'store')

  function plainName(participant: Participant): string {
    return isAmbiguous(participant) ? `${participant.name} ${participant.kind}` : participant.name
  }

  function nameOf(participant: Participant): string {
    if (participant.kind === 'store') return stores.length > 1 ? `${participant.name} store` : 'store'
    return hasSiblings(participant) ? `${plainName(participant)} ${participant.instance}` : plainName(participant)
  }

  function laneKey(participant: Participant): string {
    if (participant.kind === 'store' && folding.stores === 'together') return 'store'
    return folding.instances === 'together' ? nodeKey(participant) : participantKey(participant)
  }

  function titleOf(participant: Participant): string {
    if (participant.kind === 'store') return folding.stores === 'together' ? 'store' : nameOf(participant)
    return folding.instances === 'together' ? plainName(participant) : nameOf(participant)
  }

  const places = new Map<string, number>()
  const lanes: Lane[] = []
  for (const actor of actors) {
    if (actor.kind === 'store' && folding.stores === 'none') continue
    if (places.has(laneKey(actor))) continue
    places.set(laneKey(actor), lanes.length)
    lanes.push({ title: titleOf(actor), kind: actor.kind })
  }

  return {
    lanes,
    laneOf: (participant) => places.get(laneKey(participant)),
    markOf: (participant) =>
      folding.instances === 'together' && participant.kind !== 'store' && hasSiblings(participant) ? circled(participant.instance) : '',
  }
}

/** The same key for the same participant; objects may be copies of each other. */
export function participantKey({ kind, name, instance }: Participant): string {
  return `${kind}/${name}/${instance}`
}

function nodeKey({ kind, name }: Participant): string {
  return `${kind}/${name}`
}

function actorsOf(trace: Trace): Participant[] {
  const acting = new Map<string, Participant>()
  for (const { action, from, to } of trace.steps) {
    if (action === 'time') continue // A separator; nobody acts.
    acting.set(participantKey(from), from)
    if (to) acting.set(participantKey(to), to)
  }
  const listed = trace.participants.filter((participant) => acting.delete(participantKey(participant)))
  return [...listed, ...acting.values()]
}
