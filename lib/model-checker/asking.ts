import { ModelError } from './errors.js'
import * as explanations from './explanations.js'
import { NotData, firstNotData } from './plain-data.js'

/** What is being asked of the specification right now, for the answer when it throws or makes no sense. */
export class Asking<S> {
  #what = ''
  #name = ''
  /** The state that it is asked about. */
  about: S | undefined

  /** For example "the action" and its name. */
  ask(what: string, name: string): void {
    this.#what = what
    this.#name = name
  }

  truth(answer: unknown): boolean {
    if (typeof answer === 'boolean') return answer
    throw new ModelError('specification', explanations.notBoolean(this.#asked, answer))
  }

  /** What has been thrown meanwhile, told as a mistake in the specification. */
  failure(error: unknown): ModelError {
    if (error instanceof ModelError) return error
    const found = error instanceof NotData ? firstNotData(this.about) : undefined
    if (found !== undefined) return new ModelError('specification', explanations.notData(this.#asked, found))
    return new ModelError('specification', explanations.threw(this.#asked, error, this.about))
  }

  get #asked(): string {
    return `${this.#what} ${this.#name}`.trim()
  }
}
