import { existsSync, readFileSync } from 'node:fs'
import { basename, dirname, join, resolve } from 'node:path'
import { isBelow, pathOf, shownPath } from '../../simulation/source-path.js'
import { attendeeFiles, exerciseFolder, listExercises, root } from '../exercises.js'
import type { Problem } from './result.js'

/** One of the attendee's files is not there, or is not saved as UTF-8: nothing is wrong with its code. */
export function unreadableFile(error: object, message: string, read: (file: string) => Uint8Array | undefined = contents): Problem | undefined {
  return missingFile(message, read) ?? otherEncoding(fileNamedIn(error, message), read)
}

function missingFile(message: string, read: typeof contents): Problem | undefined {
  const [, wanted, importer] = /Cannot find module ['"](\.{1,2}\/[^'"]+)['"] imported from ['"]?([^'"\n]+)/.exec(message) ?? []
  if (wanted === undefined || importer === undefined) return undefined
  const file = resolve(dirname(pathOf(importer)), wanted).replace(/\.js$/, '.ts')
  const exercise = listExercises().find((candidate) => exerciseFolder(candidate) === dirname(file))
  if (exercise === undefined || !attendeeFiles(exercise).includes(basename(file)) || read(file) !== undefined) return undefined
  return {
    title: `The file ${basename(file)} is not there.`,
    detail: `You write your answer in it, and the checks import it from ${shownPath(root, dirname(file))}. If you have renamed or moved it, give it back its name and its place.`,
    site: undefined,
  }
}

function otherEncoding(file: string | undefined, read: typeof contents): Problem | undefined {
  const bytes = file === undefined ? undefined : read(file)
  if (file === undefined || bytes === undefined) return undefined
  if (!isUtf16(bytes)) return isUtf8(bytes) ? undefined : notUtf8(file, bytes)
  return {
    title: `The file ${basename(file)} is saved as UTF-16.`,
    detail: 'A TypeScript file has to be UTF-8. Windows PowerShell 5.1 writes UTF-16 with > and Out-File. Save the file as UTF-8: in Visual Studio Code, click the encoding at the bottom right, and choose "Save with Encoding".',
    site: shownPath(root, file),
  }
}

function notUtf8(file: string, bytes: Uint8Array): Problem {
  return {
    title: `The file ${basename(file)} is not saved as UTF-8.`,
    detail: 'A TypeScript file has to be UTF-8. In another encoding, such as Latin-1 or Windows-1252, letters like ä and é are bytes that mean nothing. Save the file as UTF-8: in Visual Studio Code, click the encoding at the bottom right, choose "Reopen with Encoding" and the one that shows the letters, then "Save with Encoding".',
    site: `${shownPath(root, file)}:${lineOfFirstWrongByte(bytes)}`,
  }
}

function isUtf8(bytes: Uint8Array): boolean {
  try {
    new TextDecoder('utf-8', { fatal: true }).decode(bytes)
    return true
  } catch {
    return false
  }
}

/** The first line that is not UTF-8 by itself: a line end is never part of a letter. */
function lineOfFirstWrongByte(bytes: Uint8Array): number {
  let line = 1
  for (let start = 0; start < bytes.length; line++) {
    const end = bytes.indexOf(10, start)
    const next = end < 0 ? bytes.length : end + 1
    if (!isUtf8(bytes.subarray(start, next))) return line
    start = next
  }
  return line
}

/** It begins with a byte order mark of UTF-16, or every other byte of its beginning is 0, as it is for English letters. */
function isUtf16(bytes: Uint8Array): boolean {
  const [first, second] = bytes
  if ((first === 0xff && second === 0xfe) || (first === 0xfe && second === 0xff)) return true
  const start = bytes.subarray(0, 100)
  return start.length > 1 && start.filter((byte) => byte === 0).length > start.length / 3
}

/** Vite keeps the file's id beside the message, or the message says where it stopped. */
function fileNamedIn(error: object, message: string): string | undefined {
  const details = '__vitest_rollup_error__' in error ? error.__vitest_rollup_error__ : undefined
  const id = typeof details === 'object' && details !== null && 'id' in details ? details.id : undefined
  const named = typeof id === 'string' ? id : /((?:[A-Za-z]:[\\/])?[^\s[\]():]+\.ts):\d+:\d+/.exec(message)?.[1]
  if (named === undefined) return undefined
  const file = resolve(root, pathOf(named))
  return isBelow(join(root, 'exercises'), file) ? file : undefined
}

function contents(file: string): Uint8Array | undefined {
  return existsSync(file) ? readFileSync(file) : undefined
}
