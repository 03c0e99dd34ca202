import fc from 'fast-check'
import { describe as group, expect, test } from 'vitest'
import { counters } from './classics.fixture.js'
import { check, same, type Specification, type Trace } from './index.js'
import { Fingerprint } from './fingerprint.js'
import { KeptStates } from './kept-states.js'

/**
 * The checker against slow and simple judges that share nothing with it, on thousands of generated specifications.
 * A specification is a table: for each action and state, the next states.
 */
interface Table {
  readonly size: number
  readonly steps: readonly (readonly (readonly number[])[])[]
  readonly initial: readonly number[]
  readonly from: readonly boolean[]
  readonly to: readonly boolean[]
  readonly fair: readonly boolean[]
}

const tables: fc.Arbitrary<Table> = fc.integer({ min: 1, max: 6 }).chain((size) => {
  const state = fc.nat(size - 1)
  const flags = (length: number) => fc.array(fc.boolean(), { minLength: length, maxLength: length })
  const next = fc.array(state, { maxLength: 2 })
  return fc.record({
    size: fc.constant(size),
    steps: fc.array(fc.array(next, { minLength: size, maxLength: size }), { minLength: 2, maxLength: 3 }),
    initial: fc.array(state, { minLength: 1, maxLength: 2 }),
    from: flags(size),
    to: flags(size),
    fair: flags(3),
  })
})

const actionName = (index: number) => `Action${index}`

function specification(table: Table): Specification<{ at: number }> {
  const names = table.steps.map((_, index) => actionName(index))
  return {
    initial: table.initial.map((at) => ({ at })),
    actions: Object.fromEntries(
      table.steps.map((next, index) => [actionName(index), ({ at }: { at: number }) => (next[at] ?? []).map((target) => ({ at: target }))]),
    ),
    terminal: () => true,
    fairness: names.filter((_, index) => table.fair[index]),
  }
}

/** Distances from the initial states by relaxing all steps until nothing changes. */
function distances({ size, steps, initial }: Table): number[] {
  const all = Array.from({ length: size }, (_, state) => (initial.includes(state) ? 0 : Infinity))
  for (let round = 0; round < size; round += 1) {
    for (const action of steps) {
      action.forEach((targets, source) => {
        for (const target of targets) all[target] = Math.min(all[target] ?? Infinity, (all[source] ?? Infinity) + 1)
      })
    }
  }
  return all
}

/** Whether each state reaches each other one without leaving the members. */
function stronglyConnected({ steps }: Table, members: readonly number[]): boolean {
  return members.every((start) => {
    const seen = new Set([start])
    for (const state of seen) {
      for (const target of steps.flatMap((action) => action[state] ?? [])) if (members.includes(target)) seen.add(target)
    }
    return seen.size === members.length
  })
}

/** Weak fairness for runs that go round in exactly these states for ever. */
function fairIn({ steps, fair }: Table, members: readonly number[]): boolean {
  return steps.every((action, index) => {
    if (!fair[index]) return true
    const moves = members.map((state) => (action[state] ?? []).filter((target) => target !== state))
    return moves.some((targets) => targets.length === 0 || targets.some((target) => members.includes(target)))
  })
}

/** By brute force over all sets of states without `to`: is one of them a place to stay for ever, reachable after `from`? */
function brokenLeadsTo(table: Table): boolean {
  const reachable = distances(table)
  const inside = (state: number) => table.to[state] === false
  const seen = new Set([...reachable.keys()].filter((state) => reachable[state] !== Infinity && table.from[state] && inside(state)))
  for (const state of seen) {
    for (const target of table.steps.flatMap((action) => action[state] ?? [])) if (inside(target)) seen.add(target)
  }
  const states = [...seen]
  for (let bits = 1; bits < 1 << states.length; bits += 1) {
    const members = states.filter((_, index) => (bits & (1 << index)) !== 0)
    if (stronglyConnected(table, members) && fairIn(table, members)) return true
  }
  return false
}

function expectPossible(table: Table, { steps }: Trace<{ at: number }>): void {
  steps.forEach(({ action, state }, index) => {
    const before = steps[index - 1]
    if (!before) {
      expect(table.initial).toContain(state.at)
      return
    }
    const taken = table.steps.findIndex((_, number) => actionName(number) === action)
    expect(table.steps[taken]?.[before.state.at]).toContain(state.at)
  })
}

const runs = { numRuns: 3000 }

