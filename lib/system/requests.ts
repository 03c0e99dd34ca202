import type { BrokerRequest } from '../broker/index.js'
import type { NetworkRequest } from '../http/index.js'
import type { StoreRequest } from '../store/index.js'
import type { EffectRequest } from '../simulation/index.js'
import type { OutageRequest } from './outages.js'

/** Everything that the code of a system can ask for, as plain data: the seam between what it asks, and who does it. */
export type SystemRequest = StoreRequest | BrokerRequest | NetworkRequest | OutageRequest

/** What an effect asks for. Only the contexts make effects, and they ask for nothing else. */
export function requestOf({ request }: Pick<EffectRequest<unknown>, 'request'>): SystemRequest {
  return request as SystemRequest
}
