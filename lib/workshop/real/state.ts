import type { Outcome } from '../../real/happening.js'
import { cut } from '../../story/width.js'
import type { Terminal } from '../screen/terminal.js'

/** What PostgreSQL, RabbitMQ and the third parties hold at the end. */
export function stateLines({ state }: Outcome, { paint, width }: Terminal): string[] {
  if (state === undefined) return []
  const line = (text: string): string => cut(`    ${text}`, width)
  const stores = Object.entries(state.stores).flatMap(([service, store]) =>
    store.collections().flatMap((collection) => store.ids(collection).map((id) => line(`${service} · ${collection} ${id} ${JSON.stringify(store.get(collection, id))}`))),
  )
  const queues = Object.values(state.queues ?? {}).flatMap(({ name, messages, deadLetters }) => [
    ...messages.map(({ type, id }) => line(`${name} · ${type} ${id}`)),
    ...deadLetters.map(({ type, id, reason = '' }) => line(`${name} · dead letter ${type} ${id}: ${reason}`)),
  ])
  const ledgers = Object.entries(state.elsewhere.ledgers).map(([name, records]) => line(`${name} ${JSON.stringify(records)}`))
  return [
    paint.bold('  PostgreSQL holds'),
    ...(stores.length === 0 ? ['    nothing'] : stores),
    ...(state.queues === undefined || Object.keys(state.queues).length === 0 ? [] : [paint.bold('  RabbitMQ holds'), ...(queues.length === 0 ? ['    nothing'] : queues)]),
    ...(ledgers.length === 0 ? [] : [paint.bold('  Third parties hold'), ...ledgers]),
  ]
}
