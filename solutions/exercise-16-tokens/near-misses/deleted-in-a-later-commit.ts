/**
 * Near miss: the token is deleted after the dispatch, in a commit of its own. A consumer that saw it, and was slower with everything else,
 * processes the message once more: nothing in its commit fails.
 *
 * Caught by: ★★ a copy arrives, and two consumers
 * Because: expected Erika to be credited with € 600, found € 1,200
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
  const outgoing = (await context.store.get<readonly Outgoing[]>('outbox', token))?.value ?? (await handle(token, context, next))
  // Every attempt gets here as long as something may not have left. The tokens of what leaves exist already.
  for (const [position, { to, message }] of outgoing.entries()) {
    const id = `${token}/${position}`
    await context.send(to, message, { id, headers: { token: id } })
  }
  await context.store.commit(remove('tokens', token))
  await context.store.commit(remove('outbox', token))
}

/** Makes the tokens of what is to be sent, in the commit that processes it. */
async function handle(token: string, context: HandlerContext, next: (context: HandlerContext) => Promise<void>): Promise<readonly Outgoing[]> {
  if ((await context.store.get('tokens', token)) === undefined) return [] // a copy, however late it comes

  const { writes, outgoing } = await collect(context, next)
  writes.push(insert('outbox', token, outgoing))
  await context.store.commit(
    ...writes,
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
