/**
 * Near miss: the token turns into the list of what is to be sent, whatever it is by then. Two consumers have seen it, and both write.
 *
 * Caught by: ★★ the same with a handler that writes nothing, and sends
 * Because: expected 1 trip to Erika, found 2
 */
import { insert, put, remove, type HandlerContext, type Message, type PipelineStep, type Write } from '#lib'

/** What a handler wanted to send. */
interface Outgoing {
  readonly to: string
  readonly message: Message
}

/** `outgoing` is missing as long as the message has not been processed. */
interface Token {
  readonly outgoing?: readonly Outgoing[]
}

/** A step around any handler: a message is processed only while its token exists. */
export const tokens: PipelineStep = async (_message, context, next) => {
  const token = context.headers['token'] ?? 'no token'
  const found = await context.store.get<Token>('tokens', token)
  if (found === undefined) return // a copy, however late it comes

  let { outgoing } = found.value
  if (outgoing === undefined) {
    const collected = await collect(context, next)
    outgoing = collected.outgoing
    const after = outgoing.length === 0 ? remove('tokens', token, { ifVersion: found.version }) : put('tokens', token, { outgoing })
    await context.store.commit(...collected.writes, after, ...outgoing.map((_, position) => insert('tokens', `${token}/${position}`, {})))
  }
  if (outgoing.length === 0) return
  for (const [position, { to, message }] of outgoing.entries()) {
    const id = `${token}/${position}`
    await context.send(to, message, { id, headers: { token: id } })
  }
  await context.store.commit(remove('tokens', token))
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
