import { hashText, mix, success, type Alternative, type FaultName, type Impact, type Operation, type Reference, type StepDescription, type Task } from '../simulation/index.js'
import { responseFact } from './facts.js'
import { bodyAsJson, type WireResponse } from './messages.js'
import { nameOf, type Network, type RequestRecord } from './network.js'
import type { NetworkRequest } from './requests.js'

/** Sends a response back to whoever waits. The server's work ends with it, so the promise never settles. */
export function respond(network: Network, task: Task, { client, exchange: id }: Omit<RequestRecord, 'request'>, response: WireResponse, route: string): Promise<undefined> {
  return task.issue<undefined>({
    kind: 'respond',
    label: `respond ${response.status}`,
    hash: hashText(`${response.status} ${response.text ?? ''} ${JSON.stringify(response.headers)}`),
    request: { kind: 'respond', response, exchange: id } satisfies NetworkRequest,
    own: true,
    endsTask: true,
    mustFinish: false,
    alternatives: (operation, offer) => {
      const exchange = network.exchange(nameOf(client))
      const waiting = exchange !== undefined && exchange.id === id && !exchange.lost && network.world.isAlive(client)
      if (waiting && network.world.isStalled(client.slot)) return
      offer(new Respond(network, operation, client, response, route, waiting ? 'arrives' : 'nobody waits'))
      if (waiting && network.world.mayMeet('lostResponses')) offer(new Respond(network, operation, client, response, route, 'lost'))
    },
    decode: () => undefined,
  })
}

class Respond implements Alternative {
  readonly fault: FaultName | undefined

  constructor(
    private readonly network: Network,
    private readonly operation: Operation,
    private readonly client: RequestRecord['client'],
    private readonly response: WireResponse,
    private readonly route: string,
    private readonly how: 'arrives' | 'lost' | 'nobody waits',
  ) {
    this.fault = how === 'lost' ? 'lostResponses' : undefined
  }

  label(): string {
    return `the response ${this.response.status} to ${this.route} ${this.how === 'arrives' ? 'arrives' : this.how === 'lost' ? 'is lost' : 'finds nobody waiting'}`
  }

  perform(): Impact {
    const { client, network } = this
    const ends: Reference = { slot: this.operation.process.slot, sequence: this.operation.sequence }
    const exchange = network.exchange(nameOf(client))
    if (this.how === 'arrives') {
      network.set(nameOf(client), undefined)
      const hash = mix(hashText(`${this.response.status} ${this.response.text ?? ''} ${JSON.stringify(this.response.headers)}`), 43)
      return { kind: 'settle', slot: client.slot, sequence: client.sequence, result: success(this.response, hash), ends }
    }
    if (this.how === 'lost' && exchange !== undefined) network.set(nameOf(client), { ...exchange, server: undefined, lost: true })
    return { kind: 'end', ...ends }
  }

  describe(): StepDescription {
    const { world } = this.network
    return {
      action: this.how === 'lost' ? 'lost' : 'response',
      from: world.participant(this.operation.process.slot),
      to: world.participant(this.client.slot),
      text: String(this.response.status),
      ...(this.how === 'nobody waits' ? { outcome: 'nobody waits any more' } : {}),
      task: this.operation.task.label,
      data: bodyAsJson(this.response.text),
      // What nobody gets to see decides nothing.
      facts: this.how === 'arrives' ? [responseFact(this.response, '', this.route)] : [],
    }
  }
}
