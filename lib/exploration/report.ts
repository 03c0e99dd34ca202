import { countFaults, describeFaults, faultNames, faultWords, type Explanation, type FaultBudget, type FaultName, type MisuseKind, type Trace } from '../simulation/index.js'
import { renderTerminal, wrap } from '../story/index.js'
import type { Violation } from './judge.js'

/** What a search went through, as plain data. */
export interface Coverage {
  readonly strategy: 'exhaustive' | 'random'
  /** False when a limit was hit, or when schedules were drawn at random. */
  readonly complete: boolean
  readonly executions: number
  readonly states: number
  /** At least so many full schedules lead to rest within the budget; the executions stand for them. */
  readonly schedules: number
  readonly budget: FaultBudget
  /** How often each fault really happened. */
  readonly faults: Readonly<Record<FaultName, number>>
  readonly seed?: number
}

/** Why a check ended as it did, as plain data: it is what reporters, `replay` and the story page work from. */
export type Finding =
  | {
      readonly verdict: 'broken'
      readonly violation: Violation
      readonly trace: Trace
      readonly schedule: readonly string[]
      readonly brokenAt: number
      readonly execution: number
      readonly faults: FaultBudget
      /** True when every shorter story with as few faults was tried and keeps its promises. */
      readonly shortest: boolean
      readonly seed?: number
      /** What was generated for the scenario, as text. */
      readonly input?: string
      /** Errors that the code threw in this story. */
      readonly thrown: readonly string[]
    }
  | { readonly verdict: 'misuse'; readonly kind: MisuseKind; readonly explanation: Explanation; readonly site?: string; readonly trace: Trace | undefined }
  | { readonly verdict: 'unknown'; readonly explanation: Explanation; readonly coverage: Coverage | undefined }
  | { readonly verdict: 'passed'; readonly coverage: Coverage; readonly evidence: string }

/** "exhaustive: all 412 executions within 1 crash, 1 copy · 80 crashes, 96 copies happened · standing for more than 41 million schedules" */
export function describeEvidence(coverage: Coverage): string {
  const { strategy, executions, states, schedules, budget, faults, seed } = coverage
  const happened = faultNames.flatMap((name) => (faults[name] > 0 ? [countFaults(faults[name], name)] : []))
  const never = faultNames.filter((name) => (budget[name] ?? 0) > 0 && faults[name] === 0)
  const within = describeFaults(budget) === 'no fault' ? 'without a fault' : `within ${describeFaults(budget)}`
  const parts = [
    strategy === 'random'
      ? `${executions.toLocaleString('en')} random executions (seed ${seed ?? 0}) ${within}: not exhaustive`
      : `exhaustive: ${executions === 1 ? 'the only execution' : `all ${executions.toLocaleString('en')} executions`} ${within}`,
    ...(happened.length > 0 ? [`${happened.join(', ')} happened`] : []),
    ...(never.length > 0 ? [`nothing that ${never.map((name) => `a ${faultWords[name][0]}`).join(' or ')} could happen to`] : []),
    ...(strategy === 'exhaustive' ? [`${states.toLocaleString('en')} states`] : []),
    ...(strategy === 'exhaustive' && schedules > executions ? [`standing for at least ${describeCount(schedules)} schedules`] : []),
  ]
  return parts.join(' · ')
}

/** "1,234", "41 million", "585 billion" */
export function describeCount(count: number): string {
  if (!Number.isFinite(count)) return 'endlessly many'
  const scale = [
    { size: 1e15, word: '' },
    { size: 1e12, word: ' trillion' },
    { size: 1e9, word: ' billion' },
    { size: 1e6, word: ' million' },
  ].find(({ size }) => count >= size)
  if (scale === undefined) return count.toLocaleString('en')
  if (scale.word === '') return count.toExponential(0).replace('e+', ' × 10^')
  return `${Math.floor(count / scale.size).toLocaleString('en')}${scale.word}`
}

export interface TextOptions {
  readonly width?: number
  readonly colour?: boolean
  /** The command that shows the story step by step. */
  readonly replayCommand?: string | undefined
}

/** The text of a finding: for a broken promise, the lesson itself. */
export function describeFinding(finding: Finding, options: TextOptions = {}): string {
  switch (finding.verdict) {
    case 'passed':
      return finding.evidence
    case 'broken':
      return describeBroken(finding, options)
    case 'misuse':
      return describeMisuse(finding, options)
    case 'unknown':
      return `? neither kept nor broken: unknown\n\n${paragraphs(finding.explanation)}`
  }
}

function describeBroken(finding: Extract<Finding, { verdict: 'broken' }>, options: TextOptions): string {
  const { violation, trace, brokenAt } = finding
  const width = options.width ?? 80
  const ending = violation.kind === 'endless' ? ' — it goes on and on' : ''
  const shown = violation.kind === 'endless' && trace.steps.length > endlessSteps ? { ...trace, steps: trace.steps.slice(0, endlessSteps) } : trace
  const cut = trace.steps.length - shown.steps.length
  return [
    wrap(`✗ ${violation.promise}${ending}`, width, '', '  '),
    wrap(violation.sentence, width, '  '),
    ...(finding.input === undefined ? [] : [`  with ${finding.input}`]),
    '',
    renderTerminal(shown, { width, colour: options.colour ?? false, ...(violation.kind === 'safety' ? { brokenAt } : { brokenAtRest: violation.kind === 'liveness' }) }),
    ...(cut > 0 ? [`  … and so on: ${cut.toLocaleString('en')} more steps`] : []),
    ...finding.thrown.map((line) => wrap(line, width, '  ', '    ')),
    '',
    wrap(describeSearch(finding), width, '  ').replaceAll(unbroken, ' '),
    ...(options.replayCommand === undefined ? [] : [`  ${options.replayCommand}`]),
  ].join('\n')
}

/** How much of a story that never ends is shown. */
const endlessSteps = 24

function describeSearch(finding: Extract<Finding, { verdict: 'broken' }>): string {
  const faults = describeFaults(finding.faults)
  const parts = [
    faults === 'no fault' ? 'no fault needed' : `needs ${faults}`,
    `found in execution ${finding.execution.toLocaleString('en')}${finding.seed === undefined ? '' : ` (seed ${finding.seed})`}`,
    ...(finding.shortest ? ['nothing shorter breaks it'] : []),
  ]
  return parts.map((part) => part.replaceAll(' ', unbroken)).join(' · ')
}

/** Keeps words together while a line is broken. */
const unbroken = '\u00a0'

function describeMisuse(finding: Extract<Finding, { verdict: 'misuse' }>, options: TextOptions): string {
  const story = finding.trace === undefined || finding.trace.steps.length === 0 ? [] : ['', renderTerminal(finding.trace, { width: options.width ?? 80, colour: options.colour ?? false })]
  return [`✗ ${finding.explanation.what}`, ...(finding.site === undefined ? [] : [`  at ${finding.site}`]), '', finding.explanation.why, finding.explanation.next, ...story].join('\n')
}

function paragraphs(explanation: Explanation): string {
  return `${explanation.what}\n${explanation.why}\n${explanation.next}`
}
