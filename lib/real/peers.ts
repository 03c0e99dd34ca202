import type { Alternative, World } from '../simulation/index.js'
import { parts } from '../system/index.js'
import type { Balancer } from './balancer.js'
import type { Moment } from './conductor.js'
import type { Happening } from './happening.js'
import type { Timetable } from './timetable.js'

/** Whom a request can reach: another process, or a third party with the days that it may have. */
export class Peers {
  constructor(
    private readonly world: World,
    private readonly balancer: Balancer,
  ) {}

  /** The days that a third party may have. */
  outcomesOf(host: string): Moment['outcomes'] {
    const anything = { method: 'GET', path: '/', query: {}, headers: {}, text: undefined } as const
    return parts(this.world).network.responder(host)?.outcomes(anything).map(({ label, fault, note }) => ({ label, fault, note })) ?? []
  }

  /** Who answers for a host, if that is a process. */
  hostOf(host: string): Happening['peer'] {
    const slot = this.world.nodes.find(({ name, kind, slots }) => name === host && kind !== 'endpoint' && slots.length > 0)?.slots[0]
    return slot === undefined ? undefined : { participant: this.world.participant(slot), lost: false }
  }

  /** Who waits for the response of an exchange. @param isLost by the operation that waits. */
  clientOf(exchange: number, isLost: (client: string) => boolean): NonNullable<Happening['peer']> {
    const client = this.balancer.clientOf(exchange)
    return { participant: this.world.participant(Number(client.split('.')[0])), lost: isLost(client) }
  }
}

/** A third party that was too slow gets to its work in the end. */
export function offerLateWork(world: World, timetable: Timetable, happened: () => void): void {
  const offer = (alternative: Alternative): void => {
    const key = alternative.label()
    timetable.remove(key)
    timetable.add({
      key,
      due: Math.max(alternative.due ?? 0, world.now),
      run: () => {
        alternative.perform()
        happened()
      },
    })
  }
  for (const component of world.components) {
    component.alternatives([], (alternative) => {
      if (alternative.fault === undefined) offer(alternative)
    })
  }
}
