import type { BuildFailure } from 'esbuild'
import { addressesFrom } from '../../real/addresses.js'
import { installClock } from '../../real/clock.js'
import { claimRun, type Claim } from '../../real/leftovers.js'
import { connectServices, type Services } from '../../real/services.js'
import type { MachineError } from '../../simulation/index.js'
import { testFile, type Exercise } from '../exercises.js'
import { ExplainedError } from '../explained-error.js'
import { compileChecks } from '../grading/direct/load-checks.js'
import { compileChecks as compileAnswer } from '../judging/compile.js'
import { terminal } from '../screen/terminal.js'
import { loadForReal, type LoadedChecks } from './processes.js'

/** Everything that is needed to run something for real; it is all gone afterwards. */
export interface Theatre {
  readonly services: Services
  readonly claim: Claim
  readonly signal: AbortSignal
  /** Numbers the executions of a run. */
  readonly next: () => number
}

/** Whose files are run. */
export type Files = 'attendee' | 'solution' | 'starter'

/**
 * Makes ready what is needed, and removes it again, whatever happens.
 *
 * @returns the exit code: 130 when somebody has interrupted it.
 * @throws MachineError when a service does not answer, or goes away.
 */
export async function inTheatre(play: (theatre: Theatre) => Promise<number>): Promise<number> {
  const services = await connectServices(addressesFrom(process.env))
  const stop = new AbortController()
  const lost: { error?: MachineError } = {}
  services.onLost((error) => {
    lost.error ??= error
    stop.abort()
  })
  const interrupt = (): void => {
    if (stop.signal.aborted) process.exit(130) // what is left behind, the next run removes
    stop.abort()
  }
  for (const signal of signals) process.on(signal, interrupt)
  try {
    const code = await withClaim(services, (claim) => {
      installClock()
      let number = 0
      return play({ services, claim, signal: stop.signal, next: () => (number += 1) })
    })
    if (!stop.signal.aborted) return code
  } catch (error) {
    if (!stop.signal.aborted) throw error
    // What is stopped in the middle fails here and there.
  } finally {
    for (const signal of signals) process.off(signal, interrupt)
    await services.close()
  }
  if (lost.error !== undefined) throw lost.error
  terminal().complain('Interrupted. What was made in PostgreSQL and RabbitMQ is removed.')
  return 130
}

const signals = ['SIGINT', 'SIGTERM', 'SIGHUP'] as const

async function withClaim(services: Services, use: (claim: Claim) => Promise<number>): Promise<number> {
  const claim = await claimRun(services)
  try {
    return await use(claim)
  } finally {
    await claim.release()
  }
}

/** Loads the graded checks of an exercise with somebody's files. */
export async function withChecks<Result>(exercise: Exercise, files: Files, use: (loaded: LoadedChecks) => Promise<Result>): Promise<Result> {
  const loaded = files === 'attendee' ? await loadAttendee(exercise) : await loadForReal(await compileAnswer(exercise, { files: new Map(), rest: files }))
  try {
    return await use(loaded)
  } finally {
    loaded.remove()
  }
}

async function loadAttendee(exercise: Exercise): Promise<LoadedChecks> {
  try {
    return await loadForReal(await compileChecks(testFile(exercise)))
  } catch (error) {
    throw error instanceof ExplainedError ? error : cannotBeLoaded(error, exercise)
  }
}

/** @param error what the compiler says, or what the files throw while they are loaded. */
export function cannotBeLoaded(error: unknown, exercise: Exercise): ExplainedError {
  const [first] = (error as Partial<BuildFailure> | undefined)?.errors ?? []
  const place = first === undefined || first.location === null ? '' : `${first.location.file}:${first.location.line}: `
  const said = first === undefined ? (error instanceof Error ? `${error.name}: ${error.message}` : String(error)) : `${place}${first.text}`
  return new ExplainedError({ what: `Your files cannot be loaded. ${said}`, why: 'So nothing was run for real.', next: `npm test -- ${exercise.name} says more. Repair it there first.` })
}
