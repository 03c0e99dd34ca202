import { hashText, mix, success, type Alternative, type Component, type Hash, type Impact, type MutableView, type Operation, type StepDescription, type Task, type World } from '../simulation/index.js'

/** Which processes went down by an error of their own, and why. Promises see it with `outagesOf(ledgers, 'orders')`. */
export class Outages implements Component {
  #reasons: Readonly<Record<string, readonly string[]>> = {}
  #key: Hash = 0

  constructor(readonly world: World) {}

  /** The same reason counts once: how often it happened is no part of the state, so that a loop of outages is seen to be one. */
  add(name: string, reason: string): void {
    const { before, keyBefore } = { before: this.#reasons, keyBefore: this.#key }
    const known = before[name] ?? []
    if (known.includes(reason)) return
    this.#reasons = { ...before, [name]: [...known, reason].sort() }
    this.#key = hashText(JSON.stringify(this.#reasons))
    this.world.journal.record(() => {
      this.#reasons = before
      this.#key = keyBefore
    })
  }

  alternatives(): void {
    // It only keeps books.
  }

  key(): Hash {
    return this.#key
  }

  view(view: MutableView): void {
    if (this.#key !== 0) view.ledgers['outages'] = this.#reasons
  }

  close(): void {
    // Nothing to free.
  }
}

/** The reasons why a part of the system went down and had to be started again. */
export function outagesOf(ledgers: Readonly<Record<string, unknown>>, name: string): readonly string[] {
  return (ledgers['outages'] as Readonly<Record<string, readonly string[]>> | undefined)?.[name] ?? []
}

/** What a process asks of whoever manages it. */
export interface OutageRequest {
  readonly kind: 'outage'
  readonly reason: string
}

/**
 * An error has left the code of a process: a process manager writes down why, and starts it again: its code, or `anew` the whole process. Then
 * nothing is left of what it had under way, and the promise never settles.
 */
export function goDown(world: World, task: Task, error: unknown, reason: string, anew = false): Promise<undefined> {
  const outages = world.component('outages', Outages)
  return task.issue<undefined>({
    kind: 'outage',
    label: 'start again',
    hash: mix(hashText('outage'), hashText(reason)),
    request: { kind: 'outage', reason } satisfies OutageRequest,
    own: true,
    mustFinish: false,
    alternatives: (operation, offer) => offer(new GoesDown(outages, operation, error instanceof Error ? error.name : 'an error', reason, anew)),
    decode: () => undefined,
  })
}

class GoesDown implements Alternative {
  readonly fault = undefined
  readonly slot: number
  /** Nobody else hears of it. */
  readonly eager: boolean

  constructor(
    private readonly outages: Outages,
    private readonly operation: Operation,
    private readonly name: string,
    private readonly reason: string,
    private readonly anew: boolean,
  ) {
    this.slot = operation.process.slot
    this.eager = !outages.world.watchesEveryStep && operation.process.waitsOnlyFor(operation)
  }

  label(): string {
    const { node, instance } = this.operation.process
    return `${node.slots.length > 1 ? `${node.name} ${instance}` : node.name} goes down: ${this.reason}`
  }

  perform(): Impact {
    this.outages.add(this.operation.process.node.name, this.reason)
    if (this.anew) {
      this.outages.world.crash(this.slot)
      return { kind: 'crash', slot: this.slot }
    }
    return { kind: 'settle', slot: this.slot, sequence: this.operation.sequence, result: success(undefined, 51) }
  }

  describe(): StepDescription {
    return {
      action: 'crash',
      from: this.outages.world.participant(this.slot),
      text: `goes down: ${this.name}`,
      outcome: 'is started again',
      task: this.operation.task.label,
      data: this.reason,
    }
  }
}
