import { readdirSync } from 'node:fs'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { existingModules, listExercises, modules, root } from './exercises.js'

test('every exercise is in a module, and no number in two', () => {
  expect(listExercises().filter(({ module }) => module.number === 0).map(({ folder }) => folder)).toEqual([])
  const numbers = modules.flatMap(({ exercises }) => exercises)
  expect(numbers).toEqual(Array.from({ length: 30 }, (_, index) => index + 1))
})

test('the core is a whole of sixteen', () => {
  expect(listExercises().filter(({ module }) => !module.elective).map(({ number }) => number)).toEqual(modules.flatMap(({ exercises, elective }) => (elective ? [] : exercises)))
  expect(listExercises().filter(({ module }) => !module.elective)).toHaveLength(16)
})

test('every module that has an exercise is proved, and no other', () => {
  const proofs = readdirSync(join(root, 'lib', 'workshop', 'proof')).flatMap((file) => /^module-(\d+)\.test\.ts$/.exec(file)?.[1] ?? [])
  expect(proofs.map(Number).sort((a, b) => a - b)).toEqual(existingModules().map(({ number }) => number))
})
