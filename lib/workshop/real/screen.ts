import type { RealFinding } from '../../real/check.js'
import { renderTerminal } from '../../story/index.js'
import type { Exercise } from '../exercises.js'
import { nextLines } from '../screen/next-commands.js'
import type { Terminal } from '../screen/terminal.js'
import { wrap } from '../screen/wrap.js'

/** What became of one test. It has no findings when it checks something else than a running system. */
export interface Judged {
  readonly name: string
  readonly findings: readonly RealFinding[]
}

export function headingText({ name, title }: Exercise, versions: { readonly broker: string; readonly database: string }, { paint, width }: Terminal): string {
  return [paint.bold(`exercise ${name.slice(-2)} · ${title}`), wrap(`Your files on ${versions.broker} and ${versions.database}, in processes that are really killed:`, width), ''].join('\n')
}

/** One check, with what it went through, or how it broke. */
export function checkText({ name, findings }: Judged, terminal: Terminal): string {
  const { paint, width } = terminal
  const last = findings.at(-1)
  const mark = last === undefined ? paint.dim('-') : last.verdict === 'kept' ? paint.green('✓') : last.verdict === 'unknown' ? paint.yellow('?') : paint.red('✗')
  const lines = [`  ${mark} ${wrap(name, width - 4, '', '    ')}`]
  if (last === undefined) return [...lines, paint.dim(wrap('left out: it checks something else than a running system', width, '      '))].join('\n')
  for (const finding of findings) lines.push(...findingLines(finding, terminal))
  return lines.join('\n')
}

function findingLines(finding: RealFinding, { paint, width, colour }: Terminal): string[] {
  switch (finding.verdict) {
    case 'kept':
      return [finding.evidence, ...finding.leftOut.map((each) => (each.startsWith('not on') ? each : `left out: ${each}`))].map((line) => paint.dim(wrap(line, width, '      ', '        ')))
    case 'broken': {
      const { violation, trace, fault, run, thrown } = finding
      return [
        '',
        paint.red.bold(wrap(`✗ ${violation.promise}`, width, '', '  ')),
        wrap(violation.sentence, width, '  '),
        '',
        renderTerminal(trace, { width, colour, ...(violation.kind === 'safety' ? { brokenAt: trace.steps.length } : { brokenAtRest: true }) }),
        ...thrown.map(({ name, task, error, site }) => wrap(`${name} threw ${error} while handling ${task}${site === undefined ? '' : ` (${site})`}`, width, '  ', '    ')),
        '',
        wrap(`for real, in run ${run}: ${fault}`, width, '  ', '    '),
        '',
      ]
    }
    case 'mistake':
    case 'unknown':
      return ['', wrap(`${finding.verdict === 'unknown' ? '?' : '✗'} ${finding.explanation.what}`, width, '', '  '), wrap(finding.explanation.why, width, '  '), wrap(finding.explanation.next, width, '  '), wrap(`(${finding.fault})`, width, '  '), '']
  }
}

export function endText({ name }: Exercise, judged: readonly Judged[], terminal: Terminal): string {
  const { paint, width } = terminal
  const run = judged.filter(({ findings }) => findings.length > 0)
  const kept = run.filter(({ findings }) => findings.every(({ verdict }) => verdict === 'kept')).length
  if (run.length === 0) return paint.yellow.bold(`? ${name}: no check of a running system matches that name`)
  if (kept === run.length) return ['', paint.green.bold(`✓ ${name}: ${kept} of ${run.length} checks keep their promises for real`), wrap('That is evidence from some runs, not from all: npm test searches every schedule.', width)].join('\n')
  return ['', paint.red.bold(`✗ ${name}: ${kept} of ${run.length} checks keep their promises for real`), ...nextLines([[`npm test -- ${name}`, 'the shortest story of what breaks']], terminal)].join('\n')
}
