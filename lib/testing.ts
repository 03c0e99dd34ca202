/**
 * What a graded test is made of: `check(…)`, and the types of what promises look at.
 */
import { runCheck } from './workshop/run-check.js'
import type { CheckOptions, Finding } from './exploration/index.js'
import type { NodeDefinition } from './simulation/index.js'

/**
 * Runs a system through every schedule within the bounds, and judges its promises. See `lib/exploration/check-options.ts`.
 *
 * @throws CheckError when a promise is broken, or when nothing can be said.
 */
export async function check<Node extends NodeDefinition, Input = undefined>(options: CheckOptions<Node, Input>): Promise<void> {
  await runCheck(options)
}

export type { CheckOptions, Finding }
export type { Promised, Promises, Scenario, SentMessage, StoreView, View } from './exploration/index.js'
export { thirdParty, type ThirdPartyRequest } from './providers/index.js'
export { paymentProvider, paymentRecords, goodCard, declinedCard, logisticsProvider, logisticsRecords, emailProvider, emailRecords, studio, studioRecords, type StudioOptions, type StudioRefusal, type StudioRequest } from './providers/index.js'
export { describeFinding, explore } from './exploration/index.js'
export { BrokenPromise, describeFaultSteps, describeStuck, fewestFaults, play, redriveEvery, type Played } from './exploration/index.js'
export { renderTerminal as drawStory } from './story/index.js'
export { outagesOf } from './system/index.js'
export { HarnessError } from './simulation/index.js'
