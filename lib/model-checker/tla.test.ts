import { readFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import { describe as group, expect, test } from 'vitest'
import * as solution from '../../solutions/exercise-12-model-checking/message-handler.js'
import * as starter from '../../solutions/exercise-12-model-checking/starter/message-handler.js'
import { add, check, type Specification } from './index.js'
import { readModule, type Valuation, type Value } from './tla.fixture.js'

/** Exercise 12 says the same in TypeScript and in TLA+. These tests run both files and compare what they can reach. */
const folder = fileURLToPath(new URL('../../solutions/exercise-12-model-checking/', import.meta.url))
const read = (...path: readonly string[]) => readFileSync([folder, ...path].join('/'), 'utf8')

const both = [
  { which: 'solution', typescript: solution, text: read('MessageHandler.tla') },
  { which: 'starter', typescript: starter, text: read('starter', 'MessageHandler.tla') },
]

/** From here on the spaces of the starter are too large for an interpreter written for clarity. */
const small = [
  [1, 1],
  [1, 2],
  [1, 3],
  [2, 1],
  [2, 2],
  [3, 1],
] as const

group.each(both)('exercise 12, $which', ({ typescript, text }) => {
  const module = readModule(text)
  const inTla = (messages: number, failures: number) =>
    module.specification({ MessageCount: messages, MaxFailures: failures, None: 'None' })

  test.each(small)('%i messages, %i failures: the same states, counted as TLC counts', (messages, failures) => {
    const [states, { generated, distinct, depth }] = explore<solution.State>({ ...typescript.specification({ messages, failures }), invariants: {} })
    const [translated, report] = explore(inTla(messages, failures))
    expect({ distinct, depth }).toEqual({ distinct: report.distinct, depth: report.depth })
    expect(states).toHaveLength(distinct)
    expect(translated.map(asTypeScript).sort()).toEqual(states.map((state) => canonical(state)).sort())
    // PlusCal adds a step that changes nothing to every final state, so that TLC does not take it for a deadlock.
    const final = states.filter(({ handler }) => handler.at === 'Done').length
    expect(report.generated).toBe(generated + final)
    expect(report.actions['Terminating']).toEqual({ generated: final, distinct: 0 })
  })

  test('the same steps, and each as often', () => {
    const { Terminating, ...translated } = check(inTla(2, 2)).actions
    expect(Terminating).toBeDefined()
    expect(translated).toEqual(check({ ...typescript.specification({ messages: 2, failures: 2 }), invariants: {} }).actions)
    const labels = [...(text.split('BEGIN TRANSLATION')[0] ?? '').matchAll(/^ *(\w+):$/gm)].map(([, label]) => label)
    expect(labels).toEqual(Object.keys(translated))
  })
})

test('the reference invariants hold in both, and say the same about the starter', () => {
  const promises = readModule(read('MessageHandler.tla'))
  const wrong = readModule(read('starter', 'MessageHandler.tla'))
  const constants = { MessageCount: 2, MaxFailures: 2, None: 'None' }
  const { invariants } = promises.specification(constants)
  expect(check(promises.specification(constants)).verdict).toBe('holds')
  for (const [name, inTypeScript] of Object.entries(solution.invariants)) {
    const inTla = invariants?.[name]
    if (inTla === undefined) throw new Error(`${name} is not in the module`)
    const ours = check({ ...starter.specification({ messages: 2, failures: 2 }), invariants: { [name]: inTypeScript } })
    const theirs = check({ ...wrong.specification(constants), invariants: { [name]: inTla } })
    expect([name, theirs.verdict, theirs.findings[0]?.trace?.steps.length]).toEqual([name, ours.verdict, ours.findings[0]?.trace?.steps.length])
  }
})

test('the checker of TLA+ is as strict as TLC: a step that forgets a variable is refused', () => {
  const text = read('MessageHandler.tla')
  for (const part of ['UNCHANGED << queue, sent >>', "/\\ sent' = sent\n"]) {
    expect(text).toContain(part)
    const forgetful = readModule(text.replace(part, part.startsWith('UNCHANGED') ? 'UNCHANGED << queue >>' : '\n'))
    const specification = forgetful.specification({ MessageCount: 1, MaxFailures: 1, None: 'None' })
    expect(() => check(specification)).toThrow('not completely specified: sent')
  }
})

test('the counts in the README', () => {
  const [solved, begun] = read('README.md')
    .split('| starter: messages')
    .map((part) => [...part.matchAll(/^\| (\d) \| (\d) \| ([\d,]+) \| ([\d,]+) \| (\d+) \|$/gm)].map(([, ...cells]) => cells.map((cell) => Number(cell.replaceAll(',', '')))))
  for (const [table, { specification }] of [[solved, solution], [begun, starter]] as const) {
    expect(table).toHaveLength(9)
    for (const [messages = 0, failures = 0, distinct = 0, generated, depth] of table ?? []) {
      if (distinct > 200_000) continue // 3.6 million states are right, too, but take 20 seconds
      const [{ length: final }, report] = explore<solution.State>(specification({ messages, failures }), ({ handler }) => handler.at === 'Done')
      expect([messages, failures, report.distinct, report.generated + final, report.depth]).toEqual([messages, failures, distinct, generated, depth])
    }
  }
})

test('the configuration names constants, invariants and properties that the module has', () => {
  for (const config of [read('MessageHandler.cfg'), read('starter', 'MessageHandler.cfg')]) {
    for (const name of ['Spec', 'MessageCount', 'MaxFailures', 'None', ...Object.keys(solution.invariants), 'EveryMessageIsHandled']) {
      expect(config).toContain(name)
      for (const { text } of both) expect(text).toMatch(new RegExp(`\\b${name}\\b`))
    }
  }
})

/** The states that are looked for, once each: the checker may ask about a state again, to see that the answer depends on nothing but its content. */
function explore<S>(specification: Specification<S>, wanted: (state: S) => boolean = () => true) {
  const states = new Map<string, S>()
  const seen = (state: S) => {
    if (wanted(state)) states.set(canonical(state), state)
    return true
  }
  const report = check({ ...specification, invariants: { seen } })
  return [[...states.values()], report] as const
}

function asTypeScript({ queue, failures, db, sent, message, decision, pc }: Valuation): string {
  const name = (id: Value | undefined) => (id === 'None' ? 'none' : `m${JSON.stringify(id)}`)
  const outcomes = (set: Value | undefined) =>
    list(set).map((one) => ({ message: name(record(one)['message']), decision: record(one)['decision'] })).reduce<readonly unknown[]>(add, [])
  return canonical({
    queue: list(queue).map(name),
    failures: Object.fromEntries(Object.entries(record(failures)).map(([id, count]) => [name(Number(id)), count])),
    db: outcomes(db),
    sent: outcomes(sent),
    handler: { at: pc, message: name(message), decision: decision === 'None' ? 0 : decision },
  })
}

function list(value: Value | undefined): readonly Value[] {
  return Array.isArray(value) ? (value as readonly Value[]) : []
}

function record(value: Value | undefined): Valuation {
  return typeof value === 'object' && !Array.isArray(value) ? (value as Valuation) : {}
}

function canonical(value: unknown): string {
  return JSON.stringify(value, (_, part: unknown) =>
    typeof part === 'object' && part !== null && !Array.isArray(part)
      ? Object.fromEntries(Object.entries(part).sort(([one], [other]) => (one < other ? -1 : 1)))
      : part,
  )
}
