import type { NodeDefinition } from '../simulation/index.js'
import type { CheckOptions } from './check-options.js'
import type { Scenario } from './scenario.js'

/** A check as it was written, for whoever runs it in another way than the simulator. */
export interface WrittenCheck {
  readonly options: Omit<CheckOptions, 'given' | 'scenario'>
  /** True when what the scenario does is generated. */
  readonly generated: boolean
  /** What the scenario does: once as it is written, or with so many generated inputs. */
  draw(count: number, seed: number): Promise<readonly DrawnScenario[]>
}

export interface DrawnScenario {
  /** What was generated, as text. */
  readonly input: string | undefined
  readonly run: (scenario: Scenario) => Promise<void>
}

export function writtenCheck<Node extends NodeDefinition, Input>(check: CheckOptions<Node, Input>): WrittenCheck {
  const { given, scenario, ...options } = check
  return {
    options,
    generated: given !== undefined,
    async draw(count, seed) {
      if (given === undefined) return [{ input: undefined, run: (means) => scenario(means, undefined as Input) }]
      const { default: fc } = await import('fast-check')
      return fc.sample(given, { numRuns: count, seed }).map((input) => ({ input: fc.stringify(input), run: (means) => scenario(means, input) }))
    },
  }
}
