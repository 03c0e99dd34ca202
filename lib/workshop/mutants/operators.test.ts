import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { root } from '../exercises.js'
import { mutantsOf } from './mutants.js'

const fixtures = join(root, 'lib', 'workshop', 'mutants', 'fixtures')
const text = readFileSync(join(fixtures, 'every-operator.ts'), 'utf8').replaceAll('\r\n', '\n')

interface FromStryker {
  readonly operator: string
  /** Both from 1. */
  readonly line: number
  readonly column: number
  readonly replacement: string
}

/** StrykerJS prints what it replaces anew: other blanks, quotes and semicolons, and comments are lost. */
function plain(replacement: string): string {
  return replacement.replace(/\/\/.*$/gm, '').replace(/[\s;,()]/g, '').replaceAll("'", '"')
}

test('the operators make the mutants that StrykerJS makes', () => {
  const stryker = JSON.parse(readFileSync(join(fixtures, 'every-operator.stryker.json'), 'utf8')) as readonly FromStryker[]
  const theirs = stryker.map(({ operator, line, column, replacement }) => `${line}:${column} ${operator} ${plain(replacement)}`)
  const ours = mutantsOf(text).map(({ operator, line, start, replacement }) => `${line}:${start - text.lastIndexOf('\n', start - 1)} ${operator} ${plain(replacement)}`)
  expect(ours.sort()).toEqual(theirs.sort())
  expect(new Set(stryker.map(({ operator }) => operator)).size, 'every operator is in the fixture').toBe(15)
})
