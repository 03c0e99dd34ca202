import fc from 'fast-check'
import { describe, test } from 'vitest'
import { check, type CheckOptions, type Scenario, type View } from '#lib/testing'
import type { Cart } from '#driveway'
import { creditCheck, creditCheckThatIsDown, creditCheckThatSaysYesOnce, slowCreditCheck } from './given.js'
import { web, worker } from './submit-cart.js'

/** What the customers want, and what the credit check will say to it. Erika could not pay for the Chiron, and Max not even for the Porsche. */
const carts: Readonly<Record<string, Cart>> = {
  c1: { customer: 'Erika', car: 'Porsche 911', price: 89_000 },
  c10: { customer: 'Erika', car: 'Bugatti Chiron', price: 3_200_000 },
  c2: { customer: 'Max', car: 'Porsche 911', price: 89_000 },
  c20: { customer: 'Max', car: 'VW Golf', price: 9_000 },
}
const decisions: Readonly<Record<string, string>> = { c1: 'accepted', c10: 'rejected', c2: 'rejected', c20: 'accepted' }

const documents = { web: { carts } }

type FaultBudget = NonNullable<CheckOptions['faults']>

const second = 1_000
const hour = 3_600 * second
const eightDays = 8 * 24 * hour

/** What a conversation consists of: clicks, those next to each other at the same time, and waiting. */
const events = ['c1', 'c2', 'c10', 'c20', 'an hour passes', 'eight days pass'] as const

