/**
 * Near miss: the writes wait for the common commit, but the messages do not. They leave before it, and it may fail.
 *
 * Caught by: ★★ the store or the broker refuses once
 * Because: a voucher is out for € 60,000 that Erika has paid, and on the books there are € 0
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

  if ((await context.store.get('inbox', context.messageId)) !== undefined) return
  const { writes, outgoing } = await collect(context, next)

  // The same ids at every attempt.
  for (const [position, { to, message, options }] of outgoing.entries()) {
    const withId = { ...options, id: `${context.messageId}/${context.endpoint}/${position}` }
    await (to === undefined ? context.publish(message, withId) : context.send(to, message, withId))
  }
  await context.store.commit(...writes, insert('inbox', context.messageId, {}))
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
