import { existsSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { root } from '../exercises.js'
import type { Mutant } from './mutants.js'
import type { MutatedFile, Subject } from './subject.js'

/** A mutant that does the same as the original, or differs in nothing that anybody asks for. */
export interface EquivalentMutant {
  /** Relative to the folder of the list. */
  readonly file: string
  /** The line on which it begins, as it stands in the file, without the blanks around it. Line numbers would change too often. */
  readonly line: string
  /** Which of the lines that read so, counted from 1. Left out where there is one, or where it is about all of them. */
  readonly occurrence?: number
  /** What becomes of which part of it; see `changeOf`. */
  readonly change: string
  /** Why nobody could tell, or why nobody needs to. */
  readonly reason: string
}

/** The list in the folder of an exercise's solution, or of a room. */
export function equivalentMutants({ folder }: Subject): readonly EquivalentMutant[] {
  const file = join(root, ...folder.split('/'), 'equivalent-mutants.json')
  return existsSync(file) ? (JSON.parse(readFileSync(file, 'utf8')) as readonly EquivalentMutant[]) : []
}

/** Entries that are about no mutant of these files: what they were written for has changed. */
export function orphansAmong(subject: Subject, files: readonly MutatedFile[]): readonly EquivalentMutant[] {
  return equivalentMutants(subject).filter((entry) => !files.some(({ file, text, mutants }) => mutants.some((mutant) => isAbout(entry, file, text, mutant))))
}

/** Whether an entry is about this mutant. Mutants that look the same share an entry: in one line, or in all that read alike where it names none of them. */
export function isAbout(entry: EquivalentMutant, file: string, text: string, mutant: Mutant): boolean {
  return entry.file === file && entry.line === lineOf(text, mutant) && (entry.occurrence === undefined || entry.occurrence === occurrenceOf(text, mutant)) && entry.change === changeOf(mutant)
}

export function lineOf(text: string, { line }: Pick<Mutant, 'line'>): string {
  return text.split('\n')[line - 1]?.trim() ?? ''
}

/** Which of the lines that read like the mutant's, counted from 1. */
export function occurrenceOf(text: string, mutant: Pick<Mutant, 'line'>): number {
  const lines = text.split('\n').slice(0, mutant.line).map((line) => line.trim())
  return lines.filter((line) => line === lines.at(-1)).length
}

/** `cart.version → cart.version + 1`, on one line. What is long is shortened in the middle. */
export function changeOf({ original, replacement }: Mutant): string {
  return `${inShort(original)} → ${inShort(replacement)}`
}

function inShort(text: string): string {
  const flat = text.replace(/\s+/g, ' ')
  return flat.length <= 100 ? flat : `${flat.slice(0, 60)} … ${flat.slice(-37)}`
}
