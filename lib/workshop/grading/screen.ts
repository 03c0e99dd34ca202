import { stripVTControlCharacters } from 'node:util'
import { describeFinding } from '../../exploration/report.js'
import { listExercises, type Exercise } from '../exercises.js'
import { hintAbout, listHints } from '../hints.js'
import { displayWidth } from '../../story/width.js'
import { nextLines, type Next } from '../screen/next-commands.js'
import type { Terminal } from '../screen/terminal.js'
import { wrap } from '../screen/wrap.js'
import { decisiveFinding, firstFailure, levelReached, type CheckResult, type ExerciseResult, type Problem } from './result.js'

/**
 * What `npm test -- exercise-01` shows of one exercise: the levels, the story of the first broken check, the verdict, the next command.
 *
 * @param note what has to be known before the verdict, in lines.
 */
export function resultScreen(result: ExerciseResult, terminal: Terminal, note: readonly string[] = []): string {
  const { exercise, checks, problems } = result
  const { paint } = terminal
  const first = firstFailure(checks)
  return [
    '',
    paint.bold(`exercise ${exercise.name.slice(-2)} · ${exercise.title}`),
    ...(checks.some(({ state }) => state !== 'skipped') ? ['', ...listChecks(checks, terminal)] : []),
    ...(first === undefined ? [] : ['', failureText(first, terminal)]),
    ...problems.flatMap((problem) => ['', problemText(problem, terminal)]),
    '',
    ...note.map((line, index) => (index === 0 ? paint.yellow.bold(wrap(`! ${line}`, terminal.width, '', '  ')) : wrap(line, terminal.width, '  '))),
    ...(note.length > 0 ? [''] : []),
    verdict(result, terminal),
    ...namesToChooseFrom(result, terminal),
    ...nextLines(nextCommands(result, first), terminal),
  ].join('\n')
}

function listChecks(checks: readonly CheckResult[], terminal: Terminal): string[] {
  let group: string | undefined
  const ran = checks.filter(({ state }) => state !== 'skipped')
  const brief = ran.some(({ state }) => state !== 'passed')
  return ran.flatMap((check) => {
    const heading = check.group !== undefined && check.group !== group ? [`  ${stars(check.level, terminal)} ${terminal.paint.bold(check.group)}`] : []
    group = check.group
    return [...heading, ...checkLines(brief && check.state === 'passed' ? { ...check, output: beginning(check.output) } : check, terminal)]
  })
}

/** While another check fails, what a passed one has printed at length would only be in the way of the failure. */
function beginning(output: string): string {
  const lines = output.trimEnd().split('\n')
  return lines.length <= 8 ? output : `${lines[0] ?? ''}\n… ${lines.length - 1} more lines, with -t or when all checks pass`
}

const marks = { passed: '✓', broken: '✗', unknown: '?', skipped: '-' } as const

/** A passed check with what it went through. */
export function evidenceLines(check: CheckResult, terminal: Terminal): string[] {
  const heading = check.group === undefined ? '' : `${check.group}: `
  return checkLines({ ...check, name: heading + check.name, group: undefined }, terminal)
}

function checkLines(check: CheckResult, terminal: Terminal): string[] {
  const { paint, width } = terminal
  const { state, name, level, group, findings, output } = check
  const evidence = state === 'passed' ? together(findings.flatMap((finding) => (finding.verdict === 'passed' ? [finding.evidence] : []))) : []
  const tint = { passed: paint.green, broken: paint.red, unknown: paint.yellow, skipped: paint.dim }[state]
  const place = group === undefined ? `${stars(level, terminal)} ` : '    '
  return [
    hang(wrap(name, width - 8), `  ${tint(marks[state])} ${place}`, ' '.repeat(8)),
    ...evidence.map((text) => paint.dim(wrap(text, width, ' '.repeat(8)))),
    ...(output === '' ? [] : [paint.dim(wrap(output.trimEnd(), Infinity, ' '.repeat(8)))]),
  ]
}

/** A test may check many systems in the same way: what they have in common is said once. */
function together(texts: readonly string[]): readonly string[] {
  return [...new Set(texts)].map((text) => {
    const count = texts.filter((other) => other === text).length
    return count === 1 ? text : `${count} times: ${text}`
  })
}

function stars(level: number, { paint }: Terminal): string {
  return paint.yellow('★'.repeat(level).padEnd(3))
}

function hang(text: string, first: string, others: string): string {
  return text.split('\n').map((line, index) => (index === 0 ? first : others) + line).join('\n')
}

/** The story of a check that did not pass, or what else was wrong with it. */
export function failureText(check: CheckResult, terminal: Terminal): string {
  const { paint, width, colour } = terminal
  const heading = paint.bold(wrap(`${'★'.repeat(check.level)} ${check.group === undefined ? '' : `${check.group}: `}${check.name}`.trim(), width))
  const finding = decisiveFinding(check)
  if (finding !== undefined) return `${heading}\n\n${paintStory(describeFinding(finding, { width, colour }), terminal)}`
  return check.problem === undefined ? heading : `${heading}\n\n${problemText(check.problem, terminal)}`
}

