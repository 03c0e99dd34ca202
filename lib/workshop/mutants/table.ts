import type { Terminal } from '../screen/terminal.js'
import { wrap } from '../screen/wrap.js'
import { lineOf, occurrenceOf } from './equivalent.js'
import { mutated, type Mutant } from './mutants.js'
import type { Fate, JudgedMutant } from './subject.js'

export function scoreOf(judged: readonly JudgedMutant[]): string {
  const count = (fate: Fate): number => judged.filter((each) => each.fate === fate).length
  const counted = judged.length - count('equivalent')
  const killed = count('killed') + count('unusable')
  // Never rounded up to what it is not.
  return counted === 0 ? '–' : `${(Math.floor((1_000 * killed) / counted) / 10).toFixed(1)} %`
}

const fates: readonly Fate[] = ['killed', 'unusable', 'survived', 'unknown', 'equivalent']

export const mutantsHeading = `${''.padEnd(13)}${['mutants', ...fates, 'score'].map((text) => text.padStart(text === 'equivalent' ? 12 : 9)).join('')}`

export function mutantsRow(name: string, judged: readonly JudgedMutant[]): string {
  const counts = fates.map((fate) => String(judged.filter((each) => each.fate === fate).length).padStart(fate === 'equivalent' ? 12 : 9))
  return `${name.padEnd(13)}${String(judged.length).padStart(9)}${counts.join('')}${scoreOf(judged).padStart(9)}`
}

/** A mutant that no check broke: where it is, and what it changes. */
export function survivorText({ of: { subject, file, text }, mutant, fate, by, because }: JudgedMutant, { paint, width }: Terminal): string {
  const [before, after] = diffOf(text, mutant)
  return [
    paint.red(wrap(`✗ ${fate}: ${subject.folder}/${file}:${mutant.line} (${mutant.operator})`, width, '', '  ')),
    ...before.map((line) => `  - ${line}`),
    ...after.map((line) => `  + ${line}`),
    ...(because === '' ? [] : [wrap(`${by ?? ''} ${because}`.trim(), width, '  ')]),
  ].join('\n')
}

/** The lines that differ. */
function diffOf(text: string, mutant: Mutant): readonly [readonly string[], readonly string[]] {
  const [old, changed] = [text.split('\n'), mutated(text, mutant).split('\n')]
  let head = 0
  while (head < old.length && old[head] === changed[head]) head += 1
  let tail = 0
  while (tail < Math.min(old.length, changed.length) - head && old[old.length - 1 - tail] === changed[changed.length - 1 - tail]) tail += 1
  return [inShort(old.slice(head, old.length - tail)), inShort(changed.slice(head, changed.length - tail))]
}

function inShort(lines: readonly string[]): readonly string[] {
  return lines.length <= 8 ? lines : [...lines.slice(0, 4), `  … ${lines.length - 7} lines more`, ...lines.slice(-3)]
}

/** An entry of equivalent-mutants.json, but for its reason. */
export function entryFor({ of: { file, text }, mutant }: JudgedMutant, change: string): { readonly file: string; readonly line: string; readonly occurrence?: number; readonly change: string } {
  const line = lineOf(text, mutant)
  const several = text.split('\n').filter((each) => each.trim() === line).length > 1
  return { file, line, ...(several ? { occurrence: occurrenceOf(text, mutant) } : {}), change }
}
