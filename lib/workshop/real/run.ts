import { checkForReal, type RealFinding } from '../../real/check.js'
import { Crew } from '../../real/crew.js'
import type { LoadOptions } from '../../real/load/load.js'
import type { Exercise } from '../exercises.js'
import { terminal } from '../screen/terminal.js'
import { loadForReal } from './load.js'
import { stageStory, storyToStage } from './story.js'
import { checkText, endText, headingText, nothingBreaks, type Judged } from './screen.js'
import type { LoadedChecks } from './processes.js'
import { inTheatre, withChecks, type Theatre } from './theatre.js'

export interface RealOptions {
  readonly story: boolean
  readonly solution: boolean
  /** Only checks whose name contains it. */
  readonly testNamePattern?: string | undefined
  /** Load, in place of the checks. */
  readonly load?: LoadOptions | undefined
}

/** @returns the exit code. */
export async function runForReal(exercise: Exercise, options: RealOptions): Promise<number> {
  const { load } = options
  const files = options.solution ? 'solution' : 'attendee'
  if (load !== undefined) return inTheatre((theatre) => withChecks(exercise, files, (loaded) => loadForReal(exercise, files, load, theatre, loaded)))
  const story = options.story ? storyToStage(exercise) : undefined
  return inTheatre((theatre) => withChecks(exercise, files, (loaded) => (story === undefined ? judgeForReal(exercise, options, theatre, loaded) : stageStory(exercise, story, theatre, loaded))))
}

async function judgeForReal(exercise: Exercise, { testNamePattern = '' }: RealOptions, theatre: Theatre, loaded: LoadedChecks): Promise<number> {
  const screen = terminal()
  screen.print(headingText(exercise, theatre.services.versions, screen))
  const judged: Judged[] = []
  for (const { test, checks } of loaded.tests) {
    if (!test.name.includes(testNamePattern)) continue
    const findings: RealFinding[] = []
    for (const check of checks) {
      const crew = new Crew(loaded.launch(check), 3)
      try {
        findings.push(await checkForReal(check.check, { ...theatre, crew, onProgress: (text) => screen.whisper(`  ${test.name.slice(0, 40)}… ${text}`) }))
      } finally {
        crew.close()
      }
      if (theatre.signal.aborted) return 130
      if (!['kept', 'not here'].includes(findings.at(-1)?.verdict ?? '')) break
    }
    const one: Judged = { name: test.name, findings }
    judged.push(one)
    screen.print(checkText(one, screen))
  }
  screen.print(endText(exercise, judged, screen))
  return nothingBreaks(judged) ? 0 : 1
}
