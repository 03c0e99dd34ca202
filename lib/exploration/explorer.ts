import { reportProgress } from '../progress.js'
import { drive, Execution, notDeterministic, type Alternative, type FaultBudget, type FaultName, type Hash, type Impact, type Latitude, type Stage, type World } from '../simulation/index.js'

/** A step of the execution that was run last, with what is needed to bring new processes back to it. */
class PathStep {
  choice = 0
  fault: FaultName | undefined = undefined
  impact: Impact = { kind: 'none' }
  fingerprint: Hash = 0
  /** The journal's position before the step. */
  position = 0
  /** Virtual time after it. */
  now = 0
  concerned: Execution['concerned'] = 'all'
  /** The process whose code ran last, after the step. */
  lastSlot = 0
  /** Processes that were blank again after the step. */
  blank: readonly number[] = nobody
}

const nobody: readonly number[] = []

/** A moment in an execution at which something has to be chosen. It says what is so now: whoever needs it later keeps what is in it. */
export interface Point {
  readonly execution: Execution
  /** The number of steps so far. */
  readonly depth: number
  /** What can happen: first what needs no fault, then the faults. */
  readonly alternatives: readonly Alternative[]
  /** How many of them need no fault; with none the system is at rest. */
  readonly regular: number
  /** The step that led here, and what could have happened instead; for a story. */
  readonly performed: { readonly alternative: Alternative; readonly open: readonly Alternative[] } | undefined
}

export interface ExplorerOptions {
  /** Keeps `console` silent while code under test runs. */
  readonly quiet: boolean
  /** The faults that an execution may meet; the search keeps to it, and the world needs to know what can still come. */
  readonly budget: FaultBudget
  /** What the time of processes may be like. */
  readonly latitude?: Latitude
}

/** Picks an alternative, or ends the execution. */
export type Chooser = (point: Point) => number | undefined

/**
 * Runs executions, one after the other. What they share with the execution before is not done again: the world is only taken back
 * to where the two part, and the new processes are told what the old ones were told. So an execution costs what is new in it, and
 * the walk of its code through what is not.
 */
export class Explorer {
  executions = 0
  /** The execution that runs now, or ran last. */
  execution: Execution | undefined
  /** Where the stand-ins for `Date` and the like find it; see `installGlobals`. */
  readonly stage: Stage = { execution: undefined }
  /** The steps of the path, and behind them some that serve for others. */
  readonly #steps: PathStep[] = []
  /** How many steps the path has. */
  #length = 0
  /** How often each fault was met on the path. */
  readonly #met = new Map<FaultName, number>()

  constructor(
    readonly world: World,
    readonly options: ExplorerOptions,
  ) {
    const { budget, latitude = {} } = options
    world.budget = budget
    world.latitude = latitude
    // Whoever stalls is late for whatever waits for time.
    if (latitude.longestStall !== undefined) world.observed.time = true
    world.mayMeet = (fault) => {
      const most = budget[fault]
      return most !== undefined && (this.#met.get(fault) ?? 0) < most
    }
  }

  get #path(): readonly PathStep[] {
    return this.#steps.slice(0, this.#length)
  }

  /** The faults met on the way to the present, in order. */
  get faults(): readonly FaultName[] {
    return this.#path.flatMap((step) => (step.fault === undefined ? [] : [step.fault]))
  }

  /** The choices of the execution that was run last. */
  get choices(): readonly number[] {
    return this.#path.map((step) => step.choice)
  }

  /**
   * Runs one execution: first the given choices, then whatever `choose` picks, until it ends the execution.
   *
   * @throws MisuseError when the code under test made a mistake, or did not do the same twice.
   */
  async run(prefix: readonly number[], choose: Chooser): Promise<void> {
    const kept = this.#rollback(prefix)
    this.executions += 1
    reportProgress()
    const execution = new Execution(this.world, this.executions <= carefulExecutions)
    this.execution = execution
    this.world.pretend(0)
    const blankSince = this.#blankSince(kept)
    const moment = new Moment(execution)
    let applied = 0
    await drive(execution, this.stage, () => {
      if (execution.failure !== undefined) throw failureOf(execution)
      execution.settleDown()
      let repeated: Repeated | undefined
      while (repeated === undefined && applied < kept) repeated = this.#repeat(execution, applied++, blankSince)
      let impact = repeated?.impact
      if (impact === undefined) {
        if (applied > kept) this.#note(execution, applied - 1)
        moment.comes(applied, execution.alternatives())
        const choice = applied < prefix.length ? prefix[applied] : choose(moment)
        if (choice === undefined) return false
        applied += 1
        impact = this.#perform(execution, choice, moment.take(choice))
      }
      // The one place from which code is run, new or again: so the stack of an error is the same both times.
      execution.apply(impact, repeated === undefined ? everybody : repeated.knows)
      if (repeated !== undefined) execution.lastSlot = repeated.lastSlot
      return true
    })
    if (execution.failure !== undefined) throw failureOf(execution)
  }

