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

  // TODO: the handler's writes, what it sends, and then the entry in the inbox. Where may that stop, and what would the next attempt do?
  if ((await context.store.get('inbox', context.messageId)) !== undefined) return
  const { writes, outgoing } = await collect(context, next)
  if (writes.length > 0) await context.store.commit(...writes)
  for (const { to, message, options } of outgoing) {
    await (to === undefined ? context.publish(message, options) : context.send(to, message, options))
  }
  await context.store.commit(insert('inbox', context.messageId, {}))
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
