import { readFileSync } from 'node:fs'
import { expect, test } from 'vitest'
import { rules, specification } from '../solutions/exercise-22-consensus/raft.js'
import { rules as starter } from '../solutions/exercise-22-consensus/starter/raft.js'
import { world, type Bounds } from './raft-world.js'
import { check, type Report } from './model-checker/index.js'
import { hasAlgorithm } from './model-checker/translation.js'

const folder = new URL('../solutions/exercise-22-consensus/', import.meta.url)
const read = (path: string): string => readFileSync(new URL(path, folder), 'utf8')

// Exercise 22 says the same in TypeScript and in TLA+. What TLC counts stands in the table of its README; the two smallest rows are counted again here.
test.each<Bounds>([
  { terms: 1, commands: 1, restarts: 1 },
  { terms: 3, commands: 1, restarts: 2, led: true },
])('$terms terms, $commands commands, $restarts restarts: as many states as TLC counts', (bounds) => {
  const counts = ({ distinct, generated, depth }: Report<unknown>): string => [distinct, generated, depth].map((count) => count.toLocaleString('en')).join(' | ')
  const given = [bounds.terms, bounds.commands, bounds.restarts, bounds.led === true ? 'yes' : 'no'].join(' | ')
  const both = [rules, starter].map((each) => counts(check(world(bounds, each))))
  expect(read('README.md')).toContain(`| ${given} | ${both.join(' | ')} |`)
})

test('the specification in TLA+ has the same actions and promises, and nothing to translate', () => {
  const { actions, invariants } = specification({ terms: 2, commands: 1, restarts: 1 })
  for (const file of ['Raft.tla', 'starter/Raft.tla']) {
    const module = read(file)
    const next = /^Next ==[\s\S]*?\n\n/m.exec(module)?.[0] ?? ''
    expect([...next.matchAll(/\b([A-Z][a-z]+)\(/g)].map(([, name]) => name).sort()).toEqual(Object.keys(actions).sort())
    for (const name of Object.keys(invariants)) expect(module).toMatch(new RegExp(`^${name} ==`, 'm'))
    expect(hasAlgorithm(module)).toBe(false)
  }
})
