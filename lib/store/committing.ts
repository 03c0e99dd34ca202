import { failure, injected, mix, mutatedAfterHandover, nothingComesBefore, success, type Alternative, type Contents, type ErrorDescription, type Fact, type FaultName, type Impact, type Json, type Operation, type Result, type StepDescription, type Task, type World } from '../simulation/index.js'
import type { Committed, Database, Row } from './database.js'
import { between, hasStoreToItself, settle, who } from './steps.js'
import type { PreparedWrite, Write } from './writes.js'

type CommitVariant = 'answered' | 'written, response lost' | 'not written, response lost' | 'refused'

const commitFaults: Readonly<Record<CommitVariant, FaultName | undefined>> = {
  answered: undefined,
  'written, response lost': 'ambiguousCommits',
  'not written, response lost': 'ambiguousCommits',
  refused: 'refusals',
}

/** A commit takes effect, or does not, and its response arrives, or does not. */
export class Commit implements Alternative {
  readonly fault: FaultName | undefined
  readonly slot: number
  readonly ownFault = true
  /** What the database said; nothing when it was not asked. */
  #result: ReturnType<Database['commit']> | undefined

  constructor(
    private readonly world: World,
    private readonly database: Database,
    private readonly operation: Operation,
    private readonly writes: readonly PreparedWrite[],
    private readonly variant: CommitVariant,
  ) {
    this.fault = commitFaults[variant]
    this.slot = operation.process.slot
  }

  /** Nobody else is concerned where the store is this process's own, or where the commit can only fail, now and at any later time. */
  get eager(): boolean {
    const { world, operation } = this
    if (this.variant !== 'answered') return false
    if (!world.watchesEveryStep && hasStoreToItself(world, operation)) return true
    return nothingComesBefore(operation) && this.database.isDoomed(this.writes)
  }

  /** Without a response it makes no difference why nothing was written. */
  get redundant(): boolean {
    return this.variant === 'written, response lost' && this.database.conflicts(this.writes)
  }

  label(): string {
    const what = `${who(this.operation)} commits ${this.writes.map((write) => `${write.collection} ${write.id}`).join(', ')}`
    return this.variant === 'answered' ? what : `${what} (${this.variant})`
  }

  perform(): Impact {
    const { variant } = this
    if (variant === 'refused') return settle(this.operation, injected(storeRefused))
    if (variant === 'not written, response lost') return settle(this.operation, noResponse)
    const result = this.database.commit(this.writes)
    this.#result = result
    if (variant === 'written, response lost') return settle(this.operation, noResponse)
    if ('conflict' in result) return settle(this.operation, failure({ name: 'ConcurrencyError', message: conflictMessage(result.conflict) }))
    return settle(this.operation, success(result.versions, result.versions.reduce(mix, 13)))
  }

  describe(): StepDescription {
    return { ...between(this.world, this.operation), action: 'commit', text: 'commit', outcome: this.#outcome() }
  }

  contents(): Contents {
    const { writes } = this
    const result = this.#result
    return {
      data: writes.map((write) => ({ [write.kind]: `${write.collection} ${write.id}`, value: parse(write.text) })),
      facts: result === undefined || 'conflict' in result ? [] : describeFacts(writes, result, this.variant === 'written, response lost'),
    }
  }

  #outcome(): string {
    const result = this.#result
    const unheard = this.variant === 'written, response lost' ? ', no response' : ''
    if (result === undefined) return this.variant === 'refused' ? 'nothing written' : 'nothing written, no response'
    if ('conflict' in result) return `✗ conflict: ${describeConflict(result.conflict, result.found)}${unheard}`
    return `${this.writes.map((write, index) => describeWrite(write, result.versions[index] ?? 0)).join(', ')}${unheard}`
  }
}

export const outcomeUnknown: ErrorDescription = { name: 'TimeoutError', message: 'No response from the store within the time limit: the commit took effect, or it did not.' }

export const storeRefused: ErrorDescription = { name: 'UnavailableError', message: 'The store is not available. Nothing was written.' }

const noResponse: Result = injected(outcomeUnknown)

/** What the code is told depends on what it asked for alone: whatever else it were told would have to be part of the state. */
export function conflictMessage({ collection, id, kind, ifVersion }: PreparedWrite): string {
  if (kind === 'insert') return `${collection} ${id} exists already. Nothing was written.`
  return `${collection} ${id} is not at version ${ifVersion ?? 0}. Nothing was written.`
}

function describeConflict({ collection, id, kind, ifVersion }: PreparedWrite, found: Row | undefined): string {
  const document = `${collection} ${id}`
  if (kind === 'insert') return `${document} exists (version ${found?.version ?? 0})`
  return `${document}: expected version ${ifVersion ?? 0}, found ${found === undefined || found.text === null ? 'none' : `version ${found.version}`}`
}

function describeWrite(write: PreparedWrite, version: number): string {
  if (write.kind === 'remove') return `− ${write.collection} ${write.id}`
  return version === 1 ? `+ ${write.collection} ${write.id}` : `${write.collection} ${write.id} → version ${version}`
}

function describeFacts(writes: readonly PreparedWrite[], committed: Committed, unheard: boolean): Fact[] {
  const facts = writes.map((write, index) => describeFact(write, committed, index))
  return unheard ? [...facts, { label: 'no response', subject: 'commit' }] : facts
}

function describeFact(write: PreparedWrite, { versions, before }: Committed, index: number): Fact {
  const label = describeWrite(write, versions[index] ?? 0)
  const old = before[index]?.text ?? null
  return {
    label,
    subject: write.collection,
    ...(old === null || write.text === null ? {} : { before: parse(old) }),
    ...(write.text === null ? {} : { after: parse(write.text) }),
  }
}

function parse(text: string | null): Json {
  return text === null ? null : (JSON.parse(text) as Json)
}

/** @throws MisuseError when a document was changed after it had been handed over. */
export function verifyWrites(task: Task, writes: readonly Write[], prepared: readonly PreparedWrite[]): void {
  for (const [index, write] of writes.entries()) {
    const before = prepared[index]
    if (before === undefined || write.kind === 'remove' || JSON.stringify(write.value) === before.text) continue
    throw mutatedAfterHandover(task, `the document ${write.collection} ${write.id}`, 'store.commit', '{ ...document, status: "paid" }')
  }
}
