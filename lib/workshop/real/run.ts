import { addressesFrom } from '../../real/addresses.js'
import { checkForReal, type RealFinding } from '../../real/check.js'
import { installClock } from '../../real/clock.js'
import { Crew } from '../../real/crew.js'
import { claimRun, type Claim } from '../../real/leftovers.js'
import { connectServices, type Services } from '../../real/services.js'
import { testFile, type Exercise } from '../exercises.js'
import { compileChecks } from '../grading/direct/load-checks.js'
import { compileChecks as compileAnswer } from '../judging/compile.js'
import { terminal } from '../screen/terminal.js'
import { loadForReal, type LoadedChecks } from './processes.js'
import { stageStory, storyToStage } from './story.js'
import { checkText, endText, headingText, type Judged } from './screen.js'

export interface RealOptions {
  readonly story: boolean
  readonly solution: boolean
  /** Only checks whose name contains it. */
  readonly testNamePattern?: string | undefined
}

/** Everything that is needed to run something for real; it is all gone afterwards. */
export interface Theatre {
  readonly services: Services
  readonly claim: Claim
  readonly loaded: LoadedChecks
  readonly signal: AbortSignal
  readonly next: () => number
}

/** @returns the exit code. */
export async function runForReal(exercise: Exercise, options: RealOptions): Promise<number> {
  const story = options.story ? storyToStage(exercise) : undefined
  return inTheatre(exercise, options.solution ? 'solution' : 'attendee', (theatre) => (story === undefined ? judgeForReal(exercise, options, theatre) : stageStory(exercise, story, theatre)))
}

async function judgeForReal(exercise: Exercise, { testNamePattern = '' }: RealOptions, theatre: Theatre): Promise<number> {
  const screen = terminal()
  screen.print(headingText(exercise, theatre.services.versions, screen))
  const judged: Judged[] = []
  for (const { test, checks } of theatre.loaded.tests) {
    if (!test.name.includes(testNamePattern)) continue
    const findings: RealFinding[] = []
    for (const check of checks) {
      const crew = new Crew(theatre.loaded.launch(check), 3)
      try {
        findings.push(await checkForReal(check.check, { ...theatre, crew, onProgress: (text) => screen.whisper(`  ${test.name.slice(0, 40)}… ${text}`) }))
      } finally {
        crew.close()
      }
      if (theatre.signal.aborted) return 130
      if (findings.at(-1)?.verdict !== 'kept') break
    }
    const one: Judged = { name: test.name, findings }
    judged.push(one)
    screen.print(checkText(one, screen))
  }
  screen.print(endText(exercise, judged, screen))
  return judged.length > 0 && judged.every(({ findings }) => findings.every(({ verdict }) => verdict === 'kept')) ? 0 : 1
}

async function inTheatre(exercise: Exercise, files: 'attendee' | 'solution', play: (theatre: Theatre) => Promise<number>): Promise<number> {
  const services = await connectServices(addressesFrom(process.env))
  const stop = new AbortController()
  const interrupt = (): void => {
    if (stop.signal.aborted) process.exit(130) // what is left behind, the next run removes
    stop.abort()
  }
  for (const signal of ['SIGINT', 'SIGTERM'] as const) process.on(signal, interrupt)
  try {
    const claim = await claimRun(services)
    try {
      const loaded = await loadForReal(files === 'solution' ? await compileAnswer(exercise, { files: new Map(), rest: 'solution' }) : await compileChecks(testFile(exercise)))
      installClock()
      let number = 0
      try {
        return await play({ services, claim, loaded, signal: stop.signal, next: () => (number += 1) })
      } finally {
        loaded.remove()
      }
    } finally {
      await claim.release()
    }
  } finally {
    for (const signal of ['SIGINT', 'SIGTERM'] as const) process.off(signal, interrupt)
    await services.close()
  }
}
