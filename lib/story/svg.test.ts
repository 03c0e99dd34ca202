import { describe, expect, test } from 'vitest'
import type { Trace } from '../simulation/trace.js'
import { browser, story, web } from './fixtures/cast.js'
import * as fixtures from './fixtures/index.js'
import { renderSvg } from './svg.js'

describe.each(Object.entries<Trace>(fixtures))('%s', (_, trace) => {
  test.each([undefined, 400, 800, 1600])('every step is a group once, laid out for %s pixels', (width) => {
    const svg = renderSvg(trace, { width })
    const steps = [...svg.matchAll(/<g class="step" data-step="(\d+)" tabindex="0"><title>\1: /g)].map(([, number]) => Number(number))
    expect(steps).toEqual(trace.steps.map(({ number }) => number))
  })

  test('is well-formed', () => expect(unclosed(renderSvg(trace))).toEqual([]))
})

test('nothing in a text is markup', () => {
  const nasty = story([browser, web], [{ action: 'request', from: browser, to: web, text: `</text><script>"&'`, outcome: 'a\u0000b\uD800c' }])
  const svg = renderSvg(nasty)
  expect(svg).not.toContain('<script')
  expect(svg).toContain('&#60;/text&#62;&#60;script&#62;&#34;&#38;&#39;')
  expect(svg).not.toMatch(/[\u0000\uD800-\uDFFF]/u)
})

test('needs nothing from outside', () => {
  expect(renderSvg(fixtures.zombie).replace('http://www.w3.org/2000/svg', '')).not.toMatch(/https?:|url\(|@import|href|<script/)
})

test('themes', () => {
  expect(renderSvg(fixtures.zombie, { theme: 'light' })).not.toContain('@media')
  expect(renderSvg(fixtures.zombie, { theme: 'auto' })).toContain('@media (prefers-color-scheme: dark)')
  expect(renderSvg(fixtures.zombie, { theme: 'dark' })).toContain('@media print')
})

test('two pictures on one page have different ids and styles', () => {
  const svg = renderSvg(fixtures.zombie, { idPrefix: 'slide 3/' })
  expect(svg).toContain('id="slide-3-story"')
  expect(svg).toContain('#slide-3-story .lifeline')
})

test('the broken step is marked', () => {
  expect(renderSvg(fixtures.zombie, { brokenAt: 8 })).toContain('<g class="step is-broken" data-step="8"')
})

function unclosed(xml: string): string[] {
  const open: string[] = []
  for (const [, closing, name = '', selfClosing] of xml.matchAll(/<(\/?)([\w-]+)(?:\s+[\w:-]+="[^"<]*")*\s*(\/?)>/g)) {
    if (closing === '/') {
      if (open.pop() !== name) return [`</${name}>`]
    } else if (selfClosing === '') open.push(name)
  }
  return open
}
