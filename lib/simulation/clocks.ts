import { processName } from './crash.js'
import { describeDuration } from './duration.js'
import type { Process } from './process.js'
import type { Alternative, Impact } from './step.js'
import type { World } from './world.js'

/**
 * Clocks that run apart. The bound says by how much the clock of a process may differ from the true time, ahead or behind; each
 * incarnation has a difference of its own, which stays the same as long as it lives, so its clock never runs backwards. It is chosen
 * before any code of the process runs.
 *
 * Tried are the ends of what the bound allows, and a clock that is right. Code compares a clock with a moment that somebody else's clock
 * has written: what comes too early or too late for one difference does so for every greater one, so the ends are the worst there is.
 * What goes wrong only between two differences is not found; another bound finds it.
 */
export function clockChoices(world: World, process: Process): Alternative[] {
  const bound = world.latitude.clockSkew?.[process.node.name] ?? 0
  return [0, -bound, bound].map((difference) => new Starts(world, process, difference))
}

/** A process starts, and its clock shows something. */
class Starts implements Alternative {
  readonly fault = undefined
  readonly slot: number
  /** While no code has looked at a clock, it makes no difference what it shows. */
  readonly redundant: boolean

  constructor(
    private readonly world: World,
    private readonly process: Process,
    private readonly difference: number,
  ) {
    this.slot = process.slot
    this.redundant = difference !== 0 && !world.observed.clock
  }

  label(): string {
    return `${processName(this.process)} starts, and ${describeClock(this.difference)}`
  }

  perform(): Impact {
    return { kind: 'boot', slot: this.slot, clock: this.difference }
  }

  describe(): ReturnType<Alternative['describe']> {
    return { action: 'timer', from: this.world.participant(this.slot), text: 'starts', outcome: describeClock(this.difference) }
  }
}

function describeClock(difference: number): string {
  if (difference === 0) return 'its clock is right'
  return `its clock is ${describeDuration(Math.abs(difference))} ${difference < 0 ? 'behind' : 'ahead'}`
}
