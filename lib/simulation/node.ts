import type { Hash } from './hash.js'
import type { ParticipantKind } from './trace.js'

/** What anybody may know of a part of the system. */
export interface NodeTraits<Name extends string = string> {
  readonly name: Name
  readonly kind: ParticipantKind
  /** How many processes run it: competing consumers, or what a load balancer chooses from. */
  readonly instances: number
  /** How many tasks one process works on at the same time. */
  readonly concurrency: number
  /** True when processes keep something in memory from one task to the next (the factory form). */
  readonly keepsMemory: boolean
  /** False for what lies outside the system under test: it does not crash. */
  readonly crashes: boolean
  /** True when a process starts with a task of its own; then `boot` returns its TaskStart. */
  readonly autostart?: boolean
}

/** A part of the system at its place in a world. */
export interface Node {
  readonly name: string
  readonly kind: ParticipantKind
  readonly definition: NodeTraits
  readonly hash: Hash
  readonly keepsMemory: boolean
  /** The slots of its processes. */
  readonly slots: readonly number[]
}
