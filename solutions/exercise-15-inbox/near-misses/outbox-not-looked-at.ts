/**
 * Near miss: the outbox is committed with the state, but only the inbox is checked. Between the two the message has been processed, and the
 * next attempt does not know it.
 *
 * Caught by: ★★ marketing crashes, and comes back
 * Because: Erika has paid € 60,000, and marketing believes € 120,000
 */
import { put, remove, type HandlerContext, type Message, type PipelineStep, type Write } from '#lib'

/** A message was processed a week ago, and no copy of it is expected any more. */
interface ForgetMessage {
  readonly type: 'ForgetMessage'
  readonly forgotten: string
}

/** What a handler wanted to send. `to` is missing for an event. */
interface Outgoing {
  readonly to?: string
  readonly message: Message
  readonly headers: Readonly<Record<string, string>>
}

/** A step around any handler: it remembers each processed message, and what is to be sent for it, until it is told to forget it. */
export const inbox: PipelineStep = async (message, context, next) => {
  if (isForgetMessage(message)) {
    await context.store.commit(remove('inbox', message.forgotten))
    return
  }

  if ((await context.store.get('inbox', context.messageId)) !== undefined) return
  await handle(context, next)
  const left = await context.store.get<readonly Outgoing[]>('outbox', context.messageId)
  if (left === undefined) return

  // From here on, every attempt does the same, the first one and later ones: under the same ids, and only what was committed.
  for (const [position, { to, message, headers }] of left.value.entries()) {
    const options = { id: `${context.messageId}/${context.endpoint}/${position}`, headers }
    await (to === undefined ? context.publish(message, options) : context.send(to, message, options))
  }
  await context.store.commit(put('inbox', context.messageId, {}), remove('outbox', context.messageId))
}

/** Lets the handler write and send into lists, and commits both lists at once. */
async function handle(context: HandlerContext, next: (context: HandlerContext) => Promise<void>): Promise<void> {
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
    publish(message, { headers = {} } = {}) {
      outgoing.push({ message, headers })
      return Promise.resolve()
    },
    send(to, message, { headers = {} } = {}) {
      outgoing.push({ to, message, headers })
      return Promise.resolve()
    },
  })
  // `insert` fails if somebody else has been faster: then nothing is written, and the message comes again.
  await context.store.commit(...writes, put('outbox', context.messageId, outgoing))
}

function isForgetMessage(message: Message): message is ForgetMessage {
  return message.type === 'ForgetMessage'
}
