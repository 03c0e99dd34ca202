import { requestText } from '../http/index.js'
import type { Operation, Result } from '../simulation/index.js'
import type { PreparedWrite } from '../store/index.js'
import type { SystemRequest } from '../system/index.js'
import type { Ask, Done } from './protocol.js'

/** What a story calls an operation, and what the director has to know of it. */
export function describeAsk(request: SystemRequest, { sequence, task }: Operation): Ask {
  const ask = { id: sequence, task: task.label }
  switch (request.kind) {
    case 'get':
      return { ...ask, kind: 'get', text: `get ${request.collection} ${request.id}` }
    case 'list':
      return { ...ask, kind: 'list', text: `list ${request.collection}` }
    case 'commit':
      return { ...ask, kind: 'commit', text: 'commit', subject: request.writes.map(({ collection, id }) => `${collection} ${id}`).join(', ') }
    case 'send': {
      const { destination, letter, sender, delay } = request
      const kind = destination === undefined ? 'publish' : 'send'
      const message = { id: letter.id, type: letter.type, text: letter.text, headers: letter.headers }
      return { ...ask, kind, text: `${kind} ${letter.type} ${letter.id}`, subject: destination ?? letter.type, message, ...(sender === undefined ? {} : { sender }), ...(delay === undefined ? {} : { delay }) }
    }
    case 'receive':
      return { ...ask, kind: 'receive', text: 'receive' }
    case 'settle': {
      const { record, how } = request
      const message = { id: record.id, type: record.type, text: record.text, headers: record.headers }
      return {
        ...ask,
        kind: 'settle',
        text: `${how.verb} ${record.type} ${record.id}`,
        verb: how.verb,
        message,
        deliveryCount: record.deliveryCount,
        ...(how.delay === undefined ? {} : { delay: how.delay }),
        ...(how.reason === undefined ? {} : { reason: how.reason }),
      }
    }
    case 'request':
      return { ...ask, kind: 'request', text: requestText(request.wire), subject: request.host, delay: request.timeout }
    case 'respond':
      return { ...ask, kind: 'respond', text: String(request.response.status), exchange: request.exchange }
    case 'redrive':
      return { ...ask, kind: 'redrive', text: `redrive the dead letters of ${request.endpoint}`, subject: request.endpoint }
    case 'outage':
      return { ...ask, kind: 'outage', text: 'goes down', reason: request.reason }
  }
}

/** What came of it, in a story's words. */
export function describeDone(request: SystemRequest, { sequence }: Operation, result: Result, how: string): Done {
  const error = result.ok ? undefined : result.error
  const asOrdered = how === 'plain' || (!result.ok && (result.injected === true || request.kind === 'request'))
  const moved = request.kind === 'redrive' && result.ok ? { moved: Number(result.value) } : {}
  return { id: sequence, error, outcome: result.ok ? outcomeOf(request, result.value) : `✗ ${result.error.name}`, asOrdered, ...moved }
}

function outcomeOf(request: SystemRequest, value: unknown): string {
  switch (request.kind) {
    case 'get':
      return value === null ? 'none' : `version ${String((value as readonly unknown[])[0])}`
    case 'list':
      return `${(value as readonly unknown[]).length} found`
    case 'commit':
      return request.writes.map((write, index) => describeWrite(write, (value as readonly number[])[index] ?? 0)).join(', ')
    case 'request':
      return String((value as { readonly status: number }).status)
    default:
      return ''
  }
}

function describeWrite({ kind, collection, id }: PreparedWrite, version: number): string {
  if (kind === 'remove') return `− ${collection} ${id}`
  return version === 1 ? `+ ${collection} ${id}` : `${collection} ${id} → version ${version}`
}
