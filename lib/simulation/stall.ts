import type { Alternative, Impact } from './step.js'
import type { World } from './world.js'

/**
 * A stall that others do not wait for: something is due before it is over, and happens in its time. Meanwhile the process does nothing
 * and hears nothing. (Where nothing else is due, the stall and its end are one step.)
 */
export class Stall implements Alternative {
  readonly fault: Alternative['fault']
  readonly slot: number | undefined

  constructor(
    private readonly world: World,
    private readonly whole: Alternative,
    /** The process that stalls. */
    private readonly staller: number,
    private readonly start: () => void,
  ) {
    this.fault = whole.fault
    this.slot = whole.slot
  }

  label(): string {
    return this.whole.label()
  }

  perform(): Impact {
    this.world.noteStall()
    this.start()
    return { kind: 'none' }
  }

  describe(): ReturnType<Alternative['describe']> {
    return { action: 'time', from: this.world.participant(this.staller), text: 'stalls' }
  }
}
