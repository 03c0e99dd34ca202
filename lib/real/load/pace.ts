import { makeWorld } from '../instance.js'
import type { Claim } from '../leftovers.js'
import { nameExecution } from '../names.js'
import type { Failure } from '../protocol.js'
import type { Services } from '../services.js'
import { pause, type Patience } from './patience.js'
import type { Payment } from './payments.js'
import { plain } from './plain.js'
import { setLoadStage, type LoadStage } from './stage.js'
import { Staff, type LoadCrew, type LoadDoors } from './staff.js'

/** How fast payments were handled, undisturbed. */
export interface Pace {
  /** How many payments each side has handled. */
  readonly payments: number
  /** Payments a second, of the code under test. */
  readonly yours: number
  /** Payments a second, of `plain.ts`. */
  readonly plain: number
}

export interface PaceOptions {
  readonly services: Services
  readonly claim: Claim
  readonly crew: LoadCrew
  readonly next: () => number
  readonly signal: AbortSignal
  readonly onProgress: (text: string) => void
  readonly doors: LoadDoors
  readonly staff: Staff
  readonly stage: LoadStage
  readonly payments: readonly Payment[]
  readonly consumers: number
  readonly fail: (failure: Failure) => void
  readonly patience: Patience
}

/** With fewer messages in all, too few of them would be measured to say anything. */
export const enoughToCompare = 5_000

/**
 * Lets the code under test and a plain consumer handle equally many payments, with equally many processes, on the same machine: in turns, so that a
 * machine that gets slower or faster does so for both. Whose turn it is not has nothing to do.
 */
export async function comparePace(options: PaceOptions): Promise<Pace> {
  const { services, claim, crew, next, doors, consumers, fail, payments, signal, patience } = options
  const world = makeWorld({ system: () => [plain] })
  const stage = await setLoadStage(services, claim, nameExecution(claim.run, next()), world)
  const staff = new Staff({ services, crew, doors, prefix: stage.prefix, plain: true, allow: (type) => stage.allow(type), fail })
  const sides = { yours: { stage: options.stage, staff: options.staff, text: 'your files', took: 0 }, plain: { stage, staff, text: 'a plain consumer', took: 0 } }
  try {
    staff.hire('plain', consumers)
    for (const side of Object.values(sides)) {
      patience.moved()
      while (!side.staff.allReady) {
        patience.check('processes are starting')
        await pause(10, signal)
      }
      side.staff.begin()
    }
    const rounds = turns.length / 2
    const done = { yours: 0, plain: 0 }
    for (const turn of turns) {
      const part = payments.slice(Math.floor((payments.length * done[turn]) / rounds), Math.floor((payments.length * (done[turn] + 1)) / rounds))
      sides[turn].took += await measured(options, sides[turn], part)
      done[turn] += 1
    }
    return { payments: payments.length, yours: (payments.length * 1000) / sides.yours.took, plain: (payments.length * 1000) / sides.plain.took }
  } finally {
    await staff.dismiss()
    await stage.remove()
    world.close()
  }
}

/** Neither of them is always the first. */
const turns = ['plain', 'yours', 'yours', 'plain', 'plain', 'yours', 'yours', 'plain'] as const

interface Side {
  readonly stage: LoadStage
  readonly staff: Staff
  readonly text: string
}

/** @returns milliseconds from the first payment that is sent to the last acknowledgement. */
async function measured({ signal, onProgress, patience }: PaceOptions, { stage, staff, text }: Side, payments: readonly Payment[]): Promise<number> {
  const before = staff.handled
  const began = Date.now()
  patience.moved()
  await stage.publish(payments, signal)
  let last = before
  while (staff.handled < before + payments.length) {
    if (staff.handled !== last) patience.moved()
    last = staff.handled
    if ((await stage.depths()).dead > 0) break
    patience.check(`${staff.handled - before} of ${payments.length} payments were handled`)
    onProgress(`how fast? ${text}, undisturbed: ${(staff.handled - before).toLocaleString('en')} of ${payments.length.toLocaleString('en')}`)
    await pause(50, signal)
  }
  return Math.max(1, staff.last - began)
}
