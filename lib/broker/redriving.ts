import { checked, HarnessError, hashText, mix, success, type Alternative, type Impact, type Operation, type Participant, type StepDescription, type Task } from '../simulation/index.js'
import type { Broker } from './broker.js'
import { brokerParticipant } from './deliveries.js'
import type { Envelope, Queue } from './queue.js'
import type { BrokerRequest } from './requests.js'

/** Who moves dead letters back in a story. */
export const operations: Participant = { name: 'operations', kind: 'scenario', instance: 1 }

/**
 * Moves the dead letters of an endpoint back into its queue. There they are new arrivals with what they were sent with: their body, their headers
 * and their message id. Their delivery count starts anew, and they have no place in the order.
 *
 * That is what people of operations do on Azure Service Bus, where the letter is sent once more (a new sequence number; the `MessageId` is the
 * sender's, and tools keep it), and on RabbitMQ with a shovel. Amazon SQS calls it redrive (`StartMessageMoveTask`) and gives each message a new
 * id of its own; there the sender's id must travel in an attribute or the body. Here all letters move in one step; a real one takes them one by one.
 *
 * @returns how many there were.
 * @throws HarnessError when there is no endpoint of that name.
 */
export function redriving(broker: Broker, task: Task): (endpoint: string) => Promise<number> {
  return (endpoint) =>
    checked(task, () => {
      if (broker.world.node(endpoint) === undefined) throw noSuchEndpoint(endpoint)
      const queue = broker.queue(endpoint)
      // From now on it counts when a message becomes a dead letter.
      broker.world.observed.redrives = true
      return task.issue<number>({
        kind: 'redrive',
        label: `redrive('${endpoint}')`,
        hash: mix(hashText('redrive'), hashText(endpoint)),
        request: { kind: 'redrive', endpoint } satisfies BrokerRequest,
        mustFinish: true,
        alternatives: (operation, offer) => offer(new Redrive(broker, queue, operation)),
        decode: (count) => count as number,
      })
    })
}

class Redrive implements Alternative {
  readonly fault = undefined
  readonly slot: number
  #moved: readonly Envelope[] = []

  constructor(
    private readonly broker: Broker,
    private readonly queue: Queue,
    private readonly operation: Operation,
  ) {
    this.slot = operation.process.slot
  }

  label(): string {
    return `${operations.name} redrives the dead letters of ${this.queue.name}`
  }

  perform(): Impact {
    this.#moved = this.queue.redrive()
    const { length } = this.#moved
    return { kind: 'settle', slot: this.slot, sequence: this.operation.sequence, result: success(length, mix(22, length)) }
  }

  describe(): StepDescription {
    return {
      action: 'redrive',
      from: operations,
      to: brokerParticipant,
      text: `redrive the dead letters of ${this.queue.name}`,
      outcome: this.#moved.length === 0 ? 'there are none' : `back in the queue: ${this.#moved.map(({ type, id }) => `${type} ${id}`).join(', ')}`,
      task: this.operation.task.label,
    }
  }
}

function noSuchEndpoint(endpoint: string): HarnessError {
  return new HarnessError({
    what: `The scenario redrives the dead letters of "${endpoint}", but there is no endpoint of that name.`,
    why: 'Nothing would ever come back.',
    next: 'Name an endpoint of `system`.',
  })
}
