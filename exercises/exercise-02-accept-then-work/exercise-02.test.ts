import { describe, test } from 'vitest'
import { check, type Promised, type Scenario, type View } from '#lib/testing'
import type { Cart } from '#driveway'
import { creditCheck, slowCreditCheck } from './given.js'
import { web, worker } from './submit-cart.js'

const porsche: Cart = { customer: 'Erika', car: 'Porsche 911', price: 89_000 }
const chiron: Cart = { customer: 'Max', car: 'Bugatti Chiron', price: 3_200_000 }

const second = 1_000
const hour = 3_600 * second

const documents = { web: { carts: { c1: porsche, c2: chiron } } }

describe('exercise 02 · accept-then-work', () => {
  test('★ a click leads to an accepted order', () =>
    check({
      system: () => [web, worker, creditCheck()],
      documents,
      scenario: (scenario) => buy(scenario, 'c1'),
      atRest: {
        'every click gets its response in time': everyClickIsAnsweredInTime,
        'the response leads to the progress of the order': answersLeadToProgress,
        'every click with a 2xx is decided': isDecided('accepted'),
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
        'every click with a 2xx is decided': isDecided('rejected'),
      },
    }))

  test('★★ the credit check takes its time', () =>
    check({
      system: () => [web, worker, slowCreditCheck(15 * second)],
      documents,
      scenario: (scenario) => buy(scenario, 'c1', { attempts: 1 }),
      atRest: {
        'every click gets its response in time': everyClickIsAnsweredInTime,
        'the response leads to the progress of the order': answersLeadToProgress,
        'every click with a 2xx is decided': isDecided('accepted'),
      },
    }))

  test('★★ the credit check is down all day', () =>
    check({
      system: () => [web, worker, slowCreditCheck(24 * hour)],
      documents,
      scenario: (scenario) => buy(scenario, 'c1'),
      atRest: {
        'every click gets its response in time': everyClickIsAnsweredInTime,
        'the response leads to the progress of the order': answersLeadToProgress,
        'what cannot be decided is still pending': isDecided('pending'),
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
        'every click with a 2xx is decided': isDecided('accepted'),
      },
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
        'every click with a 2xx is decided': isDecided('accepted'),
      },
    }))

  test('★★ the broker refuses the message', () =>
    check({
      system: () => [web, worker, creditCheck()],
      documents,
      scenario: (scenario) => buy(scenario, 'c1'),
      faults: { refusals: 1 },
      atRest: { 'every click with a 2xx is decided': isDecided('accepted') },
    }))

  test('★★★ through every crash, copy and ambiguous commit', () =>
    check({
      system: () => [web, worker, creditCheck()],
      documents,
      scenario: (scenario) => buy(scenario, 'c1', { looksAtOnce: false }),
      faults: { crashes: 1, copies: 1, ambiguousCommits: 1 },
      atRest: {
        'the response leads to the progress of the order': answersLeadToProgress,
        'every click with a 2xx is decided': isDecided('accepted'),
      },
    }))

  test('★★★ through every crash, lost response and ambiguous send', () =>
    check({
      system: () => [web, worker, creditCheck()],
      documents,
      scenario: (scenario) => buy(scenario, 'c1', { looksAtOnce: false }),
      faults: { crashes: 1, lostResponses: 1, ambiguousSends: 1 },
      atRest: {
        'the response leads to the progress of the order': answersLeadToProgress,
        'every click with a 2xx is decided': isDecided('accepted'),
      },
    }))
})

/** A customer clicks, looks at once, and looks again an hour later. */
async function buy(scenario: Scenario, cartId: string, { attempts = 3, looksAtOnce = true } = {}): Promise<void> {
  const { browser } = scenario
  const answer = await browser.post(`/carts/${cartId}/submission`, undefined, { attempts })
  const location = answer?.headers['location']
  if (location === undefined) return
  if (looksAtOnce) await browser.get(location, { attempts })
  await scenario.wait(hour)
  await browser.get(location)
}

type Look = View['browser']['clicks'][number]

const isTakenOn = ({ method, response }: Look): boolean => method === 'POST' && response !== undefined && response.status >= 200 && response.status <= 299

function everyClickIsAnsweredInTime({ browser }: View): true | string {
  for (const click of browser.clicks) {
    const customer = click.path.includes('c1') ? porsche.customer : chiron.customer
    if (click.response === undefined) return `expected a response to ${click.method} ${click.path} within 10 seconds, found none: ${customer} looks at an hourglass`
    if (click.method === 'POST' && !isTakenOn(click)) return `expected ${click.path} to be accepted (202), found status ${click.response.status}: ${customer} goes to another dealer`
  }
  return true
}

function answersLeadToProgress({ browser }: View): true | string {
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
    }
  }
  return true
}

function isDecided(expected: string): Promised {
  return ({ browser }) => {
    const taken = browser.clicks.find(isTakenOn)
    const last = browser.clicks.at(-1)
    if (taken === undefined || last?.response === undefined) return true
    const { status } = read(last.response.body)
    return status === expected || `${taken.path} got ${taken.response?.status ?? 0}; an hour later, expected ${expected}, found ${status}`
  }
}

/** The status and the addresses of a hypermedia answer. */
function read(body: unknown): { readonly status: string; readonly links: readonly (string | undefined)[] } {
  const { status, _links } = (body ?? {}) as { readonly status?: unknown; readonly _links?: Readonly<Record<string, { readonly href?: string } | undefined>> }
  return { status: typeof status === 'string' ? status : 'no status', links: Object.values(_links ?? {}).map((link) => link?.href) }
}
