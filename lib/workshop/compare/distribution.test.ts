import { join } from 'node:path'
import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { RandomStream } from '../../simulation/index.js'
import { contentOf } from '../attendee-files.js'
import { days } from '../commands/compare.js'
import { root } from '../exercises.js'
import { atLeast, clock, compareDay, dayOf, dealers, drawDistribution, endOf, runDay, studioCount, ways, type Done, type Job, type Way } from './distribution.js'
import { distributionPage } from './distribution-page.js'

const wayOf = (name: string): Way => ways.find((way) => way.name === name) ?? expect.fail(`no way is called ${name}`)
const jobs = fc.array(fc.record({ dealer: fc.constantFrom('anna', 'ben', 'cleo'), uploadedAt: fc.nat(120), minutes: fc.integer({ min: 1, max: 55 }) }), { minLength: 1, maxLength: 25 }).map((day) => day.sort((a, b) => a.uploadedAt - b.uploadedAt))
const sameJob = (a: Job, b: Job): boolean => a.dealer === b.dealer && a.uploadedAt === b.uploadedAt && a.minutes === b.minutes
const working = (done: readonly Done[], moment: number): number => done.filter((one) => one.begunAt <= moment && moment < endOf(one)).length

describe('each way of giving out work', () => {
  test.each(ways.map(({ name }) => name))('%s: every car once, not before it is uploaded, and one at a time in each studio', (name) => {
    fc.assert(
      fc.property(jobs, fc.nat(1000), (day, seed) => {
        const done = runDay(day, wayOf(name), seed)
        expect(done).toHaveLength(day.length)
        expect(day.filter((job) => done.filter((one) => sameJob(one, job)).length !== day.filter((other) => sameJob(other, job)).length)).toEqual([])
        expect(done.filter((one) => one.begunAt < one.uploadedAt)).toEqual([])
        expect(done.filter((one, place) => done.slice(0, place).some((earlier) => earlier.studio === one.studio && endOf(earlier) > one.begunAt))).toEqual([])
        expect(Math.max(...done.map(endOf))).toBeGreaterThanOrEqual(atLeast(day))
      }),
      { numRuns: 60, seed: 19 },
    )
  })

  test.each(['stealing', 'one list', 'dealers in turn'])('%s: no studio is idle while a car waits, so 2 − 1/m holds where all is there from the beginning', (name) => {
    fc.assert(
      fc.property(jobs, (day) => {
        const done = runDay(day, wayOf(name))
        const moments = [...day.map(({ uploadedAt }) => uploadedAt), ...done.map(endOf)]
        const idle = moments.filter((moment) => working(done, moment) < studioCount && done.some(({ uploadedAt, begunAt }) => uploadedAt <= moment && moment < begunAt))
        expect(idle).toEqual([])
        const together = day.map((job) => ({ ...job, uploadedAt: 0 }))
        expect(Math.max(...runDay(together, wayOf(name)).map(endOf))).toBeLessThanOrEqual((2 - 1 / studioCount) * atLeast(together))
      }),
      { numRuns: 60, seed: 19 },
    )
  })

  test('what each decides on', () => {
    const upload = (...minutes: readonly number[]): readonly Job[] => minutes.map((each) => ({ dealer: 'anna', uploadedAt: 0, minutes: each }))
    const studiosOf = (name: string, day: readonly Job[]): readonly number[] => day.map((job) => runDay(day, wayOf(name)).find((one) => sameJob(one, job))?.studio ?? -1)
    // The fourth car goes to a studio with a long one: 30 + 4 minutes. Only the common list waits to see who is free.
    expect(studiosOf('round robin', upload(30, 2, 3, 4))).toEqual([0, 1, 2, 0])
    expect(studiosOf('least loaded', upload(30, 2, 3, 4))).toEqual([0, 1, 2, 0])
    expect(studiosOf('stealing', upload(30, 2, 3, 4))).toEqual([0, 1, 2, 1])
    expect(studiosOf('one list', upload(30, 2, 3, 4))).toEqual([0, 1, 2, 1])
    const turns = [...upload(5, 6, 7, 8, 9), { dealer: 'ben', uploadedAt: 1, minutes: 1 }]
    const beginningOf = (name: string): number => runDay(turns, wayOf(name)).find(({ dealer }) => dealer === 'ben')?.begunAt ?? NaN
    expect([beginningOf('one list'), beginningOf('dealers in turn')]).toEqual([7, 5])
  })

  test('random ways draw anew with another seed, and least loaded of two never takes the fullest of three', () => {
    const day = dayOf(1)
    for (const name of ['random', 'two choices']) {
      expect(runDay(day, wayOf(name), 1)).toEqual(runDay(day, wayOf(name), 1))
      expect(runDay(day, wayOf(name), 1)).not.toEqual(runDay(day, wayOf(name), 2))
    }
    const studios = [3, 1, 2].map((count) => ({ queue: Array.from({ length: count }, (): Job => ({ dealer: 'anna', uploadedAt: 0, minutes: 1 })), current: undefined }))
    const draw = new RandomStream(19)
    for (let time = 0; time < 100; time++) expect(wayOf('two choices').send(studios, 0, draw)).not.toBe(0)
    expect(wayOf('least loaded').send(studios, 0, draw)).toBe(1)
  })
})

describe('a day', () => {
  test('is the same one for the same seed', () => {
    expect(dayOf(7)).toEqual(dayOf(7))
    expect(dayOf(7)).not.toEqual(dayOf(8))
    for (const { name, cars } of dealers) expect(dayOf(7).filter(({ dealer }) => dealer === name)).toHaveLength(cars)
    expect(compareDay(7)).toEqual(compareDay(7))
  })

  test('can take no less than its work, and no less than its longest car', () => {
    const job = (uploadedAt: number, minutes: number): Job => ({ dealer: 'anna', uploadedAt, minutes })
    expect(atLeast([job(0, 10), job(0, 20)])).toBe(20)
    expect(atLeast([job(0, 10), job(0, 20), job(0, 30), job(0, 30)])).toBe(30)
    expect(atLeast([job(0, 10), job(50, 20)])).toBe(70)
  })

  test('begins at 08:00', () => {
    expect([0, 65, 960, 1000].map(clock)).toEqual(['08:00', '09:05', '00:00 +1', '00:40 +1'])
  })
})

test('the table in the README of the solution of exercise 19 is what comes out', () => {
  expect(contentOf(join(root, 'solutions', 'exercise-19-fair-shares', 'README.md'))).toContain(`\`\`\`text\n${drawDistribution(1, days)}\n\`\`\``)
})

describe('the page', () => {
  const page = distributionPage(2, 3)

  test('has a picture of each way with every car, and the table', () => {
    expect(page.match(/<svg viewBox="0 0 960/g)).toHaveLength(ways.length)
    for (const { name } of ways) expect(page).toContain(`<h2>${name} <span>`)
    expect(page.match(/<title>[a-z]+: uploaded at /g)).toHaveLength(ways.length * dealers.reduce((sum, { cars }) => sum + cars, 0))
    expect(page).toContain(drawDistribution(2, 3))
  })

  test('fetches nothing, and may not', () => {
    expect(page).toContain(`content="default-src 'none'; style-src 'unsafe-inline'"`.replaceAll("'", '&#39;').replaceAll('&#39;', "'"))
    expect(page.replaceAll('http://www.w3.org/2000/svg', '')).not.toMatch(/(?:src|href)="|url\(|@import|https?:\/\/[a-z]|<script/)
  })

  test('is the same at each run', () => {
    expect(distributionPage(2, 3)).toBe(page)
  })
})
