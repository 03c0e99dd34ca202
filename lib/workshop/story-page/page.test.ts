import { describe, expect, test } from 'vitest'
import * as stories from '../../story/fixtures/index.js'
import type { WorldView } from '../../simulation/index.js'
import { opener } from '../commands/story.js'
import type { Story } from '../replay/story.js'
import { mostSteps, storyPage } from './page.js'
import { isSame, tablesOf } from './tables.js'

const traces = Object.values(stories).flatMap((value) => (typeof value === 'object' && 'steps' in value ? [value] : []))
const told = (trace: Story['trace'], ending: readonly string[] = ['✗ one order per cart', 'expected 1, found 2']): Story => ({
  exercise: { number: 1, name: 'exercise-01', folder: 'exercise-01-double-click', title: 'double-click', module: { number: 1, title: '', elective: false } },
  test: '★★ a check',
  trace,
  schedule: trace.steps.map(({ open }) => open?.[0] ?? ''),
  brokenAt: trace.steps.at(-1)?.number,
  brokenAtRest: false,
  ending,
})
const count = (text: string, pattern: RegExp): number => text.match(pattern)?.length ?? 0

describe('a page', () => {
  test('has everything about every step', () => {
    expect(traces.length).toBeGreaterThan(3)
    for (const trace of traces) {
      const page = storyPage(told(trace))
      expect(count(page, /<section class="panel"/g)).toBe(trace.steps.length)
      expect(count(page, /<g class="step/g)).toBe(trace.steps.length)
      expect(count(page, /<li class="taken">/g)).toBe(trace.steps.filter(({ open }) => open !== undefined && open.length > 0).length)
      expect(count(page, /the promise is broken here/g)).toBe(1)
    }
  })

  test('fetches nothing, and may not', () => {
    for (const trace of traces) {
      const page = storyPage(told(trace))
      expect(page).toContain("content=\"default-src 'none';")
      expect(page.replaceAll('http://www.w3.org/2000/svg', '')).not.toMatch(/(?:src|href)="|url\(|@import|https?:\/\/[a-z]/)
    }
  })

  test('shows a text as a text, whatever is in it', () => {
    const [trace] = traces
    const steps = (trace?.steps ?? []).map((step) => ({ ...step, text: '<b>bold</b>', data: '</pre><script>alert(1)</script>', open: ['<img>'] }))
    const page = storyPage(told({ participants: trace?.participants ?? [], steps }, ['<i>']))
    expect(page).not.toMatch(/<b>bold|<script>alert|<img>|<i>/)
    expect(page).toContain('&#60;b&#62;bold')
  })

  test('of a story that goes on for ever ends, and says so', () => {
    const [trace] = traces
    const [first] = trace?.steps ?? []
    if (trace === undefined || first === undefined) throw new Error('there is no story to try')
    const steps = Array.from({ length: mostSteps + 20 }, (_, index) => ({ ...first, number: index + 1 }))
    const page = storyPage(told({ ...trace, steps }))
    expect(count(page, /<section class="panel"/g)).toBe(mostSteps)
    expect(page).toContain('and so on: 20 more steps')
  })
})

describe('the tables beside the diagram', () => {
  const message = { id: 'm1', type: 'Paid', state: 'visible', deliveryCount: 0, body: {} } as const
  const world = (change: Partial<WorldView>): WorldView => ({ stores: {}, queues: [], ledgers: {}, ...change })
  const orders = (balance: number): WorldView['stores'] => ({ orders: { accounts: [{ id: 'Erika', version: balance, value: { balance } }] } })

  test('say what a step did', () => {
    const changes = (now: WorldView, before?: WorldView): string[] => tablesOf(now, before).flatMap(({ rows }) => rows.map(({ change }) => change))
    expect(changes(world({ stores: orders(1) }), world({ stores: { orders: {} } }))).toEqual(['new'])
    expect(changes(world({ stores: orders(2) }), world({ stores: orders(1) }))).toEqual(['changed'])
    expect(changes(world({ stores: orders(1) }), world({ stores: orders(1) }))).toEqual(['same'])
    expect(changes(world({ stores: { orders: {} } }), world({ stores: orders(1) }))).toEqual(['gone'])
  })

  test('tell copies of a message apart', () => {
    const queue = (...messages: WorldView['queues'][number]['messages']): WorldView => world({ queues: [{ name: 'orders', messages, deadLetters: [] }] })
    const locked = { ...message, state: 'locked', deliveryCount: 1 } as const
    expect(tablesOf(queue(locked, message), queue(message, message))[0]?.rows.map(({ change }) => change)).toEqual(['changed', 'same'])
    expect(tablesOf(queue(message), queue(locked, message))[0]?.rows.map(({ change }) => change)).toEqual(['same', 'gone'])
  })

  test('of a first step have nothing to be compared with', () => {
    expect(tablesOf(world({ stores: orders(1), ledgers: { bank: [1, 2] } }), undefined).every(isSame)).toBe(true)
  })
})

test.each([
  ['darwin', 'open a.html'],
  ['win32', 'explorer "a.html"'],
  ['linux', 'xdg-open a.html'],
] as const)('on %s a page opens with %s', (platform, command) => {
  expect(opener('a.html', platform)).toBe(command)
})
