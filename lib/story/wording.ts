import type { FaultName } from '../simulation/trace.js'

/** What a fault is called beside the step that it befell. */
export const faultNamesInWords: Readonly<Record<FaultName, string>> = {
  crashes: 'crash',
  copies: 'copy',
  lateCopies: 'late copy',
  reorderings: 'overtakes another',
  delays: 'delayed',
  lostAcks: 'ack lost',
  lostRequests: 'request lost',
  lostResponses: 'response lost',
  ambiguousCommits: 'ambiguous commit',
  ambiguousSends: 'ambiguous send',
  refusals: 'refused',
  stalls: 'stall',
  serverErrors: 'server error',
  slowResponses: 'slow response',
}

/** `1st`, `2nd`, `3rd`, `11th`. */
export function ordinal(number: number): string {
  const teens = number % 100 >= 11 && number % 100 <= 13
  const ending = teens ? undefined : ['th', 'st', 'nd', 'rd'][number % 10]
  return `${number}${ending ?? 'th'}`
}

/** `30 s`, `1.5 s`, `250 ms`, `5 min`, `2 h`. Takes milliseconds. */
export function duration(milliseconds: number): string {
  if (milliseconds < 1000) return `${tidy(milliseconds)} ms`
  if (milliseconds < 120_000) return `${tidy(milliseconds / 1000)} s`
  if (milliseconds < 7_200_000) return `${tidy(milliseconds / 60_000)} min`
  if (milliseconds < 172_800_000) return `${tidy(milliseconds / 3_600_000)} h`
  return `${tidy(milliseconds / 86_400_000)} days`
}

/** `①`, `②` … for the instances of one node that share a lane. */
export function circled(number: number): string {
  return number >= 1 && number <= 20 ? String.fromCodePoint(0x2460 + number - 1) : `(${number})`
}

function tidy(number: number): string {
  return String(Math.round(number * 10) / 10)
}
