import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { root } from '../../exercises.js'

/** A part of the engine whose mutants are judged by the engine's own tests. */
export interface Room {
  /** `broker`: its files lie in `lib/broker`. */
  readonly name: string
}

/** What they are all together. */
export const everyRoom = 'rooms'

export const rooms: readonly Room[] = ['broker', 'store', 'http', 'providers', 'system'].map((name) => ({ name }))

/** The files of a room that are changed: neither its tests nor what these use. Relative to the repository's root, with slashes. */
export function sourcesOf({ name }: Room): readonly string[] {
  return filesBelow(`lib/${name}`).filter((file) => !file.endsWith('.test.ts') && !file.includes('/fixtures/'))
}

/** Where the rooms work together. What is about no room is left out. */
const together = ['exploration/races', 'exploration/scenario', 'exploration/view', 'exploration/unknown', 'exploration/time', 'exploration/states', 'exploration/misuse', 'exploration/differential', 'simulation/crash', 'simulation/stall', 'simulation/globals']

/** A test that takes longer than all others, and kills nothing that the written systems beside it do not. */
export const leftOut = / › on \d+ generated systems$/

/**
 * The tests that judge: of each room, and those in which the rooms work together.
 *
 * @param beside only the tests that lie in these rooms.
 */
export function suiteFiles(beside?: readonly Room[]): readonly string[] {
  const own = (beside ?? rooms).flatMap(({ name }) => filesBelow(`lib/${name}`).filter((file) => file.endsWith('.test.ts')))
  return beside === undefined ? [...own, ...together.map((name) => `lib/${name}.test.ts`)] : own
}

/** Everything that these tests may load. */
export function engineFiles(): readonly string[] {
  return filesBelow('lib').filter((file) => !/^lib\/workshop\/.*(?:\.test\.ts$|\/fixtures\/)/.test(file))
}

function filesBelow(folder: string): readonly string[] {
  return readdirSync(join(root, folder), { withFileTypes: true })
    .sort((a, b) => (a.name < b.name ? -1 : 1))
    .flatMap((entry) => (entry.isDirectory() ? filesBelow(`${folder}/${entry.name}`) : entry.name.endsWith('.ts') ? [`${folder}/${entry.name}`] : []))
}

/** As it is with `\n` at the end of each line. */
export function sourceText(file: string): string {
  return readFileSync(join(root, ...file.split('/')), 'utf8').replaceAll('\r\n', '\n')
}