  /** Takes the world back to the last point that the new execution shares with the one before; says how many steps are shared. */
  #rollback(prefix: readonly number[]): number {
    let shared = 0
    while (shared < prefix.length && shared < this.#length && this.#steps[shared]?.choice === prefix[shared]) shared += 1
    const first = this.#steps[shared]
    if (first !== undefined && shared < this.#length) this.world.journal.rollback(first.position)
    this.#truncate(shared)
    return shared
  }

  /** Takes the world back to the beginning, so that the next execution is run in full. */
  restart(): void {
    this.world.journal.rollback(0)
    this.#truncate(0)
  }

  #truncate(length: number): void {
    while (this.#length > length) {
      this.#length -= 1
      const fault = this.#steps[this.#length]?.fault
      if (fault !== undefined) this.#met.set(fault, (this.#met.get(fault) ?? 0) - 1)
    }
  }

  /**
   * A recorded step, to be given to the new processes; undefined when nobody needs to hear of it. What a process did before it was
   * blank again has left nothing in it, so it is not done again.
   */
  #repeat(execution: Execution, index: number, blankSince: readonly number[]): Repeated | undefined {
    const step = this.#steps[index]
    if (step === undefined) return undefined
    const { impact } = step
    const knows = (slot: number): boolean => index > (blankSince[slot] ?? -1)
    this.world.pretend(step.now)
    execution.concerned = step.concerned
    execution.lastSlot = step.lastSlot
    // A response wakes the client and ends the server's task: each half is for whoever knows of it.
    const heard = 'slot' in impact && (impact.kind === 'crash' || impact.kind === 'boot' || knows(impact.slot) || (impact.kind === 'settle' && impact.ends !== undefined && knows(impact.ends.slot)))
    if (!heard) return undefined
    if (knows(impact.slot) && execution.fingerprint(impact) !== step.fingerprint) throw notDeterministic('it asked for something else than before')
    return { impact, knows, lastSlot: step.lastSlot }
  }

  /** For each process, the last of the first `kept` steps after which it was blank. */
  #blankSince(kept: number): readonly number[] {
    const since: number[] = []
    for (let index = 0; index < kept; index++) for (const slot of this.#steps[index]?.blank ?? nobody) since[slot] = index
    return since
  }

  /** Everything is parked again after a step: notes which of the processes that it concerned are blank. */
  #note(execution: Execution, index: number): void {
    const step = this.#steps[index]
    if (step === undefined) return
    step.lastSlot = execution.lastSlot
    if (typeof step.concerned === 'number' && this.world.journal.position === step.position) execution.concerned = step.concerned = 'nobody'
    const { impact } = step
    if (!execution.cameToRest || !('slot' in impact)) return
    const { processes } = execution
    const isBlank = processes[impact.slot]?.blank === true
    const ended = impact.kind === 'settle' && impact.ends !== undefined && processes[impact.ends.slot]?.blank === true ? impact.ends.slot : undefined
    if (isBlank) step.blank = ended === undefined ? [impact.slot] : [impact.slot, ended]
    else if (ended !== undefined) step.blank = [ended]
  }

  #perform(execution: Execution, choice: number, alternative: Alternative): Impact {
    const { position } = this.world.journal
    const impact = execution.perform(alternative)
    const step = (this.#steps[this.#length] ??= new PathStep())
    this.#length += 1
    step.choice = choice
    step.fault = alternative.fault
    step.impact = impact
    step.fingerprint = execution.fingerprint(impact)
    step.position = position
    step.now = this.world.now
    step.concerned = execution.concerned
    step.lastSlot = execution.lastSlot
    step.blank = nobody
    if (alternative.fault !== undefined) this.#met.set(alternative.fault, (this.#met.get(alternative.fault) ?? 0) + 1)
    return impact
  }
}

/** A recorded step, to be given to the processes that know of it. */
interface Repeated {
  readonly impact: Impact
  readonly knows: (slot: number) => boolean
  readonly lastSlot: number
}

/** One object serves all moments of an execution. */
class Moment implements Point {
  depth = 0
  alternatives: readonly Alternative[] = []
  #taken: Alternative | undefined
  #open: readonly Alternative[] = []

  constructor(readonly execution: Execution) {}

  get regular(): number {
    return this.execution.regular
  }

  get performed(): Point['performed'] {
    return this.#taken === undefined ? undefined : { alternative: this.#taken, open: this.#open }
  }

  comes(depth: number, alternatives: readonly Alternative[]): void {
    this.depth = depth
    this.alternatives = alternatives
  }

  take(choice: number): Alternative {
    const { depth, alternatives } = this
    const alternative = alternatives[choice]
    if (alternative === undefined) throw notDeterministic(`at step ${depth + 1} there were ${alternatives.length} things that could happen, and before there were more`)
    this.#taken = alternative
    this.#open = alternatives
    return alternative
  }
}

const everybody = (): boolean => true

/** In so many first executions, objects that were handed over are watched for changes. */
const carefulExecutions = 64

function failureOf(execution: Execution): Error {
  return execution.failure instanceof Error ? execution.failure : new Error(String(execution.failure))
}
