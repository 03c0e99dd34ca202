import { describe, expect, test } from 'vitest'
import { falseAlarm, missingRule, remembers, type Submission } from '../../../exercises/exercise-11-thousands-of-paths/agreement.js'
import { histories, rules } from '../../../exercises/exercise-11-thousands-of-paths/histories.js'
import * as second from '../../../solutions/exercise-11-thousands-of-paths/second-solutions/compare-with-a-model.js'
import * as solution from '../../../solutions/exercise-11-thousands-of-paths/last-car.js'
import type { Promises, View } from '../../exploration/index.js'

/** The judge of exercise 11's promises, judged: right ones that are written differently pass, and each rule is missed when it is left out. */

const names = { cars: ['Porsche 911', 'Fiat 500'], customers: ['Erika', 'Karl'] }

interface Told {
  readonly id: string
  readonly key: string
  readonly car: string
  readonly customer: string
}

function told({ sent }: View, wanted: string): Told[] {
  return sent.flatMap(({ id, message: { type, car, customer } }) => (type === wanted && typeof car === 'string' && typeof customer === 'string' ? [{ id, car, customer, key: `${car} ${customer}` }] : []))
}

const byTables: Submission = {
  always: {
    'the owner of a car': (view) => {
      const owners: Record<string, Told> = {}
      for (const sale of told(view, 'CarSold')) {
        const owner = (owners[sale.car] ??= sale)
        if (owner.customer !== sale.customer) return `${sale.car}: expected ${owner.customer}, found ${sale.customer}`
        if (owner.id !== sale.id) return `${sale.car}: expected ${owner.id}, found ${sale.id}`
      }
      return true
    },
    'yes or no': (view) => {
      const yes = new Set(told(view, 'CarSold').map(({ key }) => key))
      return !told(view, 'CarGone').some(({ key }) => yes.has(key)) || 'yes and no'
    },
  },
  atRest: {
    'as many pairs heard something as asked': (view) => {
      const asked = new Set(told(view, 'BuyCar').map(({ key }) => key))
      for (const { key } of [...told(view, 'CarSold'), ...told(view, 'CarGone')]) asked.delete(key)
      return asked.size === 0 || `nothing was told to ${[...asked].join(', ')}`
    },
    'as many cars are sold as wanted': (view) => new Set(told(view, 'BuyCar').map(({ car }) => car)).size === new Set(told(view, 'CarSold').map(({ car }) => car)).size || 'a car is left',
  },
}

const allAtRest: Submission = { always: {}, atRest: { ...solution.always, ...solution.atRest } }

/** Only for the cars and customers that its own generator names. */
const byName: Submission = {
  always: Object.fromEntries(
    names.cars.map((car) => [
      `the ${car}`,
      (view: View) => new Set(told(view, 'CarSold').filter((sale) => sale.car === car).map(({ customer, id }) => `${customer} ${id}`)).size <= 1 || 'two sales',
    ]),
  ),
  atRest: Object.fromEntries(
    names.cars.flatMap((car) =>
      names.customers.map((customer) => [
        `${customer} and the ${car}`,
        (view: View) => {
          const has = (type: string, also = customer): boolean => told(view, type).some(({ key }) => key === `${car} ${also}`)
          if (!has('BuyCar')) return true
          return (has('CarSold') !== has('CarGone') && names.customers.some((other) => has('CarSold', other))) || 'not one answer, or no owner'
        },
      ]),
    ),
  ),
}

describe.each(Object.entries({ solution, second, byTables, allAtRest, byName }))('right: %s', (_title, promises) => {
  test('raises no false alarm, leaves no rule out and remembers nothing', () => {
    expect(falseAlarm(promises, names)).toBeUndefined()
    expect(missingRule(promises, names)).toBeUndefined()
    expect(remembers(promises, names)).toBeUndefined()
  })
})

const without = (promises: Promises, name: string): Promises => Object.fromEntries(Object.entries(promises).filter(([other]) => other !== name))

