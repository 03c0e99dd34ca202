import { realpathSync } from 'node:fs'
import { homedir, tmpdir, userInfo } from 'node:os'
import { root } from '../exercises.js'

/** What must not be told to others, and what stands in for it. */
export interface Private {
  /** Folders, the longest first, with what is written instead. */
  readonly folders: readonly (readonly [folder: string, instead: string])[]
  readonly user: string | undefined
}

export function privateHere(): Private {
  const folders = [...both(root, '.'), ...both(tmpdir(), '<temporary folder>'), ...both(homedir(), '~')]
  return { folders: folders.filter(([folder]) => folder.length > 3).sort(([a], [b]) => b.length - a.length), user: userName() }
}

/** An error may name files by where they are on the machine, in one of several ways of writing that. */
export function withoutFolders(text: string, { folders }: Private): string {
  const replaced = folders.reduce((rest, [folder, instead]) => spellings(folder).reduce((each, spelling) => each.replace(spelling, instead), rest), text)
  // Somebody else's home is nobody's business, either.
  return replaced.replace(/(?:file:\/\/)?\/(?:home|Users)\/[^/\s'"`:)]+/g, '~').replace(/(?:file:\/\/\/)?\b[A-Za-z]:[\\/]+Users[\\/]+[^\\/\s'"`:)]+/g, '~')
}

/** The same in all texts of plain data: for what is broken into lines afterwards, where a folder's name could be torn apart. */
export function dataWithoutFolders<Data>(data: Data, own: Private): Data {
  const within = (value: unknown): unknown => {
    if (typeof value === 'string') return withoutFolders(value, own)
    if (Array.isArray(value)) return value.map(within)
    if (typeof value !== 'object' || value === null) return value
    return Object.fromEntries(Object.entries(value).map(([name, each]) => [name, within(each)]))
  }
  return within(data) as Data
}

/** @param common a text that others can read as well: a name that is one of its words is left alone, for it tells nothing. */
export function withoutUser(text: string, { user }: Private, common: string): string {
  if (user === undefined || user === '') return text
  const word = new RegExp(`(?<![\\p{L}\\p{N}_])${escaped(user)}(?![\\p{L}\\p{N}_])`, 'giu')
  return common.search(word) >= 0 ? text : text.replace(word, '<user>')
}

function spellings(folder: string): readonly RegExp[] {
  const plain = folder.replace(/[\\/]+$/, '')
  const slashes = plain.replaceAll('\\', '/')
  const url = `file://${slashes.startsWith('/') ? '' : '/'}${encodeURI(slashes)}`
  const all = new Set([url, url.replace('file://', ''), plain.replaceAll('\\', '\\\\'), plain, slashes])
  // Not in the middle of a longer name: /home/ann is not the beginning of /home/anna.
  return Array.from(all, (spelling) => new RegExp(`${escaped(spelling)}(?![\\p{L}\\p{N}_-])`, plain.includes('\\') ? 'giu' : 'gu'))
}

function both(folder: string, instead: string): (readonly [string, string])[] {
  try {
    return [[folder, instead], [realpathSync(folder), instead]]
  } catch {
    return [[folder, instead]]
  }
}

function userName(): string | undefined {
  try {
    return userInfo().username
  } catch {
    return undefined // nobody that the machine knows by a name
  }
}

function escaped(text: string): string {
  return text.replace(/[.*+?^${}()|[\]\\]/g, '\\$&')
}
