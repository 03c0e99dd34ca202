import { Chalk } from 'chalk'
import { describe, expect, test } from 'vitest'
import { displayWidth } from '../../story/width.js'
import * as stories from '../../story/fixtures/index.js'
import type { Terminal } from '../screen/terminal.js'
import { page } from './page.js'
import { targetOf } from './player.js'
import type { Story } from './story.js'
import { tell } from './story-text.js'

const nothing = (): void => undefined
const terminal = (width: number): Terminal => ({ width, colour: false, paint: new Chalk({ level: 0 }), interactive: false, print: nothing, complain: nothing, wipe: nothing, whisper: nothing })
const traces = Object.values(stories).flatMap((value) => (typeof value === 'object' && 'steps' in value ? [value] : []))
const told = (trace: Story['trace']): Story => ({
  exercise: { number: 1, name: 'exercise-01', folder: 'exercise-01-double-click', title: 'double-click', module: { number: 1, title: '', elective: false } },
  test: '★★ a check',
  trace,
  schedule: trace.steps.map(({ open }) => open?.[0] ?? ''),
  brokenAt: undefined,
  brokenAtRest: false,
  ending: ['✗ one order per cart', 'expected 1 order for cart c1, found 2: there are 2 × Porsche 911 on their way to Erika and to somebody else'],
})

describe('a page of the player', () => {
  test('there are stories to try', () => {
    expect(traces.length).toBeGreaterThan(3)
  })

  test.each([
    [80, 24],
    [200, 50],
    [60, 15],
    [40, 10],
  ])('fills %i × %i exactly, at every step', (width, rows) => {
    for (const trace of traces) {
      for (let after = 0; after <= trace.steps.length; after++) {
        const lines = page(told(trace), after, rows, terminal(width))
        expect(lines.length).toBe(rows)
        expect(lines.filter((line) => line.includes('\n'))).toEqual([])
        expect(lines.slice(0, -1).filter((line) => displayWidth(line) > width)).toEqual([])
        expect(lines.at(-1)).toContain(`step ${after} of ${trace.steps.length}`)
      }
    }
  })

  test('documents stand there in whole where there is room for them', () => {
    const [trace] = traces
    const long = 'a note that is a good deal longer than any line of a terminal, and that says at its very end what counts: thirteen'
    const steps = trace?.steps.slice(0, 1).map((step) => ({ ...step, after: { stores: { web: { carts: [{ id: 'c1', version: 1, value: { note: long } }] } }, queues: [], ledgers: {} } })) ?? []
    const story = told({ participants: trace?.participants ?? [], steps })
    expect(page(story, 1, 24, terminal(80)).join(' ').replace(/\s+/g, ' ')).toContain(long)
    expect(page(story, 1, 10, terminal(80)).join(' ')).toMatch(/note: 'a note that.*…/)
    expect(tell(story, terminal(80)).replace(/\s+/g, ' ')).toContain(long)
  })

  test('what could happen next is told to its end, first of all what does happen', () => {
    const [trace] = traces
    const open = ['web 1 receives SubmitOrder m1', 'web 2, POST /carts/c1/submission, commits carts c1 and orders 5dc82fca (written, response lost)', 'web 2 crashes']
    const steps = trace?.steps.slice(0, 1).map((step) => ({ ...step, open })) ?? []
    const story = { ...told({ participants: trace?.participants ?? [], steps }), schedule: [open[1] ?? ''] }
    const lines = page(story, 0, 24, terminal(80))
    const from = lines.findIndex((line) => line.includes('next:'))
    expect(lines.slice(from, from + 4)).toEqual([
      '     next: ▶ web 2, POST /carts/c1/submission, commits carts c1 and orders',
      '               5dc82fca (written, response lost)',
      '             web 1 receives SubmitOrder m1',
      '             web 2 crashes',
    ])
  })

  test('the text has every step', () => {
    for (const trace of traces) {
      const text = tell(told(trace), terminal(80))
      for (const { number } of trace.steps) expect(text).toMatch(new RegExp(`^ *${number}  `, 'm'))
      expect(text).toContain('✗ one order per cart')
    }
  })
})

test('keys lead back and forth, and out', () => {
  expect(targetOf({ name: 'right' }, 2, 8)).toBe(3)
  expect(targetOf({ name: 'left' }, 2, 8)).toBe(1)
  expect(targetOf({ name: 'end' }, 2, 8)).toBe(8)
  expect(targetOf({ name: 'home' }, 2, 8)).toBe(0)
  expect(targetOf({ name: 'x' }, 2, 8)).toBe(2)
  expect(targetOf({ name: 'c', ctrl: true }, 2, 8)).toBe('end')
  expect(targetOf({ name: 'q' }, 2, 8)).toBe('end')
})