test.each([
  ['no car is sold to two customers', rules['one owner']],
  ['nobody hears both yes and no', rules.unchanged],
  ['one sale has one message id', rules['billed once']],
  ['whoever asks for a car gets an answer', rules.answered],
  ['a car that is wanted is sold', rules.sold],
])('without "%s" a rule is left out: %s', (name, rule) => {
  const left = { always: without(solution.always, name), atRest: without(solution.atRest, name) }
  expect(Object.keys({ ...left.always, ...left.atRest })).toHaveLength(4)
  const text = missingRule(left, names) ?? ''
  expect(text.split('\n')[0]).toBe(`✗ a rule is left out: ${rule}`)
  expect(Math.max(...text.split('\n').map(({ length }) => length))).toBeLessThanOrEqual(80)
})

describe('asking for too much', () => {
  const also = (kind: 'always' | 'atRest', name: string, promise: (view: View) => true | string): string | undefined =>
    falseAlarm({ always: solution.always, atRest: solution.atRest, [kind]: { ...solution[kind], [name]: promise } }, names)

  test.each([
    ['an id by its spelling', 'always', (view: View) => told(view, 'CarSold').every(({ id, car }) => id === `sold-${car}`) || 'a strange id', 'An id is any text'],
    ['one id for each no', 'atRest', (view: View) => new Set(told(view, 'CarGone').map(({ id }) => id)).size === new Set(told(view, 'CarGone').map(({ key }) => key)).size || 'two ids', 'An id is any text'],
    ['a message once', 'atRest', (view: View) => new Set(told(view, 'CarSold').map(({ id }) => id)).size === told(view, 'CarSold').length || 'sent twice', 'do not count messages'],
    ['an answer at once', 'always', (view: View) => told(view, 'BuyCar').length === 0 || told(view, 'CarSold').length > 0 || 'no answer', 'It is asked after every step'],
    ['first come, first served', 'atRest', (view: View) => told(view, 'BuyCar')[0]?.customer === told(view, 'CarSold')[0]?.customer || 'not the first', 'Is anybody worse off here'],
    ['no before yes', 'always', (view: View) => told(view, 'CarGone').every(({ car }) => told(view, 'CarSold').some((sale) => sale.car === car)) || 'gone, and not sold', 'It is asked after every step'],
    ['an answer to nobody', 'always', (view: View) => view.sent.every(({ message }) => message['customer'] !== undefined) || 'nobody asked for that', 'Without the messages that sales sends to itself, it is kept.'],
    ['what throws', 'always', (view: View) => told(view, 'CarSold').reduce((_, last) => last).id !== '' || 'empty', 'Your promise says: it threw TypeError'],
  ] as const)('%s', (name, kind, promise, because) => {
    const text = also(kind, name, promise) ?? ''
    expect(text.split('\n')[0]).toBe(`✗ a false alarm: "${name}"`)
    expect(text.replace(/\s+/g, ' ')).toContain(because)
    expect(Math.max(...text.split('\n').map(({ length }) => length))).toBeLessThanOrEqual(80)
  })
})

describe('memory beside a promise', () => {
  const only = (promise: (view: View) => true | string): Submission => ({ always: { mine: promise }, atRest: {} })

  test('the first owner, for good', () => {
    const owners = new Map<string, string>()
    const text = remembers(only((view) => {
      for (const { car, customer } of told(view, 'CarSold')) {
        const owner = owners.get(car) ?? customer
        owners.set(car, owner)
        if (owner !== customer) return `${car}: ${owner} and ${customer}`
      }
      return true
    }), names)
    expect(text).toContain('✗ "mine" remembers something')
  })

  test('everything ever sent, of one car by its name', () => {
    const sales = new Set<string>()
    const text = remembers(only((view) => {
      for (const { car, customer } of told(view, 'CarSold')) if (car === 'Porsche 911') sales.add(customer)
      return sales.size <= 1 || 'two customers'
    }), names)
    expect(text).toContain('no Set, Map, list or counter')
  })
})

test('histories break one rule each, or none, and every rule comes up', () => {
  const all = histories(names)
  expect(new Set(all.map(({ broken }) => broken?.rule))).toEqual(new Set([undefined, ...Object.keys(rules)]))
  for (const { events, broken } of all) {
    const noticed = Object.entries({ ...allAtRest.atRest }).filter(([, ask]) => ask({ ...emptyView, sent: events }) !== true)
    expect(noticed).toHaveLength(broken === undefined ? 0 : 1)
  }
})

const emptyView = { stores: {}, queues: {}, browser: { clicks: [] }, ledgers: {} }
