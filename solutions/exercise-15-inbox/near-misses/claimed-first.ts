/**
 * Near miss: the message is put into the inbox before anything else, so that nobody else takes it. After a crash right behind that, nobody
 * ever does.
 *
 * Caught by: ★★ marketing crashes, and comes back
 * Because: Erika has paid € 60,000, and marketing believes € 0
 */
import { insert, remove, type Message, type PipelineStep } from '#lib'

/** A message was processed a week ago, and no copy of it is expected any more. */
interface ForgetMessage {
  readonly type: 'ForgetMessage'
  readonly forgotten: string
}

/** A step around any handler: it remembers each processed message until it is told to forget it. */
export const inbox: PipelineStep = async (message, context, next) => {
  if (isForgetMessage(message)) {
    await context.store.commit(remove('inbox', message.forgotten))
    return
  }

  if ((await context.store.get('inbox', context.messageId)) !== undefined) return
  await context.store.commit(insert('inbox', context.messageId, {}))
  await next(context)
}

function isForgetMessage(message: Message): message is ForgetMessage {
  return message.type === 'ForgetMessage'
}