describe('exercise 02 · accept-then-work', () => {
  test('★ a click leads to an accepted order', () =>
    check({
      system: () => [web, worker, creditCheck()],
      documents,
      scenario: (scenario) => buy(scenario, 'c1'),
      atRest: {
        'every click gets its response in time': everyClickIsAnsweredInTime,
        'the response leads to the progress of the order': answersLeadToProgress,
        'every click with a 2xx is decided': everyOrderIsDecided,
        'no message is left over': noDeadLetters,
      },
    }))

  test('★ no credit, no car', () =>
    check({
      system: () => [web, worker, creditCheck()],
      documents,
      scenario: (scenario) => buy(scenario, 'c2'),
      atRest: {
        'every click gets its response in time': everyClickIsAnsweredInTime,
        'the response leads to the progress of the order': answersLeadToProgress,
        'every click with a 2xx is decided': everyOrderIsDecided,
        'no message is left over': noDeadLetters,
      },
    }))

  test('★ a customer may want two cars, one of which is too expensive', () =>
    check({
      system: () => [web, worker, creditCheck()],
      documents,
      async scenario(scenario) {
        await buy(scenario, 'c10')
        await buy(scenario, 'c1')
      },
      atRest: {
        'every click gets its response in time': everyClickIsAnsweredInTime,
        'the response leads to the progress of the order': answersLeadToProgress,
        'every click with a 2xx is decided': everyOrderIsDecided,
        'no message is left over': noDeadLetters,
      },
    }))

  test('★ what is not there is not found', () =>
    check({
      system: () => [web, worker, creditCheck()],
      documents,
      async scenario({ browser }) {
        await browser.post('/carts/c9/submission')
        const answer = await browser.post('/carts/c1/submission')
        const location = answer?.headers['location']
        if (location?.includes('c1') === true) await browser.get(location.replaceAll('c1', 'c9'))
      },
      atRest: { 'what is not there is not found': whatIsNotThereIsNotFound },
    }))

  test('★★ the credit check takes its time', () =>
    check({
      system: () => [web, worker, slowCreditCheck(15 * second)],
      documents,
      scenario: (scenario) => buy(scenario, 'c1', { attempts: 1 }),
      atRest: {
        'every click gets its response in time': everyClickIsAnsweredInTime,
        'the response says what is true: accepted, and not decided yet': everyClickIsAccepted,
        'the response leads to the progress of the order': answersLeadToProgress,
        'every click with a 2xx is decided': everyOrderIsDecided,
        'no message is left over': noDeadLetters,
      },
    }))

  test('★★ the credit check is down for an hour', () =>
    check({
      system: () => [web, worker, creditCheckThatIsDown(hour)],
      documents,
      scenario: (scenario) => buy(scenario, 'c1', { looksAfter: 2 * hour }),
      atRest: {
        'every click gets its response in time': everyClickIsAnsweredInTime,
        'the response leads to the progress of the order': answersLeadToProgress,
        'what cannot be decided is pending, and its message is kept': isDecidedOrKept,
      },
    }))

  test('★★ the credit check fails once, or responds when nobody is waiting any more', () =>
    check({
      system: () => [web, worker, creditCheck()],
      documents,
      scenario: (scenario) => buy(scenario, 'c1'),
      faults: { serverErrors: 1, slowResponses: 1 },
      atRest: {
        'every click gets its response in time': everyClickIsAnsweredInTime,
        'the response leads to the progress of the order': answersLeadToProgress,
        'every click with a 2xx is decided': everyOrderIsDecided,
        'no message is left over': noDeadLetters,
      },
    }))

  test('★★ the credit check fails time and again', () =>
    check({
      system: () => [web, worker, creditCheck()],
      documents,
      scenario: (scenario) => buy(scenario, 'c1', { looksAtOnce: 0 }),
      faults: { serverErrors: 6 },
      broker: { maxDeliveries: 20 },
      atRest: { 'every click with a 2xx is decided': everyOrderIsDecided, 'no message is left over': noDeadLetters },
    }))

  test('★★ the store does not respond, time and again', () =>
    check({
      system: () => [web, worker, creditCheck()],
      documents,
      scenario: (scenario) => buy(scenario, 'c1', { looksAtOnce: 0 }),
      faults: { ambiguousCommits: 4 },
      broker: { maxDeliveries: 20 },
      atRest: { 'every click with a 2xx is decided': everyOrderIsDecided, 'no message is left over': noDeadLetters },
    }))

  test('★★ a process crashes in the middle of the work', () =>
    check({
      system: () => [web, worker, creditCheck()],
      documents,
      scenario: (scenario) => buy(scenario, 'c1'),
      faults: { crashes: 1 },
      atRest: {
        'every click gets its response in time': everyClickIsAnsweredInTime,
        'the response leads to the progress of the order': answersLeadToProgress,
        'every click with a 2xx is decided': everyOrderIsDecided,
        'no message is left over': noDeadLetters,
      },
    }))

  test('★★ the broker refuses the message', () =>
    check({
      system: () => [web, worker, creditCheck()],
      documents,
      scenario: (scenario) => buy(scenario, 'c1'),
      faults: { refusals: 1 },
      atRest: { 'every click with a 2xx is decided': everyOrderIsDecided, 'no message is left over': noDeadLetters },
    }))

  test.each<[string, FaultBudget, number?]>([
    ['crash and copy', { crashes: 1, copies: 1 }],
    ['crash and ambiguous commit', { crashes: 1, ambiguousCommits: 1 }],
    ['copy and ambiguous commit, while the customer looks again and again', { copies: 1, ambiguousCommits: 1 }, 2],
    ['crash and lost response', { crashes: 1, lostResponses: 1 }],
    ['crash and ambiguous send', { crashes: 1, ambiguousSends: 1 }],
    ['lost response and ambiguous send', { lostResponses: 1, ambiguousSends: 1 }],
  ])('★★★ through every %s', (_name, faults, looksAtOnce = 0) =>
    check({
      system: () => [web, worker, creditCheck()],
      documents,
      scenario: (scenario) => buy(scenario, 'c1', { looksAtOnce }),
      faults,
      atRest: {
        'the response leads to the progress of the order': answersLeadToProgress,
        'every click with a 2xx is decided': everyOrderIsDecided,
        'no message is left over': noDeadLetters,
      },
    }),
  )

  test('★★★ two workers with a copy each, and the credit check changes its mind', () =>
    check({
      system: () => [web, worker, creditCheckThatSaysYesOnce()],
      documents,
      scenario: (scenario) => buy(scenario, 'c1'),
      faults: { copies: 1 },
      atRest: {
        'the response says what is true: accepted, and not decided yet': everyClickIsAccepted,
        'the response leads to the progress of the order': answersLeadToProgress,
        'no message is left over': noDeadLetters,
      },
    }))

  test('★★★ any conversation, with several carts, late copies and all of these faults', () =>
    check({
      system: () => [web, worker, creditCheck()],
      documents,
      given: fc.uniqueArray(fc.constantFrom(...events), { minLength: 1 }),
      scenario: converse,
      faults: { crashes: 2, copies: 1, lateCopies: 1, lostResponses: 1, ambiguousCommits: 2, ambiguousSends: 1, serverErrors: 1, slowResponses: 1 },
      broker: { lateness: eightDays, maxDeliveries: 12 },
      runs: 150,
      atRest: {
        'the response leads to the progress of the order': answersLeadToProgress,
        'every click with a 2xx is decided': everyOrderIsDecided,
        'no message is left over': noDeadLetters,
      },
    }))
})

/** A customer clicks, looks at once, and looks again an hour later. */
async function buy(scenario: Scenario, cartId: string, { attempts = 3, looksAtOnce = 1, looksAfter = hour } = {}): Promise<void> {
  const { browser } = scenario
  const answer = await browser.post(`/carts/${cartId}/submission`, undefined, { attempts })
  const location = answer?.headers['location']
  if (location === undefined) return
  for (let look = 1; look <= looksAtOnce; look++) await browser.get(location, { attempts })
  await scenario.wait(looksAfter)
  await browser.get(location)
}

/** Customers click, and look again whenever time has passed. */
async function converse({ browser, wait }: Scenario, conversation: readonly string[]): Promise<void> {
  const locations = new Set<string>()
  for (const part of [...conversation, 'eight days pass'].join(' ').split(/(?= an hour passes| eight days pass)/)) {
    if (part.includes('an hour passes')) await wait(hour)
    if (part.includes('eight days pass')) await wait(eightDays + hour)
    for (const location of locations) await browser.get(location)
    const answers = await Promise.all((part.match(/c[0-9]+/g) ?? []).map((cartId) => browser.post(`/carts/${cartId}/submission`)))
    for (const location of answers.flatMap((answer) => answer?.headers['location'] ?? [])) locations.add(location)
  }
}

