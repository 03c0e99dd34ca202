import { existsSync, readdirSync, readFileSync } from 'node:fs'
import { dirname, join, relative, resolve } from 'node:path'
import ts from 'typescript'
import { expect, test } from 'vitest'
import { root } from './exercises.js'

test('no file of lib imports itself by way of others, not even for a type', () => {
  const imports = new Map(filesOf('lib').map((file) => [file, importsOf(file)]))
  expect(imports.size).toBeGreaterThan(300)
  expect(imports.get('lib/simulation/task.ts')).toContain('lib/simulation/operation.ts')
  expect(circlesIn(imports)).toEqual([])
})

test('a circle is found, however long it is, and told by its files', () => {
  const imports = new Map([['a', ['b', 'd']], ['b', ['c']], ['c', ['b']], ['d', ['e']], ['e', ['f']], ['f', ['d', 'b']]])
  expect(circlesIn(imports)).toEqual([['b', 'c'], ['d', 'e', 'f']])
})

function filesOf(folder: string): string[] {
  return readdirSync(join(root, folder), { recursive: true, encoding: 'utf8' })
    .filter((name) => /\.m?ts$|\.mjs$/.test(name))
    .map((name) => join(folder, name).replaceAll('\\', '/'))
}

function importsOf(file: string): string[] {
  const { importedFiles } = ts.preProcessFile(readFileSync(join(root, file), 'utf8'), true, true)
  return importedFiles.flatMap(({ fileName }) => {
    if (!fileName.startsWith('.')) return []
    const named = relative(root, resolve(root, dirname(file), fileName)).replaceAll('\\', '/')
    return [named.replace(/\.js$/, '.ts'), named].filter((candidate) => existsSync(join(root, candidate))).slice(0, 1)
  })
}

/** Files that reach each other, a list for each circle (Tarjan 1972). */
function circlesIn(imports: ReadonlyMap<string, readonly string[]>): string[][] {
  const circles: string[][] = []
  const order = new Map<string, number>()
  const path: string[] = []
  const visit = (file: string): number => {
    const own = order.size
    order.set(file, own)
    path.push(file)
    let lowest = own
    for (const next of imports.get(file) ?? []) {
      if (!order.has(next)) lowest = Math.min(lowest, visit(next))
      else if (path.includes(next)) lowest = Math.min(lowest, order.get(next) ?? own)
    }
    if (lowest === own) {
      const circle = path.splice(path.indexOf(file))
      if (circle.length > 1 || imports.get(file)?.includes(file) === true) circles.push(circle)
    }
    return lowest
  }
  for (const file of imports.keys()) if (!order.has(file)) visit(file)
  return circles
}
