import { describe, expect, test } from 'vitest'
import { consumer, endpoint, service } from '../index.js'
import { HarnessError, MisuseError, type Explanation } from '../simulation/index.js'
import { started } from './definition.js'

/** What somebody is told who defines a part of the system in this way. */
function told(define: () => unknown): Explanation & { readonly kind: string } {
  try {
    define()
  } catch (error) {
    if (error instanceof MisuseError) return { kind: error.kind, ...error.explanation }
    throw error
  }
  throw new Error('Nobody was told anything.')
}

const loop = (): Promise<void> => Promise.resolve()

/** Definitions that TypeScript would refuse, as they come from JavaScript or from a cast. */
function untyped<Made>(make: (...values: never[]) => Made): (...values: unknown[]) => Made {
  return (...values) => Reflect.apply(make, undefined, values) as Made
}

describe('a name', () => {
  test.each(['orders', 'payment-gateway', 'a', 'x2', 'a-'])('%s will do', (name) => {
    expect(endpoint(name, {}).name).toBe(name)
    expect(service(name, {}).name).toBe(name)
    expect(consumer(name, loop).name).toBe(name)
  })

  test.each(['', 'Orders', '2x', '-a', 'a b', 'a.b', ' a', 'a!'])('"%s" will not, for it names a queue, a host and a lane', (name) => {
    expect(told(() => endpoint(name, {}))).toEqual({
      kind: 'invalid-definition',
      what: `endpoint() was given "${name}" as a name.`,
      why: 'The name is the name of its queue, of its host and of its lane in the story.',
      next: 'Use lower-case letters, digits and hyphens: orders, payment-gateway.',
    })
    expect(told(() => service(name, {})).what).toBe(`service() was given "${name}" as a name.`)
    expect(told(() => consumer(name, loop)).what).toBe(`consumer() was given "${name}" as a name.`)
  })

  test('that is no text is quoted as it is', () => {
    expect(told(() => untyped(endpoint)(undefined, {})).what).toBe('endpoint() was given undefined as a name.')
    expect(told(() => untyped(endpoint)(7, {})).what).toBe('endpoint() was given 7 as a name.')
  })
})

describe('instances and concurrency', () => {
  test('are two and one, if nobody says anything', () => {
    expect(endpoint('a', {})).toMatchObject({ kind: 'endpoint', instances: 2, concurrency: 1, crashes: true, keepsMemory: false })
    expect(service('a', {})).toMatchObject({ kind: 'service', instances: 2, concurrency: 1, crashes: true, keepsMemory: false })
    expect(consumer('a', loop)).toMatchObject({ kind: 'endpoint', instances: 2, concurrency: 1, crashes: true, keepsMemory: true, autostart: true })
  })

  test.each([1, 8])('may be %d', (count) => {
    expect(endpoint('a', {}, { instances: count, concurrency: count })).toMatchObject({ instances: count, concurrency: count })
    expect(service('a', {}, { instances: count, concurrency: count })).toMatchObject({ instances: count, concurrency: count })
    expect(consumer('a', loop, { instances: count })).toMatchObject({ instances: count })
  })

  test.each([0, 9, -1, 1.5, NaN])('may not be %d: every process takes part in every schedule', (count) => {
    const expected = { kind: 'invalid-definition', what: `a was asked for ${count} instances or concurrent tasks.`, why: 'Every process takes part in every schedule.', next: 'Use a whole number from 1 to 8; 2 shows what competing consumers do to each other.' }
    expect(told(() => endpoint('a', {}, { instances: count }))).toEqual(expected)
    expect(told(() => endpoint('a', {}, { concurrency: count }))).toEqual(expected)
    expect(told(() => service('a', {}, { instances: count }))).toEqual(expected)
    expect(told(() => service('a', {}, { concurrency: count }))).toEqual(expected)
    expect(told(() => consumer('a', loop, { instances: count }))).toEqual(expected)
  })

  test('memory belongs to a process where a function makes what it does', () => {
    expect(endpoint('a', () => ({})).keepsMemory).toBe(true)
    expect(service('a', () => ({})).keepsMemory).toBe(true)
  })
})

