import fc from 'fast-check'
import { describe, test } from 'vitest'
import type { BuyCar } from '#driveway'
import { BrokenPromise, describeFinding, explore, HarnessError, type Finding } from '#lib/testing'
import { falseAlarm, missingRule, remembers, type Submission } from './agreement.js'
import { bank, type Candidate } from './given.js'
import type { Names } from './histories.js'
import * as yours from './last-car.js'

describe('exercise 11 · thousands-of-paths', () => {
  test('★ no false alarm: two implementations are right', async () => {
    for (const candidate of bank) if (candidate.right) mustPass(candidate, await judged(candidate))
  })

  test('★ no false alarm in any history in which all that was agreed is kept', () => mustBeFree(falseAlarm))

  test('★ two of seven broken implementations are caught', () => mustCatch(2))

  test('★★ five of seven broken implementations are caught', () => mustCatch(5))

  test('★★★ all seven broken implementations are caught', () => mustCatch(7))

  test('★★★ no agreed rule is left out', () => mustBeFree(missingRule))
})

/** Your promises and your generator, with one implementation: 200 histories, each with a schedule drawn at random, always the same. */
function judge({ sales }: Candidate): Promise<Finding> {
  return explore({
    system: () => [sales],
    given: yours.requests,
    async scenario({ from }, requests) {
      for (const [index, request] of requests.entries()) await from('shop').send('sales', request, { id: `m${index + 1}` })
    },
    faults: { crashes: 1, copies: 1 },
    always: yours.always,
    atRest: yours.atRest,
    runs: 200,
  })
}

/** Your promises, and histories made of what is agreed, with the names from your generator, and with names that read like others when they are joined. */
function mustBeFree(of: (promises: Submission, names: Names) => string | undefined): void {
  mustBeJudgeable()
  const found = of(submission(), names())
  if (found !== undefined) throw new BrokenPromise(found)
}

let judgeable = false

function mustBeJudgeable(): void {
  if (judgeable) return
  const generator: unknown = yours.requests
  if (!(generator instanceof fc.Arbitrary)) throw new BrokenPromise('✗ there is no generator\n  last-car.ts must export requests, which makes lists of BuyCar: fc.array(…).')
  const longest = Math.max(...samples().map(({ length }) => length))
  if (longest > 12) {
    throw new BrokenPromise(
      [
        `✗ your generator makes histories of ${longest} requests`,
        '  Each of the nine runs through 200 of them, so long ones take minutes; and',
        '  a story with so many requests nobody reads.',
        '  Twelve are the most, and four are enough to get in each other\'s way: set',
        '  maxLength.',
      ].join('\n'),
    )
  }
  const memory = remembers(submission(), names())
  if (memory !== undefined) throw new BrokenPromise(memory)
  judgeable = true
}

function submission(): Submission {
  const { always = {}, atRest = {} } = yours as Partial<Submission>
  return { always, atRest }
}

function samples(): readonly (readonly BuyCar[])[] {
  return fc.sample(yours.requests, { numRuns: 200, seed: 1 })
}

function names(): Names {
  const requests = samples().flat()
  return { cars: [...new Set(requests.map(({ car }) => car))], customers: [...new Set(requests.map(({ customer }) => customer))] }
}

const findings = new Map<Candidate, Promise<Finding>>()

async function judged(candidate: Candidate): Promise<Finding> {
  mustBeJudgeable()
  const finding = findings.get(candidate) ?? judge(candidate)
  findings.set(candidate, finding)
  try {
    return await finding
  } catch (error) {
    if (!(error instanceof HarnessError)) throw error
    const { what, why, next } = error.explanation
    throw new BrokenPromise(`✗ your promises cannot judge anything yet\n  ${what}\n  ${why}\n  ${next}`)
  }
}

function mustPass({ author }: Candidate, finding: Finding): void {
  if (finding.verdict === 'passed') return
  if (finding.verdict !== 'broken') throw new BrokenPromise(`✗ your generator leads to nothing that could be judged\n\n${describeFinding(finding)}`)
  throw new BrokenPromise(
    [
      `✗ a false alarm: ${author}'s implementation is right`,
      '  An alarm that rings without a fire is soon switched off. Your promise says:',
      '',
      describeFinding(finding),
      '',
      '  Is anybody worse off here: a customer, or Driveway? If not, the promise',
      '  asks for too much, or too early.',
    ].join('\n'),
  )
}

async function mustCatch(wanted: number): Promise<void> {
  const rows: { candidate: Candidate; finding: Finding }[] = []
  for (const candidate of bank) {
    const finding = await judged(candidate)
    if (candidate.right) mustPass(candidate, finding)
    else rows.push({ candidate, finding })
  }
  const caught = rows.filter(({ finding }) => finding.verdict === 'broken').length
  if (caught >= wanted) return
  throw new BrokenPromise(
    [
      `✗ ${caught} of 7 broken implementations caught; it should be ${wanted === 7 ? 'all' : wanted}`,
      ...rows.flatMap(({ candidate, finding }) => describeRow(candidate, finding, samples())),
      '',
      '  A generator without promises sees everything and says nothing. Promises',
      '  without histories have nothing to say. Take the first that was missed, and',
      '  think its history through: what would a customer, or billing, complain of?',
    ].join('\n'),
  )
}

function describeRow(candidate: Candidate, finding: Finding, samples: readonly Parameters<Candidate['isShownBy']>[0][]): string[] {
  if (finding.verdict === 'broken') return [`  ✓ ${candidate.author.padEnd(6)} caught by "${finding.violation.promise}"`]
  const made = samples.filter((requests) => candidate.isShownBy(requests)).length
  const diagnosis = made === 0 ? 'your generator never makes such a history' : 'such histories were there, and every promise was kept'
  return [`  · ${candidate.author.padEnd(6)} missed: ${diagnosis}.`, `           It shows when ${candidate.shownBy}.`]
}
