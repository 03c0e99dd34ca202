import { check, CheckError, replay, type CheckOptions, type Finding } from '../exploration/index.js'
import { HarnessError, MisuseError, type NodeDefinition } from '../simulation/index.js'
import { currentRecord, writeDown, type Replayed } from './test-record.js'

/** What a story is run again by; see `WORKSHOP_REPLAY`. */
export interface ReplayRequest {
  /** Which check of the test, from 0. */
  readonly check: number
  readonly schedule: readonly string[]
}

/**
 * Runs a check. What comes of it goes to the reporter as plain data when the command line asks for it; under the workshop's own proof, and anywhere
 * else, nothing but the check happens.
 *
 * - `WORKSHOP_RUN=graded`: the finding of each check is kept.
 * - `WORKSHOP_REPLAY=<JSON of a ReplayRequest>`: that check follows the schedule, the others are left out.
 */
export async function runCheck<Node extends NodeDefinition, Input>(options: CheckOptions<Node, Input>): Promise<void> {
  if (writeDown(options)) return
  const { WORKSHOP_RUN: run, WORKSHOP_REPLAY: request } = process.env
  if (run === undefined) {
    await checkPlainly(options)
    return
  }
  const record = currentRecord()
  if (request === undefined) {
    await checkAndKeep(options, (record.findings ??= []))
    return
  }
  const { check: wanted, schedule } = JSON.parse(request) as ReplayRequest
  const call = record.calls ?? 0
  record.calls = call + 1
  if (call === wanted) record.replayed = await replayOrMisfit(options, schedule)
}

/** Vitest prints the enumerable properties of an error below its message. The message says it all, and a finding is long. */
async function checkPlainly<Node extends NodeDefinition, Input>(options: CheckOptions<Node, Input>): Promise<Finding> {
  try {
    return await check(options)
  } catch (error) {
    if (error instanceof CheckError) Object.defineProperty(error, 'finding', { enumerable: false })
    throw error
  }
}

async function checkAndKeep<Node extends NodeDefinition, Input>(options: CheckOptions<Node, Input>, findings: Finding[]): Promise<void> {
  try {
    findings.push(await checkPlainly(options))
  } catch (error) {
    if (error instanceof CheckError) findings.push(error.finding)
    throw error
  }
}

async function replayOrMisfit<Node extends NodeDefinition, Input>(options: CheckOptions<Node, Input>, schedule: readonly string[]): Promise<Replayed> {
  try {
    return { recording: await replay(options, schedule) }
  } catch (error) {
    if (error instanceof HarnessError || error instanceof MisuseError) return { misfit: error.explanation }
    if (error instanceof CheckError && error.finding.verdict === 'misuse') return { misfit: error.finding.explanation }
    throw error
  }
}
