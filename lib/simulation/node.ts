import type { Hash } from './hash.js'
import type { Process } from './process.js'
import type { Task } from './task.js'
import type { ParticipantKind } from './trace.js'
import type { World } from './world.js'

/**
 * A part of the system, as a test names it: `system: () => [web, orders]`. `endpoint()`, `service()` and the third parties make
 * these; the engine knows nothing else of them.
 */
export interface NodeDefinition<Name extends string = string> {
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
  /** Called once for each world: registers queues, routes, databases. */
  install(world: World, node: Node): void
  /** Called for each new process: what it returns is the process's memory. */
  boot(process: Process): unknown
  /** The work of one task. Ordinary async code; ends when the promise settles. */
  run(task: Task): Promise<void>
}

/** A definition at its place in a world. */
export interface Node {
  readonly name: string
  readonly kind: ParticipantKind
  readonly definition: NodeDefinition
  readonly hash: Hash
  readonly keepsMemory: boolean
  /** The slots of its processes. */
  readonly slots: readonly number[]
}
