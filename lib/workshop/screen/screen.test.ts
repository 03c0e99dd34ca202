import { Chalk } from 'chalk'
import { describe, expect, test } from 'vitest'
import { nodeCheck } from '../environment.js'
import { hintAbout, splitHints } from '../hints.js'
import { markdownText } from './markdown.js'
import type { Terminal } from './terminal.js'
import { unifiedDiff } from './unified-diff.js'
import { wrap } from './wrap.js'

const nothing = (): void => undefined
const terminal: Terminal = { width: 40, colour: false, paint: new Chalk({ level: 0 }), interactive: false, print: nothing, complain: nothing, wipe: nothing, whisper: nothing }

describe('a difference', () => {
  test('shows what is around it, and where it is', () => {
    expect(unifiedDiff('a\nb\nc\nd\ne\nf', 'a\nb\nc\nX\ne\nf', 1)).toEqual(['@@ line 3 · line 3 @@', ' c', '-d', '+X', ' e'])
  })

  test('has parts when changes are far from each other', () => {
    expect(unifiedDiff('a\n1\n2\n3\n4\nb', 'A\n1\n2\n3\n4\nB', 1)).toEqual(['@@ line 1 · line 1 @@', '-a', '+A', ' 1', '@@ line 5 · line 5 @@', ' 4', '-b', '+B'])
  })

  test('is empty between texts that are the same', () => {
    expect(unifiedDiff('a\nb', 'a\nb')).toEqual([])
  })

  test('finds what was put in between', () => {
    expect(unifiedDiff('a\nb', 'a\nnew\nb', 0)).toEqual(['@@ line 2 · line 2 @@', '+new'])
  })
})

describe('wrapping', () => {
  test('breaks between words, and never within one', () => {
    expect(wrap('one two three', 7)).toBe('one two\nthree')
    expect(wrap('incomprehensible', 4)).toBe('incomprehensible')
    expect(wrap('one two three', 11, '- ', '  ')).toBe('- one two\n  three')
  })
})

describe('hints', () => {
  test('are the numbered sections', () => {
    expect(splitHints('# Hints for exercise 01\n\n## 1\n\nFirst.\n\n## 2 · a name\r\n\nSecond,\nlonger.\n')).toEqual([
      { title: undefined, text: 'First.' },
      { title: 'a name', text: 'Second,\nlonger.' },
    ])
    expect(splitHints('nothing numbered')).toEqual([])
  })

  test('belong to the checks that begin with their title', () => {
    const hints = splitHints('## 1 · lost update\n\nOne.\n\n## 2 · ghost message\n\nTwo.\n\n## 3\n\nThree.\n')
    expect(hintAbout('ghost message: the promise must break', hints)).toBe(2)
    expect(hintAbout('a ghost message: told twice', hints)).toBeUndefined()
    expect(hintAbout('ghost messages', hints)).toBeUndefined()
  })

  test('are shown without the marks of Markdown', () => {
    expect(markdownText('Use `put` with *care*,\nand **now**.\n\n- one\n- two\n\n```ts\nconst a = 1\n```', terminal)).toBe('Use "put" with care, and now.\n\n- one\n- two\n\n    const a = 1')
  })

  test('keep their paragraphs where inline code follows, and the empty lines of a code block', () => {
    expect(markdownText('One.\n\nTwo has `code`.\n\n```ts\na\n\nb\n```\n\nThree `too`.', terminal)).toBe('One.\n\nTwo has "code".\n\n    a\n    \n    b\n\nThree "too".')
  })
})

test.each([
  ['20.19.0', true],
  ['20.18.9', false],
  ['18.20.0', false],
  ['22.0.0', true],
])('Node.js %s is enough: %s', (version, enough) => {
  expect(nodeCheck(version).advice === undefined).toBe(enough)
})
