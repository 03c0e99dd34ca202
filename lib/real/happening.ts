import type { Violation } from '../exploration/judge.js'
import type { Participant } from '../simulation/index.js'
import type { Go, Kill, Moment } from './conductor.js'
import type { Judging } from './judging.js'
import type { Done, Failure } from './protocol.js'

/** Something that has happened. */
export interface Happening {
  readonly moment: Moment
  /** What the conductor had decided. */
  readonly order: Go | Kill
  /** What came of it; nothing for what begins something: a message that is received, a request that leaves. */
  readonly done: Done | undefined
  /** Virtual milliseconds. */
  readonly at: number
  /** Who gets what was sent. */
  readonly receivers: readonly string[]
  /** Whom a request or a response reaches, if that is a process, and whether it was lost on its way. */
  readonly peer?: { readonly participant: Participant; readonly lost: boolean }
}

/** What came of one execution. */
export interface Outcome {
  readonly violation: Violation | undefined
  /** Something that keeps it from being judged. */
  readonly failure: Failure | undefined
  /** Every operation that happened, in the order in which they did. */
  readonly happened: readonly Happening[]
  /** Promises that could not be asked, each with the reason. */
  readonly unasked: ReadonlyMap<string, string>
  readonly thrown: readonly { readonly name: string; readonly task: string; readonly error: string; readonly site: string | undefined }[]
  /** How often the clock was put forward, and by how many milliseconds in all. */
  readonly jumps: number
  readonly skipped: number
  /** What the queues and stores held at the end. */
  readonly state: Judging['state']
}
