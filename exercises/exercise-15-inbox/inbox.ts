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

  // TODO: the handler commits, then publishes, and then the message is put into the inbox. Where may that stop, and what would the next attempt do?
  if ((await context.store.get('inbox', context.messageId)) !== undefined) return
  await next(context)
  await context.store.commit(insert('inbox', context.messageId, {}))
}

function isForgetMessage(message: Message): message is ForgetMessage {
  return message.type === 'ForgetMessage'
}
