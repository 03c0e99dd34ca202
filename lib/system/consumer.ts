import { receiver, type Receiver } from '../broker/index.js'
import { callSite, hashText, HarnessError, MisuseError, type Node, type NodeDefinition, type Task, type World } from '../simulation/index.js'
import { checkInstances, checkName, checkOptions } from './definition.js'
import { makeContext, parts, type Context } from './context.js'
import { nameThrown } from './thrown.js'
import { goDown } from './outages.js'

/** A receive loop: it runs as long as its process lives. */
export type ReceiveLoop = (receiver: Receiver, context: Context) => Promise<void>

export interface ConsumerOptions {
  /** How many processes compete for the messages. Default 2. */
  readonly instances?: number
  /** Types of the events that it wants a copy of. Commands come without. */
  readonly subscribes?: readonly string[]
  /**
   * True when a process manager starts the loop again after an error has left it; promises then see why with `outagesOf`. Default false: such an
   * error ends the check.
   */
  readonly restarts?: boolean
}

/**
 * A queue with a receive loop of your own: receive, handle, settle. It is what `endpoint()` does for you, laid open.
 */
export function consumer<const Name extends string>(name: Name, loop: ReceiveLoop, options: ConsumerOptions = {}): NodeDefinition<Name> {
  checkName(name, 'consumer')
  checkOptions(options, ['instances', 'subscribes', 'restarts'], `consumer('${name}')`)
  if (typeof loop !== 'function') {
    throw new MisuseError('invalid-definition', {
      what: `consumer('${name}') was given ${typeof loop} in place of its receive loop.`,
      why: 'Without a loop nobody receives its messages.',
      next: `Write consumer('${name}', async (receiver, context) => { for (;;) { const delivery = await receiver.receive(); … } }).`,
    })
  }
  return {
    name,
    kind: 'endpoint',
    instances: checkInstances(options.instances ?? 2, name),
    concurrency: 1,
    keepsMemory: true,
    crashes: true,
    autostart: true,
    install(world: World, node: Node) {
      const { broker } = parts(world)
      broker.register(node, undefined)
      for (const type of options.subscribes ?? []) broker.subscribe(name, type)
    },
    boot: (process) => ({ hash: hashText(`loop ${name}`), seed: hashText(`${name} ${process.instance} ${process.incarnation}`), label: 'receive loop', payload: undefined }),
    run: async (task: Task, world: World) => {
      const all = parts(world)
      const messages = receiver(all.broker, all.broker.queue(name), task)
      for (let ended = false; !ended; ) {
        const seen = { receives: false }
        const watched: Receiver = {
          receive: () => {
            seen.receives = true
            return messages.receive()
          },
        }
        try {
          await loop(watched, makeContext(all, task))
          ended = true
        } catch (error) {
          if (error instanceof MisuseError || error instanceof HarnessError) throw error
          if (!seen.receives) throw neverReceives(name, error)
          if (options.restarts !== true) throw loopThrew(name, error)
          task.process.host.noteThrown(task, error)
          await goDown(world, task, error, nameThrown(error))
        }
      }
      task.leave()
      throw new MisuseError('invalid-definition', {
        what: `The receive loop of ${name} came to its end.`,
        why: 'A consumer that stops receiving leaves its messages in the queue for ever.',
        next: 'Receive in an endless loop: for (;;) { const delivery = await receiver.receive(); … }.',
      })
    },
  }
}

function neverReceives(name: string, error: unknown): MisuseError {
  const site = callSite(error)
  return new MisuseError('unhandled-rejection', {
    what: `The receive loop of ${name} threw ${nameThrown(error).replace(/\.$/, '')}${site === undefined ? '' : ` (${site})`}, before it asked for a message.`,
    why: 'It will do so each time it is started, so nobody ever receives anything.',
    next: 'Correct that line. If something "is not a function", look at how it is spelt: the receiver has receive(), and nothing else.',
  })
}

function loopThrew(name: string, error: unknown): MisuseError {
  const site = callSite(error)
  return new MisuseError('unhandled-rejection', {
    what: `The receive loop of ${name} threw ${nameThrown(error).replace(/\.$/, '')}${site === undefined ? '' : ` (${site})`}, and nobody caught it.`,
    why: 'In production this ends the process: one bad message, or one lock that has expired, and nobody receives anything any more.',
    next: 'Catch what a single message can do wrong inside the loop, settle that message, and go on receiving.',
  })
}
