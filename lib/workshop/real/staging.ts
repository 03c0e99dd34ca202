import { Crew } from '../../real/crew.js'
import type { Happening, Outcome } from '../../real/happening.js'
import { chanceOf, notStageable, Staging } from '../../real/story.js'
import { runTrial } from '../../real/trial.js'
import type { LastStory } from '../records/last-story.js'
import type { LoadedChecks } from './processes.js'
import type { Theatre } from './theatre.js'

/** What came of a story that was staged. */
export interface Staged {
  readonly outcome: Outcome
  readonly staging: Staging
}

/** Why a story was not staged: it begins with `not on RabbitMQ: ` where the product cannot do it, and with `not staged: ` where this does not do it. */
export interface NotStaged {
  readonly reason: string
}

/** Stages a story of the simulator for real, with the files that were loaded. */
export async function stage(story: LastStory, { services, claim, signal, next }: Theatre, loaded: LoadedChecks, onHappened?: (happening: Happening) => void): Promise<Staged | NotStaged> {
  const { finding, test, check: number, schedule } = story
  const check = loaded.tests.flatMap(({ checks }) => checks).find((each) => each.test.names.join(' > ') === test && each.number === number)
  if (check === undefined) return { reason: `not staged: the exercise no longer has the check "${test}".` }
  if (finding.violation.kind === 'endless') return { reason: 'not staged: the story goes on for ever.' }
  if (finding.input !== undefined) return { reason: 'not staged: what was generated for it is known as text only.' }
  const script = { steps: finding.trace.steps, schedule }
  const reason = notStageable(script)
  if (reason !== undefined) return { reason }
  const [scenario] = await check.check.draw(1, 1)
  if (scenario === undefined) return { reason: 'not staged: the check has no scenario.' }
  const staging = new Staging(script)
  const chance = chanceOf(script)
  const crew = new Crew(loaded.launch(check), 1)
  try {
    const outcome = await runTrial({ options: check.check.options, scenario, services, claim, crew, number: next(), conductor: staging, signal, ...(chance === undefined ? {} : { conditions: { chance } }), ...(onHappened === undefined ? {} : { onHappened }) })
    return { outcome, staging }
  } finally {
    crew.close()
  }
}
