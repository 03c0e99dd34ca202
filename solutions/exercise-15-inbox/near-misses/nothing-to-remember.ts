/**
 * Near miss: a handler that had nothing to write and nothing to send leaves no entry, for there is nothing to protect. Its copy comes when the state
 * has moved on, and then there may be something to do.
 *
 * Caught by: ★ other handlers
 * Because: which was processed, in the inbox, found it nowhere
 */
import { insert, remove, type HandlerContext, type Message, type PipelineStep, type SendOptions, type Write } from '#lib'

/** A message was processed a week ago, and no copy of it is expected any more. */
interface ForgetMessage {
  readonly type: 'ForgetMessage'
  readonly forgotten: string
}

/** What a handler wanted to send. `to` is missing for an event. */
interface Outgoing {
  readonly to?: string
  readonly message: Message
  /** Headers, and for a command perhaps a delay. */
  readonly options: SendOptions
}

/** A step around any handler: it remembers each processed message until it is told to forget it. */
export const inbox: PipelineStep = async (message, context, next) => {
  if (isForgetMessage(message)) {
    await context.store.commit(remove('inbox', message.forgotten))
    return
  }

  if ((await context.store.get('inbox', context.messageId)) === undefined) {
    const { writes, outgoing } = await collect(context, next)
    if (writes.length === 0 && outgoing.length === 0) return
    await context.store.commit(...writes, insert('inbox', context.messageId, {}), insert('outbox', context.messageId, outgoing))
  }

  const kept = await context.store.get<readonly Outgoing[]>('outbox', context.messageId)
  if (kept === undefined) return
  for (const [position, { to, message: sent, options }] of kept.value.entries()) {
    const id = `${context.endpoint}/${context.messageId}/${position}`
    await (to === undefined ? context.publish(sent, { ...options, id }) : context.send(to, sent, { ...options, id }))
  }
  await context.store.commit(remove('outbox', context.messageId))
}

/** Lets the handler write and send into lists. Nothing of it has happened yet. */
async function collect(context: HandlerContext, next: (context: HandlerContext) => Promise<void>): Promise<{ writes: Write[]; outgoing: Outgoing[] }> {
  const writes: Write[] = []
  const outgoing: Outgoing[] = []
  await next({
    ...context,
    store: {
      ...context.store,
      commit(...more) {
        writes.push(...more)
        return Promise.resolve([]) // nothing has a new version yet
      },
    },
    publish(message, options = {}) {
      outgoing.push({ message, options })
      return Promise.resolve()
    },
    send(to, message, options = {}) {
      outgoing.push({ to, message, options })
      return Promise.resolve()
    },
  })
  return { writes, outgoing }
}

function isForgetMessage(message: Message): message is ForgetMessage {
  return message.type === 'ForgetMessage'
}
