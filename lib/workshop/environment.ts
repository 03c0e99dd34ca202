import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { wantsColour } from '../story/colours.js'
import { root } from './exercises.js'

export interface EnvironmentCheck {
  /** A few words: `Node.js 20.19.0`. */
  readonly name: string
  /** What is wrong and what to do; undefined when all is well. */
  readonly advice: string | undefined
}

/** Looks whether this machine has what the workshop needs. It never throws. */
export async function environmentChecks(width: number): Promise<readonly EnvironmentCheck[]> {
  return [nodeCheck(process.versions.node), dependenciesCheck(), await sqliteCheck(), widthCheck(width), colourCheck()]
}

/** @param version as in `process.versions.node`. */
export function nodeCheck(version: string): EnvironmentCheck {
  const [major = 0, minor = 0] = version.split('.').map(Number)
  const enough = major > 20 || (major === 20 && minor >= 19)
  return { name: `Node.js ${version}`, advice: enough ? undefined : 'The workshop needs Node.js 20.19 or later; some commands will fail. Get it from nodejs.org.' }
}

function dependenciesCheck(): EnvironmentCheck {
  try {
    const { dependencies } = manifest(root) as { readonly dependencies: Readonly<Record<string, string>> }
    const wrong = Object.entries(dependencies).filter(([name, version]) => installed(name) !== version)
    if (wrong.length === 0) return { name: 'dependencies', advice: undefined }
    return { name: `dependencies: ${wrong.map(([name]) => name).join(', ')}`, advice: 'They are not installed, or in another version than was tested here. Run npm ci.' }
  } catch (error) {
    return { name: 'dependencies', advice: `They cannot be looked at (${String(error)}). Run npm ci.` }
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

async function sqliteCheck(): Promise<EnvironmentCheck> {
  try {
    const { default: SQLite } = await import('better-sqlite3')
    const database = new SQLite(':memory:')
    const version: unknown = database.prepare('SELECT sqlite_version()').pluck().get()
    database.close()
    return { name: `SQLite ${String(version)}`, advice: undefined }
  } catch (error) {
    const reason = error instanceof Error ? (error.message.split('\n')[0] ?? '') : String(error)
    return { name: 'SQLite does not load', advice: `${reason}. Exercises cannot run without it. It was built for another Node.js, or not at all: run npm ci again, or npm rebuild better-sqlite3.` }
  }
}

function widthCheck(width: number): EnvironmentCheck {
  return { name: `${width} columns`, advice: width >= 80 ? undefined : 'Stories are drawn for 80 columns and more; a wider window shows more of them.' }
}

function colourCheck(): EnvironmentCheck {
  return { name: wantsColour() ? 'colour' : 'no colour', advice: undefined }
}
