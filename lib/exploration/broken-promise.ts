/** A graded check that is not a check of a system says in the same way what is wrong: the message is the lesson, without a stack. */
export class BrokenPromise extends Error {
  override readonly name = 'BrokenPromise'

  constructor(text: string) {
    super(text)
    this.stack = text
  }
}
