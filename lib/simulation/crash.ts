import type { Incarnation } from './operation.js'
import type { Process } from './process.js'
import type { Alternative, Impact } from './step.js'
import type { FaultName } from './trace.js'
import type { World } from './world.js'

/** The process dies where it stands, and starts again with nothing in memory. */
export class Crash implements Alternative {
  readonly fault: FaultName = 'crashes'
  readonly slot: number
  readonly ownFault = true
  /** What it was doing: after the crash it does not do it any more. */
  readonly task: string | undefined

  constructor(
    readonly world: World,
    readonly process: Process,
  ) {
    this.slot = process.slot
    this.task = process.tasks[0]?.label
  }

  label(): string {
    return `${processName(this.process)} crashes${this.task === undefined ? '' : ` (${this.task})`}`
  }

  perform(): Impact {
    this.world.crash(this.process.slot)
    return { kind: 'crash', slot: this.process.slot }
  }

  describe(): ReturnType<Alternative['describe']> {
    return {
      action: 'crash',
      from: this.world.participant(this.process.slot),
      text: 'crash',
      outcome: 'starts again, memory empty',
      ...(this.task === undefined ? {} : { task: this.task }),
    }
  }
}

/** `orders`, or `orders 2` for the second of several. */
export function processName(process: Incarnation): string {
  return process.node.slots.length > 1 ? `${process.node.name} ${process.instance}` : process.node.name
}