group('against brute force', () => {
  test('counts, and the shortest counterexample to an invariant', () => {
    fc.assert(
      fc.property(tables, (table) => {
        const shortest = distances(table)
        const reachable = shortest.filter((distance) => distance < Infinity)
        const bad = shortest.filter((distance, state) => distance < Infinity && table.to[state])
        const report = check({ ...specification(table), invariants: { good: ({ at }) => table.to[at] === false } })
        const trace = report.findings.find(({ kind }) => kind === 'invariant')?.trace
        expect(report.verdict === 'broken').toBe(bad.length > 0)
        expect(trace?.steps.length).toBe(bad.length > 0 ? Math.min(...bad) + 1 : undefined)
        if (trace) expectPossible(table, trace)
        else expect(report).toMatchObject({ distinct: reachable.length, depth: Math.max(...reachable) + 1 })
      }),
      runs,
    )
  })

  test('the nearest deadlock', () => {
    fc.assert(
      fc.property(tables, (table) => {
        const stuck = distances(table).filter((distance, state) => distance < Infinity && table.steps.every((action) => action[state]?.length === 0))
        const { initial, actions } = specification(table)
        const trace = check({ initial, actions }).findings.find(({ kind }) => kind === 'deadlock')?.trace
        expect(trace?.steps.length).toBe(stuck.length > 0 ? Math.min(...stuck) + 1 : undefined)
      }),
      runs,
    )
  })

  test('leads to, with any choice of fair actions; and every lasso is a possible, fair run that never gets there', () => {
    let broken = 0
    fc.assert(
      fc.property(tables, (table) => {
        const promise = { from: ({ at }: { at: number }) => table.from[at] === true, to: ({ at }: { at: number }) => table.to[at] === true }
        const trace = check({ ...specification(table), leadsTo: { promise } }).findings.find(({ kind }) => kind === 'leads-to')?.trace
        expect(trace !== undefined).toBe(brokenLeadsTo(table))
        if (!trace) return
        broken += 1
        expectPossible(table, trace)
        const states = trace.steps.map(({ state }) => state.at)
        const begins = states.findLastIndex((state) => table.to[state]) + 1
        expect(states.slice(begins).some((state) => table.from[state])).toBe(true)
        if (trace.loopsTo === undefined) throw new Error('no loop')
        const loop = trace.loopsTo === 'stops' ? states.slice(-1) : states.slice(trace.loopsTo)
        if (trace.loopsTo !== 'stops') expect(states.at(-1)).toBe(states[trace.loopsTo])
        const taken = trace.loopsTo === 'stops' ? [] : trace.steps.slice(trace.loopsTo + 1).map(({ action }) => action)
        table.steps.forEach((action, index) => {
          if (!table.fair[index] || taken.includes(actionName(index))) return
          expect(loop.some((state) => (action[state] ?? []).every((target) => target === state))).toBe(true)
        })
      }),
      runs,
    )
    expect(broken).toBeGreaterThan(runs.numRuns / 10)
  })
})

group('fingerprints', () => {
  const data = fc.jsonValue({ maxDepth: 4 }).map((value): unknown => JSON.parse(JSON.stringify(value)))

  test('are equal exactly when the data is, on its own and as the next state of any other', () => {
    const take = (states: KeptStates<unknown>, value: unknown) => {
      states.take(value)
      return [states.lower, states.upper]
    }
    fc.assert(
      fc.property(data, data, (one, other) => {
        const states = new KeptStates<unknown>()
        expect(take(states, one).join() === take(states, other).join()).toBe(same(one, other))
        expect(take(states, structuredClone(one))).toEqual(take(states, one))
        states.enter(one)
        states.keep(one, 0, false)
        states.startLevel()
        states.next(0, false)
        states.enter(other)
        expect([states.lower, states.upper]).toEqual(take(states, other))
      }),
      runs,
    )
  })

  test('do not collide on a quarter of a million states that are much alike', () => {
    expect(check(counters(6, 7)).distinct).toBe(8 ** 6)
    expect(check(counters(3, 63)).distinct).toBe(64 ** 3)
  })

  test('do not collide on numbers that are no small integers: times in milliseconds, thousandths, neighbouring floats', () => {
    const fingerprint = new Fingerprint()
    const collisions = (numbers: (index: number) => number) => {
      const seen = new Set<number>()
      for (let index = 0; index < 300_000; index += 1) {
        fingerprint.take(numbers(index))
        seen.add(fingerprint.upper * 2 ** 21 + (fingerprint.lower & 0x1fffff)) // as many bits as a number holds
      }
      return 300_000 - seen.size
    }
    expect(collisions((index) => 1_700_000_000_000 + index)).toBe(0)
    expect(collisions((index) => -index / 1000 - 0.5)).toBe(0)
    expect(collisions((index) => 1 + index * Number.EPSILON)).toBe(0)
  })
})
