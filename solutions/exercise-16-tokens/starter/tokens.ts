import { put, remove, type HandlerContext, type Message, type PipelineStep, type Write } from '#lib'

/** What a handler wanted to send. */
interface Outgoing {
  readonly to: string
  readonly message: Message
}

/** A step around any handler: a message is processed only while its token exists. */
export const tokens: PipelineStep = async (_message, context, next) => {
  const token = context.headers['token'] ?? 'no token'
  if ((await context.store.get('tokens', token)) === undefined) return

  // TODO: each of these commits is right by itself. What does the next attempt find if we stop between two of them?
  const { writes, outgoing } = await collect(context, next)
  if (writes.length > 0) await context.store.commit(...writes)
  for (const [position, { to, message }] of outgoing.entries()) {
    const id = `${token}/${position}`
    await context.store.commit(put('tokens', id, {}))
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
