import type { Process } from './process.js'
import type { Alternative, Impact } from './step.js'
import type { FaultName } from './trace.js'
import type { World } from './world.js'

/** The process dies where it stands, and starts again with nothing in memory. */
export class Crash implements Alternative {
  readonly fault: FaultName = 'crashes'
  readonly slot: number

  constructor(
    readonly world: World,
    readonly process: Process,
  ) {
    this.slot = process.slot
  }

  label(): string {
    return `${processName(this.process)} crashes`
  }

  perform(): Impact {
    this.world.crash(this.process.slot)
    return { kind: 'crash', slot: this.process.slot }
  }

  describe(): ReturnType<Alternative['describe']> {
    const [task] = this.process.tasks
    return {
      action: 'crash',
      from: this.world.participant(this.process.slot),
      text: 'crash',
      outcome: 'starts again, memory empty',
      ...(task === undefined ? {} : { task: task.label }),
    }
  }
}

/** `orders`, or `orders 2` for the second of several. */
export function processName(process: Process): string {
  return process.node.slots.length > 1 ? `${process.node.name} ${process.instance}` : process.node.name
}
