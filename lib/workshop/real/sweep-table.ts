import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { root, type Exercise } from '../exercises.js'
import type { Terminal } from '../screen/terminal.js'
import { wrap } from '../screen/wrap.js'

/** What became of the first story of an exercise's starter. */
export interface Swept {
  readonly exercise: Pick<Exercise, 'name' | 'title'>
  /** `nothing`: there is no story that could be staged. */
  readonly verdict: 'alike' | 'not staged' | 'nothing' | 'differs'
  readonly promise: string | undefined
  /** In words: `breaks alike; the solution keeps it`, `not on RabbitMQ: …`. */
  readonly text: string
}

export function rowText({ exercise, verdict, promise, text }: Swept, { paint, width }: Terminal): string {
  const mark = verdict === 'alike' ? paint.green('✓') : verdict === 'differs' ? paint.red('✗') : verdict === 'nothing' ? paint.dim('·') : paint.yellow('–')
  const rest = promise === undefined ? text : `${promise}: ${text}`
  return `  ${mark} ${exercise.name.slice(-2)}  ${wrap(rest, width - 8, '', '        ')}`
}

export function sweepEnd(all: readonly Swept[], differences: readonly string[], { paint, width }: Terminal): string {
  const count = (verdict: Swept['verdict']): number => all.filter((swept) => swept.verdict === verdict).length
  const parts = [`${count('alike')} of ${all.length - count('nothing')} stories break alike, and are kept by the solution`, ...(count('not staged') === 0 ? [] : [`${count('not staged')} cannot be staged`]), ...(count('differs') === 0 ? [] : [`${count('differs')} ${count('differs') === 1 ? 'is' : 'are'} otherwise for real`])]
  const fine = count('differs') === 0 && differences.length === 0
  return ['', (fine ? paint.green : paint.red).bold(wrap(`${fine ? '✓' : '✗'} ${parts.join('; ')}`, width, '', '  ')), ...differences.map((difference) => wrap(difference, width, '  ', '    '))].join('\n')
}

/** Where the table is. */
export const readme = join('lib', 'real', 'README.md')

/** A row of the table in the README: `| 09 | one voucher, of the right amount | breaks alike; the solution keeps it |` */
export function tableRow({ exercise, promise = '–', text }: Swept): string {
  return `| ${exercise.name.slice(-2)} | ${promise} | ${text} |`
}

/** What the table in the README says otherwise, each in a sentence. @param document the text of the README. */
export function differencesFrom(all: readonly Swept[], document = readFileSync(join(root, readme), 'utf8')): readonly string[] {
  const rows = document.split('\n')
  return all.flatMap((swept) => {
    const row = tableRow(swept)
    if (swept.verdict === 'differs' || swept.verdict === 'nothing' || rows.includes(row)) return []
    const written = rows.find((each) => each.startsWith(row.slice(0, 7)))
    return [`${swept.exercise.name} in ${readme.replaceAll('\\', '/')} ${written === undefined ? 'has no row' : `says ${written}`}. It should be: ${row}`]
  })
}
