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
  const mark = last === undefined ? paint.dim('·') : isNotHere(findings) ? paint.yellow('–') : last.verdict === 'kept' ? paint.green('✓') : last.verdict === 'unknown' ? paint.yellow('?') : paint.red('✗')
  const lines = [`  ${mark} ${wrap(name, width - 4, '', '    ')}`]
  if (last === undefined) return [...lines, paint.dim(wrap('left out: it checks something else than a running system', width, '      '))].join('\n')
  for (const finding of findings) lines.push(...findingLines(finding, terminal))
  return lines.join('\n')
}

function findingLines(finding: RealFinding, { paint, width, colour }: Terminal): string[] {
  switch (finding.verdict) {
    case 'kept':
      return [finding.evidence, ...finding.leftOut.map((each) => (each.startsWith('not on') ? each : `left out: ${each}`))].map((line) => paint.dim(wrap(line, width, '      ', '        ')))
    case 'not here':
      return [...finding.reasons, finding.evidence.replace('for real: ', 'without that, for real: '), ...finding.leftOut.map((each) => (each.startsWith('not on') ? each : `left out: ${each}`))].map((line) => paint.dim(wrap(line, width, '      ', '        ')))
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

/** Every check that ran with its faults is kept, and there is at least one: what does not happen here proves nothing. */
export function nothingBreaks(judged: readonly Judged[]): boolean {
  const run = judged.filter(({ findings }) => findings.length > 0)
  return run.some(isKept) && run.every((one) => isKept(one) || isNotHere(one.findings))
}

export function endText({ name }: Exercise, judged: readonly Judged[], terminal: Terminal): string {
  const { paint, width } = terminal
  const run = judged.filter(({ findings }) => findings.length > 0)
  if (run.length === 0) return paint.yellow.bold(`? ${name}: no check of a running system matches that name`)
  const kept = run.filter(isKept).length
  const notHere = run.filter(({ findings }) => isNotHere(findings))
  const without = notHere.filter(({ findings }) => findings.some((finding) => finding.verdict === 'not here' && finding.product)).length
  const counts = [`${kept} of ${run.length} kept`, ...(without === 0 ? [] : [`${without} not on RabbitMQ`]), ...(without === notHere.length ? [] : [`${notHere.length - without} not staged`])].join(', ')
  if (nothingBreaks(judged)) return ['', paint.green.bold(`✓ ${name}: ${counts}, for real`), wrap('That is evidence from some runs, not from all: npm test searches every schedule.', width)].join('\n')
  if (notHere.length === run.length) return ['', paint.yellow.bold(`– ${name}: ${counts}, for real`), wrap(`What ran without the fault proves nothing about it: npm test -- ${name} has it.`, width)].join('\n')
  return ['', paint.red.bold(`✗ ${name}: ${counts}, for real`), ...nextLines([[`npm test -- ${name}`, 'the shortest story of what breaks']], terminal)].join('\n')
}

function isKept({ findings }: Judged): boolean {
  return findings.length > 0 && findings.every(({ verdict }) => verdict === 'kept')
}

function isNotHere(findings: readonly RealFinding[]): boolean {
  return findings.some(({ verdict }) => verdict === 'not here') && findings.every(({ verdict }) => verdict === 'kept' || verdict === 'not here')
}
