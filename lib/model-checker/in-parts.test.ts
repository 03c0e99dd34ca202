import fc from 'fast-check'
import { describe as group, expect, test } from 'vitest'
import * as solution from '../../solutions/exercise-12-model-checking/message-handler.js'
import { counters, dieHard, peterson } from './classics.fixture.js'
import { check, ModelError, same, type Report, type Specification } from './index.js'
import { Search } from './search.js'

/** After 5,000 states the checker makes states again from their parts. Nobody may be able to tell. */
const first = 5000

function failure(run: () => unknown): ModelError {
  try {
    run()
  } catch (error) {
    if (error instanceof ModelError) return error
    throw error
  }
  throw new Error('nothing was thrown')
}

/** Counts to `end`, beside whatever else is asked for. */
interface Counting {
  readonly n: number
  readonly list: readonly number[]
}
const end = first + 3000
const counting = (next: (state: Counting) => Iterable<Counting>): Specification<Counting> => ({
  initial: [{ n: 0, list: [1] }],
  actions: { Step: (state) => (state.n < end ? next(state) : []) },
  terminal: ({ n }) => n === end,
})

group('against a plain enumeration that keeps every state as a whole text', () => {
  /** Values of three properties, among them equal ones in other orders; and actions that set some where others have some value. */
  const value = fc.oneof(fc.integer({ min: -1, max: 1 }), fc.constantFrom(0.5, -0, 2 ** 40, null, true, 'x', ''), fc.array(fc.nat(1), { maxLength: 2 }), fc.dictionary(fc.constantFrom('p', 'q'), fc.nat(1)), fc.constant([{ p: [1], q: 2 }]), fc.constant([{ q: 2, p: [1] }]))
  const property = fc.constantFrom('a', 'b', 'c')
  const rule = fc.record({ if: property, is: value, set: fc.array(fc.tuple(property, value), { minLength: 1, maxLength: 2 }), keyFirst: fc.boolean() })
  const system = fc.record({
    initial: fc.array(fc.record({ a: value, b: value, c: value }), { minLength: 1, maxLength: 3 }),
    actions: fc.array(fc.array(rule, { minLength: 1, maxLength: 6 }), { minLength: 1, maxLength: 3 }),
  })
  type State = Readonly<Record<string, unknown>>

  function enumerate(initial: readonly State[], actions: readonly ((state: State) => State[])[]) {
    const text = (part: unknown): string => JSON.stringify(part, (_, inner: unknown) => (typeof inner === 'object' && inner !== null && !Array.isArray(inner) ? ['{', ...Object.entries(inner).sort(([one], [other]) => (one < other ? -1 : 1))] : inner))
    const seen = new Set<string>()
    let [generated, depth] = [0, 0]
    for (let level = initial; ; depth += 1) {
      generated += level.length
      const fresh = level.filter((state) => seen.size < seen.add(text(state)).size)
      if (fresh.length === 0) return { distinct: seen.size, generated, depth }
      level = fresh.flatMap((state) => actions.flatMap((action) => action(state)))
    }
  }

  test('the same numbers of states, next states and levels; with parts from the beginning, too', () => {
    fc.assert(
      fc.property(system, ({ initial, actions: rules }) => {
        const actions = rules.map((all) => (state: State) =>
          all
            .filter((one) => same(state[one.if], one.is))
            .map(({ set, keyFirst }) => (keyFirst ? { ...structuredClone(Object.fromEntries(set)), ...Object.fromEntries(Object.entries(state).filter(([key]) => !set.some(([changed]) => changed === key))) } : { ...state, ...Object.fromEntries(set) })),
        )
        const specification: Specification<State> = { initial, actions: Object.fromEntries(actions.map((action, index) => [`Action${index}`, action])), terminal: () => true }
        const counts = enumerate(initial, actions)
        expect(check(specification)).toMatchObject(counts)
        expect(new Search(specification, 1_000_000, 0).run()).toMatchObject(counts)
      }),
      { numRuns: 500 },
    )
  })
})

test.each<[string, Specification<never>]>([
  ['Die Hard', { ...dieHard, invariants: { 'no four gallons': ({ big }: { big: number }) => big !== 4 } }],
  ['Peterson', peterson('every action')],
  ['Peterson, unfair', peterson()],
  ['counters', counters(3, 20)],
  ['exercise 12', { ...solution.specification({ messages: 2, failures: 3 }), leadsTo: { done: { from: () => true, to: ({ queue }: solution.State) => queue.length === 0 } } }],
] as unknown as [string, Specification<never>][])('%s: the same report with all states as they were made, and with all made again', (_, specification) => {
  const { milliseconds: _one, ...made }: Report<never> = new Search(specification, 1_000_000, 0).run()
  const { milliseconds: _other, ...given }: Report<never> = new Search(specification, 1_000_000, Infinity).run()
  expect(made).toEqual(given)
})

