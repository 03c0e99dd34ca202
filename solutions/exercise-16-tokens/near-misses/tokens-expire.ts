/**
 * Near miss: whoever comes with a token that is older than a week must be a copy. But the original may be late, too, and then nobody
 * processes it.
 *
 * Caught by: ★★ the next payment comes a year later
 * Because: expected Erika to be credited with € 600, found € 0
 */
import { insert, remove, type HandlerContext, type Message, type PipelineStep, type Write } from '#lib'

/** What a handler wanted to send. */
interface Outgoing {
  readonly to: string
  readonly message: Message
}

const week = 7 * 24 * 3_600_000

/** A step around any handler: a message is processed only while its token exists. */
export const tokens: PipelineStep = async (_message, context, next) => {
  const token = context.headers['token'] ?? 'no token'
  const outgoing = (await context.store.get<readonly Outgoing[]>('outbox', token))?.value ?? (await handle(token, context, next))
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
  const found = await context.store.get<{ readonly madeAt?: number }>('tokens', token)
  if (found === undefined) return [] // a copy, however late it comes
  if (Date.now() - (found.value.madeAt ?? Date.now()) > week) return []

  const { writes, outgoing } = await collect(context, next)
  if (outgoing.length > 0) writes.push(insert('outbox', token, outgoing))
  await context.store.commit(
    ...writes,
    remove('tokens', token, { ifVersion: found.version }), // fails if somebody else has been faster
    ...outgoing.map((_, position) => insert('tokens', `${token}/${position}`, { madeAt: Date.now() })),
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
