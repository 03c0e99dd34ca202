import { describeChance, type Chance } from './chance.js'
import type { Alternative, Impact, StepDescription } from './step.js'
import type { World } from './world.js'

/** The first step of an execution in which chance may come out in several ways. */
export class Decide implements Alternative {
  readonly fault = undefined

  constructor(
    private readonly world: World,
    private readonly chance: Chance,
  ) {}

  label(): string {
    return `random values: ${describeChance(this.chance)}`
  }

  perform(): Impact {
    this.world.decide(this.chance)
    return { kind: 'none' }
  }

  describe(): StepDescription {
    return { action: 'time', from: this.world.participant(0), text: `random values: ${describeChance(this.chance)}` }
  }
}
