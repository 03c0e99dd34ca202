/**
 * Near miss: the outbox is committed with the state, and after the dispatch one commit replaces it by the inbox entry. But nothing in the
 * *first* commit fails for a consumer that checked both before that, and reads the customer after it.
 *
 * Caught by: ★★ a copy of the payment arrives, and two consumers
 * Because: Erika has paid € 60,000, and marketing believes € 120,000
 */
import { insert, put, remove, type HandlerContext, type Message, type PipelineStep, type SendOptions, type Write } from '#lib'

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

/** A step around any handler: it remembers each processed message, and what is to be sent for it, until it is told to forget it. */
export const inbox: PipelineStep = async (message, context, next) => {
  if (isForgetMessage(message)) {
    await context.store.commit(remove('inbox', message.forgotten))
    return
  }

  if ((await context.store.get('inbox', context.messageId)) !== undefined) return
  if ((await context.store.get('outbox', context.messageId)) === undefined) await handle(context, next)
  const left = await context.store.get<readonly Outgoing[]>('outbox', context.messageId)
  if (left === undefined) return

  // From here on, every attempt does the same, the first one and later ones: under the same ids, and only what was committed.
  for (const [position, { to, message, options }] of left.value.entries()) {
    const withId = { ...options, id: `${context.messageId}/${context.endpoint}/${position}` }
    await (to === undefined ? context.publish(message, withId) : context.send(to, message, withId))
  }
  await context.store.commit(put('inbox', context.messageId, {}), remove('outbox', context.messageId))
}

/** Lets the handler run, and commits all of it at once. */
async function handle(context: HandlerContext, next: (context: HandlerContext) => Promise<void>): Promise<void> {
  const { writes, outgoing } = await collect(context, next)
  // `insert` fails if somebody else has been faster: then nothing is written, and the message comes again.
  await context.store.commit(...writes, insert('outbox', context.messageId, outgoing))
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
