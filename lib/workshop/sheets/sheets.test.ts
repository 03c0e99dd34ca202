import { existsSync } from 'node:fs'
import { join, resolve } from 'node:path'
import { describe, expect, test } from 'vitest'
import { listExercises, listSubmissions, root } from '../exercises.js'
import { pagesIn, readSheet, renderSheets } from './sheets.js'

const exercises = listExercises()

describe('the printable sheets', () => {
  const sections = renderSheets(exercises).split('<section>').slice(1)

  test('are one section for each exercise', () => {
    expect(sections.map((section) => /<h1[^>]*>Exercise (\d\d) ·/.exec(section)?.[1])).toEqual(exercises.map(({ name }) => name.slice(-2)))
  })

  test.each(exercises.map((exercise, index) => [exercise.name, exercise, sections[index] ?? ''] as const))('%s has its question, its wrong answers, and links that lead somewhere', (_name, exercise, section) => {
    expect(section).toMatch(/<blockquote>[\s\S]*\?[\s\S]*<\/blockquote>/)
    for (const file of listSubmissions(exercise, 'near-misses')) expect(section).toContain(`>${file.replace(/\.ts$/, '')}</a>`)
    const links = Array.from(section.matchAll(/href="([^"]+)"/g), ([, link = '']) => link)
    expect(links.length).toBeGreaterThan(3)
    for (const link of links) expect(existsSync(resolve(join(root, 'facilitation', 'dist'), link)), link).toBe(true)
  })

  test('break lines where the page ends, and not where the source does', () => {
    expect(sections.join('')).not.toContain('<br')
  })

  test('can be asked for one by one', () => {
    expect(renderSheets(exercises.slice(6, 7)).match(/<h1[^>]*>[^<]*/g)).toEqual([expect.stringContaining('Exercise 07')])
  })
})

/**
 * About how many lines a sheet takes in print. Measured with Chromium: one of these lines is 16 to 17 pixels high, and a page of US
 * Letter has room for 979 of them, A4 for 1047.
 */
function printedLines(markdown: string): number {
  const blocks = markdown.replace(/\]\([^)]*\)/g, ']').split(/\n(?:\s*\n)+|\n(?=\|)/)
  return blocks.reduce((sum, block) => sum + linesOf(block.trim()), 0)
}

function linesOf(block: string): number {
  if (/^\|[-| ]+$/.test(block)) return 0
  if (block.startsWith('|')) return 0.2 + 0.93 * Math.max(...block.split(' | ').map((cell) => Math.ceil(cell.length / 60)))
  return Math.ceil(block.length / 118) + (block.startsWith('#') ? 0.9 : 0.3)
}

describe('a sheet fits on one printed page', () => {
  test.each(exercises.map((exercise) => [exercise.name, exercise] as const))('%s', (_name, exercise) => {
    expect(printedLines(readSheet(exercise))).toBeLessThan(58)
  })

  test('and two of them do not', () => {
    for (const exercise of exercises) expect(printedLines(readSheet(exercise).repeat(2)), exercise.name).toBeGreaterThan(58)
  })
})

test('the pages of a PDF are counted, and its list of pages is not', () => {
  expect(pagesIn(Buffer.from('1 0 obj\n<</Type /Page\n/Parent 3 0 R>>\n2 0 obj\n<</Type /Page>>\n3 0 obj\n<</Type /Pages /Count 2>>'))).toBe(2)
  expect(pagesIn(Buffer.from('nothing'))).toBe(0)
})
