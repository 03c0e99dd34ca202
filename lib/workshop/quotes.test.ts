import { expect, test } from 'vitest'
import { quoteIn, withQuote } from './quotes.js'

const readme = ['Run it:', '', '```text', 'exercise 01', '  ✗ ★★  a check', '', '✗ one order', '  expected 1', '', '     browser', '', '✗ exercise-01 ★☆☆', '```', '', 'Text.', ''].join('\n')

test('a quote ends before the next verdict, and its surroundings stay', () => {
  expect(quoteIn(readme)).toBe('✗ one order\n  expected 1\n\n     browser')
  expect(withQuote(readme, '✗ two\n  expected 2\n')).toBe(readme.replace('✗ one order\n  expected 1\n\n     browser', '✗ two\n  expected 2'))
})

test('or at the end of its block', () => {
  expect(withQuote('```text\n✗ a\n  b\n\n```\n', '✗ c')).toBe('```text\n✗ c\n\n```\n')
})

test('a text without one is left alone', () => {
  expect(withQuote('```ts\n✗ no\n```\n', '✗ c')).toBeUndefined()
})