/** The first line is what it is about. Lines of a diagram have their width already; the others are broken where the terminal ends. */
function paintStory(text: string, { paint, width }: Terminal): string {
  const [promise = '', ...rest] = text.split('\n')
  const tint = promise.startsWith('?') ? paint.yellow.bold : paint.red.bold
  return [tint(wrap(promise, width, '', '  ')), ...(width < 80 ? unwrapped(rest) : rest).map((line) => wrapSentence(line, width))].join('\n')
}

function wrapSentence(line: string, width: number): string {
  const [, indent = '', mark = ''] = /^( *)([·✓✗⚡?] )?/.exec(line) ?? []
  return displayWidth(stripVTControlCharacters(line)) <= width ? line : wrap(line.trimStart(), width, indent, indent + ' '.repeat(mark.length))
}

/** Sentences were set for 80 columns: where there are fewer, what belongs to one paragraph is put together first. Diagrams stay as they are. */
function unwrapped(lines: readonly string[]): string[] {
  const whole: string[] = []
  for (const [index, line] of lines.entries()) {
    if (index > 0 && goesOn(lines[index - 1] ?? '', line)) whole.push(`${whole.pop() ?? ''} ${line.trimStart()}`)
    else whole.push(line)
  }
  return whole
}

/** True when the only reason for the line break can have been the width. */
function goesOn(line: string, next: string): boolean {
  const drawn = /[│┄├┤▶◀●]| {2,}\S.* {2,}\S/
  const [firstWord = ''] = next.trimStart().split(' ')
  const sameIndent = /^ */.exec(line)?.[0] === /^ */.exec(next)?.[0]
  return sameIndent && firstWord !== '' && !/^[·✓✗⚡?]$/.test(firstWord) && !drawn.test(line) && !drawn.test(next) && displayWidth(line) + 1 + displayWidth(firstWord) > 76
}

/** A failure without a story, in a few lines. */
export function problemText({ title, detail, site, lesson }: Problem, terminal: Terminal): string {
  const { paint, width } = terminal
  if (lesson === true) return paintStory(detail === undefined ? title : `${title}\n${detail}`, terminal)
  return [
    paint.red.bold(wrap(`✗ ${title}`, width, '  ', '    ')),
    ...(site === undefined ? [] : [`    at ${paint.cyan(site)}`]),
    ...(detail === undefined ? [] : ['', wrap(detail, width, '    ')]),
  ].join('\n')
}

function verdict({ exercise, checks, problems }: ExerciseResult, { paint }: Terminal): string {
  const run = checks.filter(({ state }) => state !== 'skipped')
  const passed = run.filter(({ state }) => state === 'passed').length
  const reached = levelReached(run)
  const whole = run.length === checks.length
  const badge = '★'.repeat(reached) + '☆'.repeat(3 - reached)
  if (run.length === 0 && problems.length > 0) return paint.red.bold(`✗ ${exercise.name} could not be judged`)
  if (run.length === 0) return paint.yellow.bold(`? ${exercise.name}: no check matches that name`)
  if (passed === run.length && problems.length === 0) {
    return whole ? paint.green.bold(`✓ ${exercise.name} ${badge} all ${passed} checks pass`) : paint.green.bold(`✓ ${exercise.name}: ${passed} of ${checks.length} checks were run, and pass`)
  }
  const unknown = run.filter(({ state }) => state === 'unknown').length
  const others = unknown > 0 ? ` · ${unknown} unknown` : ''
  const among = whole ? '' : ' (others were not run)'
  return paint.red.bold(`✗ ${exercise.name}${whole ? ` ${badge}` : ':'} ${passed} of ${run.length} checks pass${others}${among}`)
}

/** What `-t` could have matched, where it matched nothing. */
export function namesToChooseFrom({ checks, problems }: ExerciseResult, { paint, width }: Terminal): string[] {
  if (checks.length === 0 || problems.length > 0 || checks.some(({ state }) => state !== 'skipped')) return []
  const names = checks.map(({ name, group }) => (group === undefined ? name : `${group} ${name}`))
  return ['  -t takes a part of one of these names, as it is written here:', ...names.map((name) => paint.dim(hang(wrap(name, width - 6), '  · ', '    ')))]
}

function nextCommands(result: ExerciseResult, first: CheckResult | undefined): Next[] {
  const { exercise, checks, problems } = result
  if (first === undefined && problems.length === 0) {
    if (checks.some(({ state }) => state === 'skipped') || checks.length === 0) return [[`npm test -- ${exercise.name}`, 'all of its checks']]
    return [[`solutions/${exercise.folder}/README.md`, 'why it works, and what it costs'], ...following(exercise)]
  }
  if (first === undefined) {
    return [
      [`npm test -- ${exercise.name}`, 'once that is fixed'],
      [`npm run reset -- ${exercise.name}`, 'restores the starter; your files are kept'],
    ]
  }
  const number = hintAbout(first.name, listHints(exercise))
  const hint: Next = [`npm run hint -- ${exercise.name}${number === undefined ? '' : ` --number ${number}`}`, number === undefined ? 'a hint' : 'the hint for it']
  return decisiveFinding(first)?.verdict === 'broken' ? [[`npm run replay -- ${exercise.name}`, 'this story, step by step'], hint] : [hint]
}

function following(exercise: Exercise): Next[] {
  const next = listExercises().find(({ number }) => number > exercise.number)
  return next === undefined ? [] : [[`npm run observe -- ${next.name}`, `next: ${next.title}${next.module.elective ? ', an elective' : ''}`]]
}
