/**
 * A trace is what one execution did, step by step, as plain data. `lib/story` draws it, `replay` walks through it, and two
 * executions are the same exactly when their traces are the same.
 */

/** The faults that an execution can meet, each with a budget of its own (`check({ faults: { crashes: 1 } })`). */
export const faultNames = [
  'crashes',
  'copies',
  'lateCopies',
  'reorderings',
  'delays',
  'lostAcks',
  'lostRequests',
  'lostResponses',
  'ambiguousCommits',
  'ambiguousSends',
  'refusals',
  'stalls',
  'serverErrors',
  'slowResponses',
] as const

export type FaultName = (typeof faultNames)[number]

export type Json = null | boolean | number | string | readonly Json[] | { readonly [key: string]: Json }

export type ParticipantKind = 'browser' | 'service' | 'endpoint' | 'store' | 'broker' | 'third-party' | 'scenario'

/** Someone who takes part in a story. Instances of one node (competing consumers) are numbered from 1. */
export interface Participant {
  readonly name: string
  readonly kind: ParticipantKind
  readonly instance: number
}

export type Action =
  | 'request' // an HTTP request arrives
  | 'response' // an HTTP response arrives
  | 'no-response' // a client gives up, or its connection breaks
  | 'read' // a document or a list of documents is read
  | 'commit' // an atomic commit takes effect, or conflicts
  | 'send' // a command reaches its queue
  | 'publish' // an event reaches the queues of its subscribers
  | 'receive' // a consumer gets a message under a peek-lock
  | 'settle' // ack, abandon, dead-letter, renew
  | 'lock-expired' // a peek-lock runs out
  | 'redrive' // somebody of operations moves dead letters back into their queue
  | 'timer' // a setTimeout fires
  | 'time' // nothing else can happen, so virtual time moves on
  | 'crash' // a process dies and starts again with nothing in memory
  | 'lost' // something is lost on the network

/** Something that decides: what was written, sent, asked for or answered. A drawing compares facts of one subject and shows what tells them apart. */
export interface Fact {
  /** What stands in front of it, if anything: `+ orders c1`, `201`. */
  readonly label: string
  /** What it is about, so that like is compared with like: `orders`, `message AddExtra`. */
  readonly subject: string
  /** What was there before; left out for what is no change. */
  readonly before?: Json
  /** What is there now; left out for what was removed, or says nothing. */
  readonly after?: Json
}

export interface TraceStep {
  /** 1 for the first step. */
  readonly number: number
  /** Virtual time at the end of the step: milliseconds since the execution began. */
  readonly at: number
  readonly action: Action
  readonly from: Participant
  /** Whom the step reaches; left out when it happens within `from`. */
  readonly to?: Participant
  /** What stands on the arrow: `commit`, `POST /carts/c1/submission`, `ack SubmitOrder`. */
  readonly text: string
  /** What came of it, beside the diagram: `version 1`, `+ orders o-1`, `✗ version conflict`, `202`. */
  readonly outcome?: string
  /** The fault that this step is, or carries. */
  readonly fault?: FaultName
  /** The unit of work that `from` was doing: `SubmitOrder m1`, `POST /carts/c1/submission`. Tells two clicks apart. */
  readonly task?: string
  /** The whole message, request, response or documents. */
  readonly data?: Json
  /** What of it decides. Facts with a label say what came of the step, in place of `outcome`. */
  readonly facts?: readonly Fact[]
  /** What else could have happened at this point: one label per alternative, the chosen one included. */
  readonly open?: readonly string[]
  /** Stores, queues and third parties after the step; recorded only when asked for. */
  readonly after?: WorldView
}

export interface WorldView {
  /** Service name → collection → documents in the order of their ids. */
  readonly stores: Readonly<Record<string, Readonly<Record<string, readonly DocumentView[]>>>>
  readonly queues: readonly QueueView[]
  /** Third parties' records, and other ledgers. */
  readonly ledgers: Readonly<Record<string, Json>>
}

export interface DocumentView {
  readonly id: string
  readonly version: number
  readonly value: Json
}

export interface QueueView {
  readonly name: string
  readonly messages: readonly MessageView[]
  readonly deadLetters: readonly MessageView[]
}

export interface MessageView {
  readonly id: string
  readonly type: string
  readonly state: 'visible' | 'locked' | 'delayed' | 'dead'
  readonly deliveryCount: number
  /** Why it is there once more. For people: promises are not shown it, since nobody can tell a copy from the message that it was made of. */
  readonly origin?: 'copy' | 'redriven'
  readonly reason?: string
  readonly body: Json
}

export interface Trace {
  /** Everyone who takes part, in the order in which a diagram should stand: from the customer inwards. */
  readonly participants: readonly Participant[]
  readonly steps: readonly TraceStep[]
}
