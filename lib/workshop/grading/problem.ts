import { stripVTControlCharacters } from 'node:util'
import type { SerializedError, TestError } from 'vitest'
import { pathOf, shownPath } from '../../simulation/source-path.js'
import { root } from '../exercises.js'
import type { Thrown } from './direct/messages.js'
import { endedFromWithin } from './endless-loops.js'
import type { Problem } from './result.js'
import { unreadableFile } from './unreadable-file.js'

/** Makes a short answer of an error: what it is and where, without a stack. */
export function problemOf(error: SerializedError | TestError | Thrown): Problem {
  if (isLesson(error)) return lessonOf(error)
  const message = stripVTControlCharacters(error.message)
  const site = siteOf(error)
  if (error.name === 'HarnessError') return { title: `A mistake in the check itself, not in your code: ${firstLine(message)}`, detail: restOf(message), site }
  if (error.name === 'MachineError') return { title: firstLine(message), detail: restOf(message), site: undefined }
  if (message.startsWith('[vitest-pool]')) return endedFromWithin(undefined).problem
  const unreadable = unreadableFile(error, message)
  if (unreadable !== undefined) return unreadable
  const syntax = syntaxProblem(error, message)
  if (syntax !== undefined) return syntax
  if (error.name === 'AssertionError') return { title: firstLine(message), detail: joinParts(restOf(message), differenceOf(error)), site }
  const missing = missingModule(message)
  if (missing !== undefined) return { ...missing, site }
  return { title: `${error.name ?? 'Error'}: ${firstLine(message)}`, detail: restOf(message), site }
}

function lessonOf({ message }: { readonly message: string }): Problem {
  const text = stripVTControlCharacters(message)
  return { title: firstLine(text), detail: restOf(text), site: undefined, lesson: true }
}

/** These say everything themselves. */
export function isLesson({ name }: { readonly name?: string }): boolean {
  return name === 'BrokenPromise' || name === 'Misuse' || name === 'Unknown' || name === 'ModelError'
}

interface Frame {
  readonly file: string
  readonly line: number
}

function siteOf(error: SerializedError | TestError): string | undefined {
  const parsed = (error.stacks ?? []) as readonly Frame[]
  const frames = parsed.length > 0 ? parsed : framesOf(typeof error.stack === 'string' ? error.stack : '')
  const [frame] = frames.filter(({ file }) => isTheirs(file))
  return frame === undefined ? undefined : `${shownPath(root, frame.file)}:${frame.line}`
}

function framesOf(stack: string): Frame[] {
  return stack.split('\n').flatMap((line) => {
    const [, file, number] = /\(?((?:file:\/\/|\/|[A-Za-z]:[\\/])[^()]*?):(\d+):\d+\)?$/.exec(line.trim()) ?? []
    return file === undefined ? [] : [{ file: pathOf(file), line: Number(number) }]
  })
}

/** Attendees read their own files and the tests, not what the workshop is made of. */
function isTheirs(file: string): boolean {
  return !file.includes('node_modules') && /[/\\](?:exercises|solutions)[/\\]/.test(file)
}

/** The transformer says `[PARSE_ERROR] … ╭─[ file:line:column ]`, each time a little differently. */
function syntaxProblem(error: SerializedError | TestError, message: string): Problem | undefined {
  if (!/parse.?error|transform failed|SyntaxError|Unexpected token|Expected/i.test(`${error.name ?? ''} ${message}`)) return undefined
  const [, file, line] = /((?:[A-Za-z]:[\\/])?[^\s[\]():]+\.ts):(\d+):\d+/.exec(message) ?? []
  if (file === undefined) return undefined
  if (/diff marker|conflict marker/i.test(message)) return { ...mergeConflict, site: `${shownPath(root, file)}:${line ?? ''}` }
  const reason = message.split('\n').map((each) => each.trim()).find((each) => each !== '' && !/parse.?error\]?:?$|transform failed/i.test(each)) ?? 'cannot be read'
  return { title: `Syntax error: ${reason.replace(/^\[PARSE_ERROR\]\s*(?:Error:)?\s*/, '')}`, detail: undefined, site: `${shownPath(root, file)}:${line ?? ''}` }
}

const mergeConflict = {
  title: 'There is a merge conflict in the file.',
  detail: 'Git has written both versions into it, between <<<<<<<, ======= and >>>>>>>. Keep what is right of both, and take out these lines.',
}

function missingModule(message: string): Omit<Problem, 'site'> | undefined {
  const [, wanted] = /(?:Cannot find (?:module|package)|Failed to (?:resolve import|load url)) ['"]?([^'"\s]+)/.exec(message) ?? []
  return wanted === undefined ? undefined : { title: `There is nothing to import from '${wanted}'.`, detail: undefined }
}

function differenceOf(error: SerializedError | TestError): string | undefined {
  const { expected, actual, diff }: Partial<TestError> = { ...error }
  if (typeof diff === 'string' && diff !== '') return stripVTControlCharacters(diff)
  return expected === undefined && actual === undefined ? undefined : `expected ${String(expected)}\nfound    ${String(actual)}`
}

function joinParts(...parts: readonly (string | undefined)[]): string | undefined {
  const present = parts.filter((part) => part !== undefined && part !== '')
  return present.length === 0 ? undefined : present.join('\n\n')
}

function firstLine(text: string): string {
  return text.split('\n')[0] ?? text
}

function restOf(text: string): string | undefined {
  const rest = text.split('\n').slice(1).join('\n').trimEnd()
  return rest.trim() === '' ? undefined : rest
}
