import { failure, injected, MisuseError, mix, success, type Alternative, type FaultName, type Impact, type Json, type Operation, type Result, type StepDescription, type Task, type World } from '../simulation/index.js'
import type { Database } from './database.js'
import { between, hasStoreToItself, settle, who } from './steps.js'
import type { PreparedWrite, Write } from './writes.js'

type CommitVariant = 'answered' | 'written, answer lost' | 'not written, answer lost' | 'refused'

const commitFaults: Readonly<Record<CommitVariant, FaultName | undefined>> = {
  answered: undefined,
  'written, answer lost': 'ambiguousCommits',
  'not written, answer lost': 'ambiguousCommits',
  refused: 'refusals',
}

/** A commit takes effect, or does not, and its answer arrives, or does not. */
export class Commit implements Alternative {
  readonly fault: FaultName | undefined
  readonly slot: number
  readonly eager: boolean
  #outcome = ''

  constructor(
    private readonly world: World,
    private readonly database: Database,
    private readonly operation: Operation,
    private readonly writes: readonly PreparedWrite[],
    private readonly variant: CommitVariant,
  ) {
    this.fault = commitFaults[variant]
    this.slot = operation.process.slot
    this.eager = variant === 'answered' && !world.watchesEveryStep && hasStoreToItself(operation)
  }

  label(): string {
    const what = `${who(this.operation)} commits ${this.writes.map((write) => `${write.collection} ${write.id}`).join(', ')}`
    return this.variant === 'answered' ? what : `${what} (${this.variant})`
  }

  perform(): Impact {
    const { variant } = this
    if (variant === 'refused') {
      this.#outcome = 'refused, nothing written'
      return settle(this.operation, injected({ name: 'UnavailableError', message: 'The store is not available. Nothing was written.' }, 11))
    }
    if (variant === 'not written, answer lost') {
      this.#outcome = 'nothing written, no answer'
      return settle(this.operation, lostAnswer)
    }
    const result = this.database.commit(this.writes)
    if ('conflict' in result) {
      const { collection, id, kind } = result.conflict
      this.#outcome = `✗ conflict: ${collection} ${id} ${kind === 'insert' ? 'exists' : 'has changed'}`
      if (variant === 'written, answer lost') return settle(this.operation, lostAnswer)
      const message = kind === 'insert' ? `${collection} ${id} exists already. Nothing was written.` : `${collection} ${id} has been changed by somebody else. Nothing was written.`
      return settle(this.operation, failure({ name: 'ConcurrencyError', message }, 12))
    }
    this.#outcome = this.writes.map((write, index) => describeWrite(write, result.versions[index] ?? 0)).join(', ')
    if (variant === 'written, answer lost') {
      this.#outcome += ' — no answer'
      return settle(this.operation, lostAnswer)
    }
    return settle(this.operation, success(result.versions, result.versions.reduce(mix, 13)))
  }

  describe(): StepDescription {
    return {
      ...between(this.world, this.operation),
      action: 'commit',
      text: 'commit',
      outcome: this.#outcome,
      data: this.writes.map((write) => ({ [write.kind]: `${write.collection} ${write.id}`, value: write.text === null ? null : (JSON.parse(write.text) as Json) })),
    }
  }
}

const lostAnswer: Result = injected({ name: 'TimeoutError', message: 'No answer from the store within the time limit: the commit took effect, or it did not.' }, 10)

function describeWrite(write: PreparedWrite, version: number): string {
  if (write.kind === 'remove') return `− ${write.collection} ${write.id}`
  return version === 1 ? `+ ${write.collection} ${write.id}` : `${write.collection} ${write.id} → version ${version}`
}

/** @throws MisuseError when a document was changed after it had been handed over. */
export function verifyWrites(task: Task, writes: readonly Write[], prepared: readonly PreparedWrite[]): void {
  for (const [index, write] of writes.entries()) {
    const before = prepared[index]
    if (before === undefined || write.kind === 'remove' || JSON.stringify(write.value) === before.text) continue
    throw mutated(task, `the document ${write.collection} ${write.id}`, 'store.commit')
  }
}

/** The answer to an object that was changed after it had been handed over. */
export function mutated(task: Task, what: string, call: string): MisuseError {
  return new MisuseError('mutated-after-handover', {
    what: `${task.process.node.name}: ${what} was changed after it had been handed to ${call}.`,
    why: 'What was handed over is what counts; the change reaches nobody. Code that relies on it works only as long as everything runs in one memory.',
    next: 'Make the change before the call, or make a copy and change that: { ...document, status: "paid" }.',
  })
}
