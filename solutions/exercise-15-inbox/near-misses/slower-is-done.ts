/**
 * Near miss: whoever finds that somebody else has been faster returns, for then the message is done. But the commit fails also when another
 * payment of the same customer was booked in between, and this one is done by nobody.
 *
 * Caught by: ★★★ two payments and two consumers, through every crash
 * Because: Erika has paid € 120,000, and marketing believes € 60,000
 */
import { ConcurrencyError, insert, remove, type HandlerContext, type Message, type PipelineStep, type SendOptions, type Write } from '#lib'

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

  const entry = await context.store.get<readonly Outgoing[]>('inbox', context.messageId)
  const outgoing = entry?.value ?? (await handle(context, next))

  // From here on, every attempt does the same, the first one and later ones: under the same ids, and only what was committed.
  for (const [position, { to, message, options }] of outgoing.entries()) {
    const withId = { ...options, id: `${context.messageId}/${context.endpoint}/${position}` }
    await (to === undefined ? context.publish(message, withId) : context.send(to, message, withId))
  }
}

/** Lets the handler run, and commits all of it at once, under the message's id. */
async function handle(context: HandlerContext, next: (context: HandlerContext) => Promise<void>): Promise<readonly Outgoing[]> {
  const { writes, outgoing } = await collect(context, next)
  try {
    await context.store.commit(...writes, insert('inbox', context.messageId, outgoing))
  } catch (error) {
    if (!(error instanceof ConcurrencyError)) throw error
    return []
  }
  return outgoing
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
