import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { wantsColour } from '../story/colours.js'
import { root } from './exercises.js'

export interface EnvironmentCheck {
  /** A few words: `Node.js 20.19.0`. */
  readonly name: string
  /** What is wrong and what to do; undefined when all is well. */
  readonly advice: string | undefined
  /** In a word or two, when exercises cannot run without it. */
  readonly missing?: string | undefined
}

/** Checks that this machine has what the workshop needs. It never throws. */
export async function environmentChecks(width: number): Promise<readonly EnvironmentCheck[]> {
  return [nodeCheck(process.versions.node), dependenciesCheck(), await sqliteCheck(), widthCheck(width), colourCheck()]
}

/** @param version as in `process.versions.node`. */
export function nodeCheck(version: string): EnvironmentCheck {
  const [major = 0, minor = 0] = version.split('.').map(Number)
  const enough = major > 20 || (major === 20 && minor >= 19)
  if (enough) return { name: `Node.js ${version}`, advice: undefined }
  return { name: `Node.js ${version}`, advice: 'The workshop needs Node.js 20.19 or later; some commands will fail. Get it from nodejs.org.', missing: 'Node.js 20.19' }
}

function dependenciesCheck(): EnvironmentCheck {
  try {
    // Not the optional ones: the workshop also runs without them.
    const { dependencies } = manifest(root) as { readonly dependencies: Readonly<Record<string, string>> }
    const wrong = Object.entries(dependencies).filter(([name, version]) => installed(name) !== version)
    if (wrong.length === 0) return { name: 'dependencies', advice: undefined }
    return { name: `dependencies: ${wrong.map(([name]) => name).join(', ')}`, advice: 'They are not installed, or not in the version that was tested. Run npm ci.', missing: 'npm ci' }
  } catch (error) {
    return { name: 'dependencies', advice: `They cannot be checked (${String(error)}). Run npm ci.`, missing: 'npm ci' }
  }
}

function installed(name: string): string | undefined {
  try {
    return (manifest(join(root, 'node_modules', name)) as { readonly version?: string }).version
  } catch {
    return undefined
  }
}

function manifest(folder: string): unknown {
  return JSON.parse(readFileSync(join(folder, 'package.json'), 'utf8'))
}

/** Which SQLite the stores use, or why none. */
async function sqliteCheck(): Promise<EnvironmentCheck> {
  const { sqlite } = await import('../store/sqlite/choose.js')
  if ('driver' in sqlite) return { name: `SQLite ${sqlite.driver.version} (${sqlite.driver.name})`, advice: undefined }
  const { what, why, next } = sqlite.missing
  return { name: what.replace(/\.$/, ''), advice: `${why} ${next}`, missing: 'SQLite' }
}

function widthCheck(width: number): EnvironmentCheck {
  return { name: `${width} columns`, advice: width >= 80 ? undefined : 'Stories are drawn for 80 columns and more; a wider window shows more of them.' }
}

function colourCheck(): EnvironmentCheck {
  return { name: wantsColour() ? 'colour' : 'no colour', advice: undefined }
}