type Look = View['browser']['clicks'][number]

const isTakenOn = ({ method, response }: Look): boolean => method === 'POST' && response !== undefined && response.status >= 200 && response.status <= 299

const cartOf = ({ path }: Look): string => path.split('/')[2] ?? ''

function everyClickIsAnsweredInTime({ browser }: View): true | string {
  for (const click of browser.clicks) {
    const customer = carts[cartOf(browser.clicks[0] ?? click)]?.customer ?? 'the customer'
    if (click.response === undefined) return `expected a response to ${click.method} ${click.path} within 10 seconds, found none: ${customer} looks at an hourglass`
    if (click.method === 'POST' && !isTakenOn(click)) return `expected ${click.path} to be accepted (202), found status ${click.response.status}: ${customer} goes to another dealer`
  }
  return true
}

function everyClickIsAccepted({ browser }: View): true | string {
  const other = browser.clicks.find(({ method, response }) => method === 'POST' && response?.status !== 202)
  return other === undefined || `expected 202 Accepted in response to ${other.path}, found ${other.response?.status ?? 'no response'}: nothing is decided yet`
}

function answersLeadToProgress({ browser }: View): true | string {
  const decisions = new Map<string, string>()
  for (const click of browser.clicks) {
    const { method, path, response } = click
    if (response === undefined) continue
    const { status, headers } = response
    const { status: progress, links } = read(response.body)
    if (isTakenOn(click)) {
      const location = headers['location']
      if (location === undefined) return `expected the response ${status} to lead to the order, found no Location`
      if (!links.includes(location)) return `expected ${location} among the _links of the response ${status}, found ${links.join(', ') || 'none'}`
    }
    if (method === 'GET') {
      if (status !== 200) return `expected ${path}, which the customer was given, to show the progress of the order, found status ${status}`
      if (!['pending', 'accepted', 'rejected'].includes(progress)) return `expected ${path} to say pending, accepted or rejected, found ${progress}`
      if (!links.includes(path)) return `expected ${path} among the _links of ${path}, found ${links.join(', ') || 'none'}`
      const before = decisions.get(path) ?? progress
      if (before !== progress) return `expected ${path} to say ${before}, as it did before, found ${progress}`
      if (progress !== 'pending') decisions.set(path, progress)
    }
  }
  return true
}

/** Whoever was told 2xx gets a decision of her own, by what her cart costs. */
function everyOrderIsDecided({ browser }: View): true | string {
  for (const { click, status } of lastLooks(browser.clicks)) {
    const expected = decisions[cartOf(click)]
    if (status !== expected) return `${click.path} got ${click.response?.status ?? 0}; later, expected ${expected ?? '?'}, found ${status}`
  }
  return true
}

function isDecidedOrKept({ browser, queues }: View<'web'>): true | string {
  for (const { click, status } of lastLooks(browser.clicks)) {
    const told = `${click.path} got ${click.response?.status ?? 0}, and the credit check was down for an hour`
    if (status === 'rejected') return `${told}: expected pending, found rejected`
    if (status === 'pending' && queues.web.messages.length + queues.web.deadLetters.length === 0) return `${told}: it is pending, and there is no message about it any more, not even in the dead-letter queue`
  }
  return true
}

/** Each click that got a 2xx, with what the customer saw when she looked for the last time. */
function lastLooks(clicks: readonly Look[]): readonly { readonly click: Look; readonly status: string }[] {
  return clicks.filter(isTakenOn).flatMap((click) => {
    const last = clicks.findLast(({ method, path, response }) => method === 'GET' && path === click.response?.headers['location'] && response !== undefined)
    return last === undefined ? [] : [{ click, status: read(last.response?.body).status }]
  })
}

function noDeadLetters({ queues }: View<'web'>): true | string {
  const [dead] = queues.web.deadLetters
  return dead === undefined || `expected every message to be dealt with, found ${dead.type} in the dead-letter queue: ${dead.reason ?? ''}`
}

function whatIsNotThereIsNotFound({ browser }: View): true | string {
  const found = browser.clicks.find(({ path, response }) => path.includes('c9') && response?.status !== 404)
  return found === undefined || `expected 404 in response to ${found.method} ${found.path}, for there is no such cart, found ${found.response?.status ?? 'no response'}`
}

/** The status and the addresses of a hypermedia answer. */
function read(body: unknown): { readonly status: string; readonly links: readonly (string | undefined)[] } {
  const { status, _links } = (body ?? {}) as { readonly status?: unknown; readonly _links?: Readonly<Record<string, { readonly href?: string } | undefined>> }
  return { status: typeof status === 'string' ? status : 'no status', links: Object.values(_links ?? {}).map((link) => link?.href) }
}
