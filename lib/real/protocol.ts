import type { Chance, ErrorDescription, Explanation } from '../simulation/index.js'

/**
 * What the director and an instance say to each other. An instance asks before each operation and waits for leave; it says what came of it, and waits
 * again before its code goes on. So every order can be enforced, and every moment can be a crash.
 */

/** Which process an instance is to be, and where it finds everything. */
export interface Part {
  /** The place among all processes of the system: the same for all incarnations. */
  readonly slot: number
  readonly incarnation: number
  /** See `names.ts`. */
  readonly prefix: string
  /** Addresses, through doors that can be shut. */
  readonly database: string
  readonly publish: string
  readonly consume: string
  /** The port of the load balancer, which knows all hosts. */
  readonly network: number
  /** What the clocks of the processes show: milliseconds since the execution began. */
  readonly now: number
  /** True for random values that the simulator would draw. */
  readonly seeded: boolean
  /** By how many milliseconds its clock on the wall is wrong. Default 0. */
  readonly skew?: number
  /** How its random values come out. Left out for real chance. */
  readonly chance?: Chance
}

/** How an operation is to go. */
export type How =
  | 'plain'
  /** The connection is cut when the request has passed, and before the answer does. */
  | 'answer lost'
  /** The connection is cut before the request has passed. */
  | 'request lost'
  /** Nobody answers at all. */
  | 'refused'

export type OperationKind = 'get' | 'list' | 'commit' | 'send' | 'publish' | 'receive' | 'settle' | 'request' | 'respond' | 'outage' | 'redrive'

/** An operation, as the director sees it before it happens. */
export interface Ask {
  /** Names it within its process. */
  readonly id: number
  readonly kind: OperationKind
  /** As a story says it: `commit`, `get customers Erika`, `ack PaymentBooked m1`. */
  readonly text: string
  /** The unit of work: `PaymentBooked m1, delivery 2`. */
  readonly task: string
  /** What it is about: an endpoint or the type of an event that something is sent to, the host of a request, the id of a message. */
  readonly subject?: string
  /** The message that is sent, received or settled. */
  readonly message?: Asked
  /** Somebody who is no part of the system. */
  readonly sender?: string
  readonly verb?: string
  /** Of a response: what the load balancer calls the request. */
  readonly exchange?: number
  /** Milliseconds: of a delayed message, or until a message comes again; for a request, how long its client waits. */
  readonly delay?: number
  readonly deliveryCount?: number
  readonly reason?: string
}

/** A message that an operation is about. */
export interface Asked {
  readonly id: string
  readonly type: string
  readonly text: string
  readonly headers: Readonly<Record<string, string>>
}

/** What came of it. */
export interface Done {
  readonly id: number
  readonly error: ErrorDescription | undefined
  /** What the store or the broker now has, in a story's words: `+ customers Erika`. */
  readonly outcome: string
  /** How many dead letters were moved back. */
  readonly moved?: number
  /** False when the connection was to be cut, and it did not come to that. */
  readonly asOrdered: boolean
}

export type FromInstance =
  | { readonly kind: 'loaded' }
  /** It can be given work. */
  | { readonly kind: 'ready'; /** Of a service: where it listens. */ readonly port: number | undefined }
  | { readonly kind: 'ask'; readonly ask: Ask }
  /** The connection is to be cut at what comes next. */
  | { readonly kind: 'reached'; readonly id: number }
  | { readonly kind: 'done'; readonly done: Done }
  /** All code is parked again. */
  | { readonly kind: 'quiet'; readonly id: number }
  /** A receive loop asks for a message. */
  | { readonly kind: 'receiving' }
  /** The work on a request has begun, and all code is parked again. */
  | { readonly kind: 'begun'; /** What the load balancer calls it. */ readonly exchange: number }
  | { readonly kind: 'ended'; readonly task: string; readonly exchange: number | undefined }
  | { readonly kind: 'timer'; readonly id: number; /** Virtual milliseconds. */ readonly due: number }
  | { readonly kind: 'cleared'; readonly id: number }
  | { readonly kind: 'thrown'; readonly task: string; readonly name: string; readonly message: string; readonly site: string | undefined }
  /** A mistake in the code under test, or in what hosts it. */
  | { readonly kind: 'failed'; readonly error: Failure }

export type Failure = { readonly of: 'code' | 'workshop'; readonly explanation: Explanation }

export type ToInstance =
  | { readonly kind: 'play'; readonly part: Part }
  | { readonly kind: 'go'; readonly id: number; readonly how: How; readonly now: number; readonly seed?: number }
  | { readonly kind: 'armed'; readonly id: number }
  | { readonly kind: 'on'; readonly id: number; readonly now: number }
  /** A timer is over, or a client's patience. */
  | { readonly kind: 'fire'; readonly id: number; readonly now: number }
