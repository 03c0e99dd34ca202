import { stripVTControlCharacters } from 'node:util'
import { displayWidth } from '../../story/width.js'
import type { Terminal } from '../screen/terminal.js'
import { wrap } from '../screen/wrap.js'
import type { JudgedAnswer } from './judge-all.js'

/** As it should be: a right answer accepted, a wrong one rejected. */
export function isWell({ answer, verdict }: JudgedAnswer): boolean {
  return verdict === (answer.kind === 'right' ? 'accepted' : 'rejected')
}

/** One answer: a line, and below it why it was not accepted. */
export function answerRow(judged: JudgedAnswer, { paint, width }: Terminal): string {
  const { answer, verdict, by, because, seconds } = judged
  const well = isWell(judged)
  const end = `${verdict.padEnd(8)} ${seconds.toFixed(1).padStart(6)} s`
  const name = cut(`${answer.kind}/${answer.name}`, width - end.length - 6)
  const line = `  ${well ? '✓' : '✗'} ${name}${' '.repeat(Math.max(1, width - 5 - displayWidth(name) - end.length))}${end}`
  const check = by === undefined ? [] : [wrap(clean(by), width, '      ', '        ')]
  const reason = because === '' ? [] : [`        ${cut(clean(because), width - 8)}`]
  return [(well ? paint.green : paint.red)(line), ...check, ...reason.map((text) => paint.dim(text))].join('\n')
}

/** How many went wrong, for each exercise and in all. */
export function summary(results: readonly JudgedAnswer[], terminal: Terminal): string {
  const names = [...new Set(results.map(({ answer }) => answer.exercise.name))].sort()
  const rows = names.map((name) => row(name, results.filter(({ answer }) => answer.exercise.name === name), terminal))
  const heading = `${''.padEnd(13)}${['right', 'rejected', 'unknown', 'wrong', 'accepted', 'unknown'].map((text) => text.padStart(10)).join('')}`
  return [heading, ...rows, ...(names.length > 1 ? [row('in all', results, terminal)] : [])].join('\n')
}

function row(name: string, results: readonly JudgedAnswer[], { paint }: Terminal): string {
  const of = (kind: 'right' | 'wrong', verdict?: JudgedAnswer['verdict']): number => results.filter((each) => each.answer.kind === kind && (verdict === undefined || each.verdict === verdict)).length
  const fault = (count: number): string => (count === 0 ? paint.dim : paint.red)(String(count).padStart(10))
  const total = (count: number): string => String(count).padStart(10)
  return `${name.padEnd(13)}${total(of('right'))}${fault(of('right', 'rejected'))}${fault(of('right', 'unknown'))}${total(of('wrong'))}${fault(of('wrong', 'accepted'))}${fault(of('wrong', 'unknown'))}`
}

/** For other programs. */
export function asJson(results: readonly JudgedAnswer[], problems: readonly string[]): string {
  const answers = results.map((each) => {
    const { answer, verdict, by = null, because, seconds } = each
    return { exercise: answer.exercise.name, kind: answer.kind, answer: answer.name, verdict, asItShouldBe: isWell(each), by, because: clean(because), seconds: Math.round(seconds * 100) / 100 }
  })
  return JSON.stringify({ answers, problems }, undefined, 2)
}

/** An answer may have named things so that they would paint the screen. */
function clean(text: string): string {
  return Array.from(stripVTControlCharacters(text), (letter) => (letter < ' ' ? ' ' : letter)).join('').slice(0, 400)
}

function cut(text: string, width: number): string {
  return text.length <= width ? text : `${text.slice(0, Math.max(0, width - 1))}…`
}
