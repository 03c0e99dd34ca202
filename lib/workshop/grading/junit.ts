import { describeFinding } from '../../exploration/report.js'
import { decisiveFinding, type CheckResult, type ExerciseResult, type Problem } from './result.js'

/** The results in the form of JUnit, which most classroom autograders read: a suite for each exercise, a case for each check. The electives come last, and say so. */
export function junitText(all: readonly ExerciseResult[]): string {
  const results = all.toSorted((a, b) => Number(a.exercise.module.elective) - Number(b.exercise.module.elective))
  return ['<?xml version="1.0" encoding="UTF-8"?>', '<testsuites>', ...results.flatMap(suite), '</testsuites>', ''].join('\n')
}

function suite({ exercise, checks, problems, duration }: ExerciseResult): string[] {
  const failures = checks.filter(({ state }) => state === 'broken' || state === 'unknown').length
  return [
    `  <testsuite name="${escape(`${exercise.module.elective ? 'elective ' : ''}${exercise.name} ${exercise.title}`)}" tests="${checks.length + problems.length}" failures="${failures}" errors="${problems.length}" time="${seconds(duration)}">`,
    ...checks.map((check) => testCase(exercise.name, check)),
    ...problems.map((problem) => `    <testcase classname="${exercise.name}" name="can be judged"><error message="${escape(problem.title)}">${escape(textOf(problem))}</error></testcase>`),
    '  </testsuite>',
  ]
}

function testCase(classname: string, check: CheckResult): string {
  const start = `    <testcase classname="${classname}" name="${escape(check.fullName)}" time="${seconds(check.duration)}"`
  if (check.state === 'passed') return `${start}/>`
  if (check.state === 'skipped') return `${start}><skipped/></testcase>`
  const finding = decisiveFinding(check)
  const text = finding !== undefined ? describeFinding(finding, { width: 100, colour: false }) : check.problem === undefined ? '' : textOf(check.problem)
  return `${start}><failure message="${escape(text.split('\n')[0] ?? '')}">${escape(text)}</failure></testcase>`
}

function textOf({ title, detail, site }: Problem): string {
  return [title, ...(site === undefined ? [] : [`at ${site}`]), ...(detail === undefined ? [] : [detail])].join('\n')
}

/** To the millisecond: what is finer is noise. */
function seconds(milliseconds: number): number {
  return Math.round(milliseconds) / 1000
}

const entities: Readonly<Record<string, string>> = { '&': '&amp;', '<': '&lt;', '>': '&gt;', '"': '&quot;' }

/** What XML cannot hold is left out. */
function escape(text: string): string {
  return text.replace(/[\u0000-\u0008\u000B\u000C\u000E-\u001F]/g, '').replace(/[&<>"]/g, (character) => entities[character] ?? '')
}
