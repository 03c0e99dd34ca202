import type { Person, Work } from './progress.js'

/** Whether what was read is what was written: a file may have been changed by hand, or by an older version. */
export function isPerson(value: unknown): value is Person {
  const person = value as Partial<Person> | null | undefined
  const complete = isNumber(person?.number) && typeof person.name === 'string' && isNumber(person.joined) && typeof person.left === 'boolean' && isNumber(person.reports)
  if (!complete || typeof person.work !== 'object' || (person.work as unknown) === null) return false
  if (person.last !== undefined && !(typeof person.last.exercise === 'string' && isNumber(person.last.at) && isNumber(person.last.number))) return false
  return Object.values(person.work).every(isWork)
}

function isWork(value: unknown): value is Work {
  const work = value as Partial<Work> | null | undefined
  const numbers = [work?.stars, work?.passed, work?.total, work?.hints, work?.told, work?.reset]
  if (!numbers.every(isNumber) || typeof work?.done !== 'boolean' || typeof work.applied !== 'boolean') return false
  return work.red === undefined || (typeof work.red.check === 'string' && isNumber(work.red.since))
}

function isNumber(value: unknown): value is number {
  return typeof value === 'number' && Number.isFinite(value)
}
