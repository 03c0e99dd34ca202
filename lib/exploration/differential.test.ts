import { describe, expect, test } from 'vitest'
import { compare } from './fixtures/agreement.js'
import { tryOut } from './fixtures/differential.js'
import { search, type Mode } from './fixtures/reach.js'
import { written } from './fixtures/written-systems.js'

/**
 * The most important test of the engine. A search that leaves something out is only worth something if it reaches everything that
 * the full enumeration reaches. fast-check makes a system that is searched wrongly smaller; its plan goes into `build`.
 */
// A sample. Before the engine leaves out more than it does now, look at systems that nobody has looked at yet: npm run differential -- --from 20001
const runs = 40

describe('search by states reaches exactly what every path reaches', () => {
  test(`on ${runs} generated systems`, { timeout: 180_000 }, async () => {
    let complete = 0
    let manifold = 0
    let faulty = 0
    for (let number = 1; number <= runs; number++) {
      const trial = await tryOut(number, 120)
      expect(trial.wrong, `system ${number}`).toBeUndefined()
      if (!trial.compared) continue
      complete += 1
      if (trial.manifold) manifold += 1
      if (trial.faulty) faulty += 1
    }
    // Not by luck: most are small enough, and there is something to be found in them.
    expect(complete).toBeGreaterThanOrEqual(runs / 2)
    expect(manifold).toBeGreaterThanOrEqual(runs / 12)
    expect(faulty).toBeGreaterThanOrEqual(runs / 12)
  })

  test.each(written)('on a written one: $title', async ({ make, ends }) => {
    const { full, difference } = await compare(make, { limit: 20_000 })
    expect(difference).toBeUndefined()
    expect(full?.complete).toBe(true)
    expect(full?.ends.size).toBe(ends)
  })
})

describe('search by states gives the verdict of every path', () => {
  const modes: readonly Mode[] = ['every path', 'states', 'states and orders']

  test.each(written.filter(({ breaks }) => breaks !== undefined))('$title', async ({ make, breaks }) => {
    for (const mode of modes) {
      let faults = 0
      const { found } = await search(make(), { mode, ...breaks, limit: 20_000 }, ({ explorer }) => (faults = explorer.faults.length))
      expect({ mode, promise: found?.violation.promise, kind: found?.violation.kind, sentence: found?.violation.sentence, faults }).toMatchObject({ mode, ...breaks?.expected })
    }
  })
})
