import { Chalk } from 'chalk'
import type { CheckResult, ExerciseResult } from '../grading/result.js'
import { evidenceLines, failureText, problemText } from '../grading/screen.js'
import type { Terminal } from '../screen/terminal.js'
import type { Versions } from './versions.js'

export interface ReportedFile {
  /** From the root, with slashes. */
  readonly path: string
  /** Undefined when it is not there. */
  readonly text: string | undefined
}

/** Markdown, to be put into an issue: what it ran on, what was judged, and how each check ended. */
export function reportText(name: string, versions: Versions, files: readonly ReportedFile[], verdict: string): string {
  return [
    `## Report on ${name}`,
    '',
    `- Node.js ${versions.node}`,
    `- npm ${versions.npm}`,
    `- ${versions.system}`,
    `- SQLite ${versions.sqlite}`,
    `- workshop ${versions.workshop}`,
    ...files.flatMap(({ path, text }) => ['', `### \`${path}\``, '', ...(text === undefined ? ['It is not there.'] : fenced(text, path.endsWith('.ts') ? 'ts' : ''))]),
    '',
    '### Verdict',
    '',
    ...fenced(verdict, 'text'),
  ].join('\n')
}

/** What the checks found, check by check, then each failure in full. What the code wrote to the console is left out: it may say anything. */
export function verdictText({ checks, problems }: ExerciseResult, terminal: Terminal): string {
  const plain: Terminal = { ...terminal, width: 80, colour: false, paint: new Chalk({ level: 0 }) }
  const silent = checks.map((check): CheckResult => ({ ...check, output: '' }))
  return [
    ...silent.flatMap((check) => evidenceLines(check, plain)),
    ...silent.filter(({ state }) => state === 'broken' || state === 'unknown').flatMap((check) => ['', failureText(check, plain)]),
    ...problems.flatMap((problem) => ['', problemText(problem, plain)]),
  ].join('\n')
}

/** A fence that is longer than any within. */
function fenced(text: string, language: string): string[] {
  const longest = Math.max(2, ...Array.from(text.matchAll(/`+/g), ([ticks]) => ticks.length))
  const fence = '`'.repeat(longest + 1)
  return [`${fence}${language}`, text.replace(/\s+$/, ''), fence]
}
