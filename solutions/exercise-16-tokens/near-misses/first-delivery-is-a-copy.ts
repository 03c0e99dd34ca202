/**
 * Near miss: what is in the outbox of a message that is delivered for the first time is sent by whoever has put it there; only a later
 * delivery has to send what an attempt has left. But the delivery count starts anew when the message is moved back from the dead-letter queue.
 *
 * Caught by: ★★ marketing crashes and the payment is given up
 * Because: expected Erika to be credited with € 600, found € 0
 */
import { insert, remove, type HandlerContext, type Message, type PipelineStep, type Write } from '#lib'

/** What a handler wanted to send. */
interface Outgoing {
  readonly to: string
  readonly message: Message
}

/** A step around any handler: a message is processed only while its token exists. */
export const tokens: PipelineStep = async (_message, context, next) => {
  const token = context.headers['token'] ?? 'no token'
  const left = (await context.store.get<readonly Outgoing[]>('outbox', token))?.value
  if (left !== undefined && context.deliveryCount === 1) return // a copy
  const outgoing = left ?? (await handle(token, context, next))
  if (outgoing.length === 0) return

  // Every attempt gets here as long as something may not have left. The tokens of what leaves exist already.
  for (const [position, { to, message }] of outgoing.entries()) {
    const id = `${token}/${position}`
    await context.send(to, message, { id, headers: { token: id } })
  }
  await context.store.commit(remove('outbox', token))
}

/** Deletes the message's token, and creates those of what is to be sent, in the commit that processes it. */
async function handle(token: string, context: HandlerContext, next: (context: HandlerContext) => Promise<void>): Promise<readonly Outgoing[]> {
  const found = await context.store.get('tokens', token)
  if (found === undefined) return [] // a copy, however late it comes

  const { writes, outgoing } = await collect(context, next)
  if (outgoing.length > 0) writes.push(insert('outbox', token, outgoing))
  await context.store.commit(
    ...writes,
    remove('tokens', token, { ifVersion: found.version }), // fails if somebody else has been faster
    ...outgoing.map((_, position) => insert('tokens', `${token}/${position}`, {})),
  )
  return outgoing
}

/** Lets the handler write and send into lists, as in exercise 15. */
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
    send(to, message) {
      outgoing.push({ to, message })
      return Promise.resolve()
    },
  })
  return { writes, outgoing }
}