group('after 5,000 states', () => {
  test.each<[string, (state: Counting) => void]>([
    ['a list inside of it', ({ list }) => void (list as number[]).push(2)],
    ['a property of it', (state) => void ((state as { list: readonly number[] }).list = [2])],
  ])('an action that changes %s in place, once, is found out', (_, change) => {
    for (const moment of [first + 1, first + 2047]) {
      const specification = counting((state) => {
        if (state.n === moment) change(state)
        return [{ n: state.n + 1, list: state.list }]
      })
      expect(failure(() => check(specification)).message).toContain('changed the state that it was given.')
    }
  })

  test('a list that is changed between two levels, and shared by all states, is found out before anything is said of what it led to', () => {
    const shared: number[] = [1]
    const specification: Specification<Counting> = {
      ...counting(({ n }) => {
        if (n === first + 100) shared.push(2)
        return [{ n: n + 1, list: shared }]
      }),
      invariants: { short: ({ list }) => list.length < 2 },
    }
    expect(failure(() => check({ ...specification, initial: [{ n: 0, list: shared }] })).message).toContain('changed the state that it was given.')
  })

  test.each<[string, () => unknown, string]>([
    ['NaN', () => NaN, 'NaN at state.list[0]'],
    ['a Set', () => new Set(), 'a Set at state.list[0]'],
    ['a Map', () => new Map(), 'a Map at state.list[0]'],
    ['undefined', () => undefined, 'undefined at state.list[0]'],
  ])('%s in a state', (_, make, found) => {
    const specification = counting(({ n }) => [{ n: n + 1, list: n === first + 10 ? [make() as number] : [] }])
    expect(failure(() => check(specification)).message).toContain(`A state from the action Step has ${found}.`)
  })

  test('an action that throws, with the place and the state', () => {
    const error = failure(() => check(counting(({ n }) => { if (n > first + 10) throw new TypeError('no such message'); return [{ n: n + 1, list: [n] }] })))
    expect(error.message).toMatch(/^The action Step threw TypeError: no such message \(at .*in-parts\.test/)
    expect(error.message).toContain(`{n: ${first + 11}, list: [${first + 10}]}`)
  })

  test.each<[string, (n: number, memory: Set<number>) => boolean]>([
    ['on the way', (n, memory) => n < 4500 || !memory.has(n)],
    ['and breaks a promise', (n, memory) => n < 5500 || !memory.has(n)],
  ])('an action that remembers something outside of the state %s is told so', (_, goesOn) => {
    const memory = new Set<number>()
    const specification = counting(({ n, list }) => {
      const next = goesOn(n, memory) ? [{ n: n + 1, list }] : []
      memory.add(n)
      return next
    })
    expect(failure(() => check({ ...specification, invariants: { 'ends early': ({ n }) => n < end - 1 } })).message).toContain('The action Step gave other next states when it was asked a second time')
  })

  test('0 and −0 are one state', () => {
    const specification: Specification<{ n: number; zero: number; zeros: readonly number[] }> = {
      initial: [{ n: 0, zero: 0, zeros: [0] }],
      actions: { *Step({ n }) { if (n < end) for (const zero of [0, -0]) yield { n: n + 1, zero, zeros: [zero, -zero] } } },
      terminal: () => true,
    }
    expect(check(specification)).toMatchObject({ distinct: end + 1, generated: 2 * end + 1 })
  })
})

group('code that asks whether two objects are the same one gets the very objects that it has made', () => {
  interface Shop {
    readonly n: number
    readonly orders: readonly { readonly id: number }[]
    readonly inHand: { readonly id: number } | null
    readonly done: number
  }
  /** Several orders may be equal, and yet only the one in hand leaves. */
  const shop = (end: number): Specification<Shop> => ({
    initial: [{ n: 0, orders: [], inHand: null, done: 0 }],
    actions: {
      Order: (state) => (state.n < end ? [{ ...state, n: state.n + 1, orders: [...state.orders.slice(-2), { id: state.n % 2 }] }] : []),
      Take: (state) => (state.inHand === null ? state.orders.map((order) => ({ ...state, inHand: order })) : []),
      Finish: (state) => (state.inHand && state.orders.includes(state.inHand) ? [{ ...state, inHand: null, orders: state.orders.filter((order) => order !== state.inHand), done: (state.done + 1) % 3 }] : []),
    },
    terminal: () => true,
  })

  test('in its actions', () => {
    const { milliseconds: _one, ...given } = new Search(shop(300), 1_000_000, Infinity).run()
    const { milliseconds: _other, ...found } = check(shop(300))
    expect(given.distinct).toBeGreaterThan(first + 1000)
    expect(found).toEqual(given)
  })

  test('in its promises', () => {
    const specification: Specification<{ n: number; all: readonly { id: number }[]; last: { id: number } }> = {
      initial: [{ id: 0 }].map((last) => ({ n: 0, all: [last], last })),
      actions: { Step: ({ n }) => (n < end ? [{ id: n % 5 }].map((last) => ({ n: n + 1, all: [last, { id: n % 3 }], last })) : []), Stay: (state) => [{ ...state }] },
      invariants: { 'the last is one of them': ({ all, last }) => all.includes(last) },
    }
    expect(check(specification)).toMatchObject({ verdict: 'holds', distinct: end + 1 })
  })
})