describe('an option', () => {
  test('that there is not is refused, for it would have no effect', () => {
    expect(told(() => untyped(endpoint)('a', {}, { instance: 1, retry: 2 }))).toEqual({
      kind: 'invalid-definition',
      what: "endpoint('a') was given an option that it does not have: instance, retry.",
      why: 'It would have no effect.',
      next: 'Its options are instances, concurrency, pipeline.',
    })
    expect(told(() => untyped(service)('a', {}, { pipeline: [] }))).toMatchObject({ what: "service('a') was given an option that it does not have: pipeline.", next: 'Its options are instances, concurrency.' })
    expect(told(() => untyped(consumer)('a', loop, { concurrency: 1 }))).toMatchObject({ what: "consumer('a') was given an option that it does not have: concurrency.", next: 'Its options are instances, subscribes, restarts.' })
  })

  test('that there is is taken, all at once, too', () => {
    expect(endpoint('a', {}, { instances: 1, concurrency: 1, pipeline: [] }).instances).toBe(1)
    expect(service('a', {}, { instances: 1, concurrency: 1 }).instances).toBe(1)
    expect(consumer('a', loop, { instances: 1, subscribes: [], restarts: false }).instances).toBe(1)
  })
})

describe('what is there in place of code', () => {
  test.each([[undefined, 'undefined'], [{}, 'object'], ['loop', 'string']])('%j is no receive loop', (given, name) => {
    expect(told(() => untyped(consumer)('a', given))).toEqual({
      kind: 'invalid-definition',
      what: `consumer('a') was given ${name} in place of its receive loop.`,
      why: 'Without a loop nobody receives its messages.',
      next: "Write consumer('a', async (receiver, context) => { for (;;) { const delivery = await receiver.receive(); … } }).",
    })
  })

  test.each([[undefined, 'undefined'], [null, 'null'], ['x', 'string']])('%j are no handlers', (given, name) => {
    expect(told(() => untyped(endpoint)('a', given))).toEqual({
      kind: 'invalid-definition',
      what: `endpoint('a') was given ${name} in place of its handlers.`,
      why: 'An endpoint handles messages by their type, with one function for each.',
      next: "Write endpoint('a', { async OrderSubmitted(message, context) { … } }).",
    })
  })

  test('the first handler that is no function is named', () => {
    const handle = (): Promise<void> => Promise.resolve()
    expect(told(() => untyped(endpoint)('a', { Fine: handle, Wrong: 1, Also: 2 })).what).toBe("The handler Wrong of endpoint('a') is not a function.")
    expect(told(() => untyped(endpoint)('a', () => ({ Wrong: 1 }))).what).toBe("The handler Wrong of endpoint('a') is not a function.")
  })
})

describe('a function that makes what a process keeps', () => {
  test('that throws is named, for nothing is ever handled while it does', () => {
    const { kind, what, why, next } = told(() =>
      started("endpoint('a')", () => {
        throw new TypeError('no memory.')
      }),
    )
    expect(kind).toBe('invalid-definition')
    expect(what).toMatch(/^endpoint\('a'\) threw TypeError: no memory(?: \(.+:\d+\))? when a process started\.$/)
    expect({ why, next }).toEqual({
      why: 'Each process calls that function when it starts, also after a crash. While it throws, nothing is ever handled.',
      next: 'Correct that line; what can fail belongs into the handlers, where a message can be tried again.',
    })
  })

  test('that throws no error has no place', () => {
    const thrown: unknown = 'no memory'
    expect(
      told(() =>
        started("endpoint('a')", () => {
          throw thrown
        }),
      ).what,
    ).toBe('endpoint(\'a\') threw "no memory" when a process started.')
  })

  test.each([new MisuseError('real-io', { what: 'a', why: 'b', next: 'c' }), new HarnessError({ what: 'a', why: 'b', next: 'c' })])("whose error is the workshop's own is left alone: %s", (own) => {
    expect(() =>
      started('it', () => {
        throw own
      }),
    ).toThrow(own)
  })

  test('gives what it made', () => {
    expect(started('it', () => 5)).toBe(5)
  })
})
