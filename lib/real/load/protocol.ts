import type { Failure } from '../protocol.js'

/** What the director and a consumer under load say to each other. Nobody waits for leave: what is said is only counted. */

/** Which consumer a process is to be, and where it finds everything. */
export interface LoadPart {
  readonly endpoint: string
  /** It handles what `plain.ts` has instead of the attendee's files. */
  readonly plain: boolean
  /** See `names.ts`. */
  readonly prefix: string
  readonly database: string
  /** RabbitMQ, by two ways: each can be cut. */
  readonly publish: string
  readonly consume: string
}

export type ToConsumer =
  | { readonly kind: 'play'; readonly part: LoadPart }
  /** It receives from now on. */
  | { readonly kind: 'begin' }
  /** Events of a type can be published. */
  | { readonly kind: 'allowed'; readonly type: string }

/** What a consumer has done since it was started. */
export interface Counts {
  /** Messages that it has handled and acknowledged. */
  readonly handled: number
  /** Messages that it holds at this moment. */
  readonly held: number
  /** Attempts after which the message was to come again. */
  readonly failed: number
  /** When it acknowledged the last one: milliseconds since 1970. */
  readonly last: number
}

/** A message has come that was delivered before. */
export interface Again {
  readonly id: string
  readonly deliveryCount: number
  /** RabbitMQ has taken it back from a process that was killed, or whose connection was cut; else an attempt has failed. */
  readonly returned: boolean
  /** What it was about had been done already. */
  readonly done: boolean
}

export type FromConsumer =
  | { readonly kind: 'loaded' }
  | { readonly kind: 'ready' }
  | { readonly kind: 'counts'; readonly counts: Counts }
  | { readonly kind: 'again'; readonly again: Again }
  /** Somebody wants to publish an event of a type that nobody has asked for. */
  | { readonly kind: 'allow'; readonly type: string }
  /** A mistake in the code under test, or in what hosts it. */
  | { readonly kind: 'failed'; readonly error: Failure }
