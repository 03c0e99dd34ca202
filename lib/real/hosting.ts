import { callSite, failure, HarnessError, injected, Process, success, type ErrorDescription, type Hash, type Host, type NodeDefinition, type Operation, type Result, type Task, type TaskStart, type World } from '../simulation/index.js'
import { nameThrown, requestOf, type SystemRequest } from '../system/index.js'
import { asCode, asOurs, surroundingsOf, type Surroundings } from './clock.js'
import type { How } from './protocol.js'

/** Does what code asks for, on real products. */
export interface Doer {
  /**
   * @returns what the simulator would have recorded: see `StoreRequest`, `BrokerRequest`, `NetworkRequest`.
   * @throws Failed with the error that the code is to get.
   */
  perform(request: SystemRequest, operation: Operation, clearance: Clearance): Promise<unknown>
}

/** What comes with the leave to do something. */
export interface Clearance {
  readonly how: How
  /** To be called right before the connection is to be cut, if it is. */
  readonly reach: () => Promise<void>
  /** A client's patience is over. */
  readonly patience: AbortSignal
}

/** Lets operations happen, one way or another. */
export interface Gate {
  /** Comes back when the operation may happen. */
  enter(request: SystemRequest, operation: Operation): Promise<Clearance>
  /** Comes back when the code may go on. */
  leave(operation: Operation, result: Result): Promise<void>
  /** All code is parked again. */
  quiet(operation: Operation): void
}

/** An error that the code is to get. */
export class Failed extends Error {
  constructor(
    readonly description: ErrorDescription,
    /** It was ordered: not a consequence of what the code or anybody else did. */
    readonly ordered = false,
  ) {
    super(description.message)
  }
}

export interface HostedOptions {
  readonly world: World
  readonly slot: number
  readonly incarnation: number
  readonly gate: Gate
  readonly doer: Doer
  readonly clock: Omit<Surroundings, 'random'>
  readonly seeded: boolean
  /** A mistake in the code, or something that we did not expect. */
  readonly fail: (error: unknown) => void
  readonly ended: (task: Task) => void
  readonly thrown: (task: Task, error: { readonly name: string; readonly message: string; readonly site: string | undefined }) => void
}

/**
 * One process of the system in a process of the operating system: the same definition that the simulator runs, with the same tasks. Only what its code
 * asks for is done by somebody else.
 */
export class Hosted implements Host {
  readonly processes: Process[] = []
  readonly careful = true
  over = false
  readonly process: Process
  readonly #definition: NodeDefinition
  /** By whom an operation knows its task. */
  readonly #tasks = new WeakMap<Operation['task'], Task>()

  constructor(private readonly options: HostedOptions) {
    const { world, slot, incarnation } = options
    const place = world.slots[slot]
    if (place === undefined) throw new HarnessError({ what: `There is no process at place ${slot}.`, why: 'The check has changed since its processes were counted.', next: 'Run the command again.' })
    this.#definition = place.definition
    this.process = new HostedProcess(place.node, slot, place.instance, incarnation, this, (operation) => void this.#perform(operation))
  }

  get now(): number {
    return this.options.clock.now
  }

  /** Starts the process. @returns the work that it starts with, if any. */
  boot(): TaskStart | undefined {
    this.process.memory = this.#definition.boot(this.process)
    return this.#definition.autostart === true ? (this.process.memory as TaskStart) : undefined
  }

  /** Runs one unit of work to its end. */
  async run(start: TaskStart): Promise<void> {
    const task = this.process.begin(start)
    this.#tasks.set(task, task)
    try {
      await asCode(surroundingsOf(this.options.clock, task, this.options.seeded), () => this.#definition.run(task, this.options.world))
    } catch (error) {
      this.fail(error)
    }
    this.process.end(task)
    this.options.ended(task)
  }

  fail(error: unknown): void {
    asOurs(() => this.options.fail(error))
  }

  noteThrown(task: Task, error: unknown): void {
    const [name, message] = error instanceof Error ? [error.name, error.message] : [nameThrown(error), '']
    this.options.thrown(task, { name, message, site: callSite(error) })
  }

  noteRest(): void {
    // Nothing here starts anew because of it.
  }

  noteTime(): void {
    // Nobody searches here.
  }

  noteDraw(): void {
    // Nobody searches here.
  }

  seedOf({ seed }: Task): Hash {
    return seed
  }

  enter(): void {
    // Tasks are told apart by the context in which they run.
  }

  /** The last thing that a request's work does is to respond: nothing comes back from that. */
  #end({ task }: Operation): void {
    task.end()
    const ended = this.#tasks.get(task)
    if (ended !== undefined) this.options.ended(ended)
  }

  #perform(operation: Operation): Promise<void> {
    return asOurs(async () => {
      const { gate, doer } = this.options
      const request = requestOf(operation.effect)
      if (operation.effect.request === undefined) {
        this.fail(notForReal(operation.effect.label))
        return
      }
      try {
        const clearance = await gate.enter(request, operation)
        const result = await resultOf(() => doer.perform(request, operation, clearance))
        await gate.leave(operation, result)
        this.process.take(operation.sequence)
        if (request.kind === 'respond') this.#end(operation)
        else operation.settle(result)
        setImmediate(() => gate.quiet(operation))
      } catch (error) {
        this.fail(error)
      }
    })
  }
}

/** Effects are added to the simulator first. */
function notForReal(label: string): HarnessError {
  return new HarnessError({ what: `\`${label}\` cannot be done for real yet.`, why: 'It says how it is simulated, and not what is asked for, so there is nothing to do it by.', next: 'npm test judges it in the simulator.' })
}

async function resultOf(perform: () => Promise<unknown>): Promise<Result> {
  try {
    return success(await perform(), 0)
  } catch (error) {
    if (!(error instanceof Failed)) throw error
    return error.ordered ? injected(error.description) : failure(error.description)
  }
}

class HostedProcess extends Process {
  readonly #perform: (operation: Operation) => void

  constructor(node: Process['node'], slot: number, instance: number, incarnation: number, host: Host, perform: (operation: Operation) => void) {
    super(node, slot, instance, incarnation, host)
    this.#perform = perform
  }

  override park(operation: Operation): void {
    super.park(operation)
    this.#perform(operation)
  }
}

