import type { LoadOptions } from '../../real/load/load.js'
import { ExplainedError } from '../explained-error.js'
import type { Exercise } from '../exercises.js'

/** What was typed, by the names of the options. */
export interface LoadValues {
  readonly load: boolean
  readonly messages?: string | undefined
  readonly seconds?: string | undefined
  readonly consumers?: string | undefined
  readonly seed?: string | undefined
}

/** Each with what it is without being named, and its bounds. */
const numbers = {
  messages: { usual: 20_000, least: 10, most: 1_000_000 },
  seconds: { usual: 60, least: 1, most: 3_600 },
  consumers: { usual: 4, least: 1, most: 16 },
  seed: { usual: 1, least: 0, most: 2 ** 32 - 1 },
} as const

/**
 * @returns what `--load` asks for; `undefined` without it.
 * @throws ExplainedError for what is not a number, or goes with something else.
 */
export function loadOptions(exercise: Exercise | undefined, values: LoadValues, others: { readonly story: boolean; readonly sweep: boolean; readonly testNamePattern?: string | undefined }): LoadOptions | undefined {
  const named = Object.keys(numbers).filter((name): name is keyof typeof numbers => values[name as keyof typeof numbers] !== undefined)
  const [first] = named
  if (!values.load) {
    if (first === undefined) return undefined
    throw new ExplainedError({ what: `--${first} says how much load there is to be, and there is to be none.`, why: 'Nothing was started.', next: `Write npm run real -- ${exercise?.name ?? 'exercise-09'} --load --${first} ${values[first] ?? ''}, or leave --${first} out.` })
  }
  const other = others.story ? '--story' : others.sweep ? '--sweep' : others.testNamePattern === undefined ? undefined : '-t'
  if (other !== undefined) throw new ExplainedError({ what: `--load does not go with ${other}.`, why: '--load runs the system by itself, and no check or story of it. Nothing was started.', next: 'Leave out one of the two.' })
  if (exercise !== undefined && !withLoad.includes(exercise.number)) {
    throw new ExplainedError({ what: `There is no load for ${exercise.name}.`, why: 'Load is about many messages that lead to others: the outbox of exercise-09 and the inbox of exercise-15. Nothing was started.', next: `npm run real -- ${exercise.name} runs its checks for real; npm run real -- exercise-09 --load puts load on exercise-09.` })
  }
  return { messages: numberIn('messages', values.messages), seconds: numberIn('seconds', values.seconds), consumers: numberIn('consumers', values.consumers), seed: numberIn('seed', values.seed) }
}

/** The exercises that can be put under load. */
export const withLoad: readonly number[] = [9, 15]

function numberIn(name: keyof typeof numbers, text: string | undefined): number {
  const { usual, least, most } = numbers[name]
  if (text === undefined) return usual
  const number = /^\d+$/.test(text) ? Number(text) : NaN
  if (number >= least && number <= most) return number
  throw new ExplainedError({ what: `--${name} ${text} does not do.`, why: 'Nothing was started.', next: `Give a whole number from ${least} to ${most}, or leave it out for ${usual}.` })
}
