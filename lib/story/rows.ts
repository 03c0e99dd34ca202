import type { Participant, Trace, TraceStep } from '../simulation/trace.js'
import type { Cast } from './lanes.js'
import { factWording, type FactWording } from './facts.js'
import { wordingOf, type Wording } from './shorten.js'
import { taskHints } from './tasks.js'
import { duration, faultNamesInWords } from './wording.js'

/** One step of a trace, ready to be drawn: lanes are places from the left, texts are on one line. */
export type Row = ArrowRow | PointRow | TimeRow

interface RowBase {
  readonly number: number
  readonly text: string
  /** What stands beside the diagram, in this order. */
  readonly notes: readonly Note[]
}

/** From lane to lane. */
export interface ArrowRow extends RowBase {
  readonly kind: 'arrow'
  readonly from: number
  readonly to: number
  /** Answers are dashed. */
  readonly line: 'solid' | 'dashed'
  /** It never arrives. */
  readonly lost: boolean
}

/** Within one lane. */
export interface PointRow extends RowBase {
  readonly kind: 'point'
  readonly lane: number
  readonly crash: boolean
}

/** Time goes by, for everyone. */
export interface TimeRow extends RowBase {
  readonly kind: 'time'
}

export interface Note {
  readonly text: string
  readonly tone: Tone
}

export type Tone = 'plain' | 'detail' | 'good' | 'bad' | 'fault' | 'hint' | 'broken'

export interface RowOptions {
  /** True to say also what was written, sent and answered, where a drawing has room for it. */
  readonly facts?: boolean
}

/** What every drawing says about a trace, whatever it is drawn with: one row per step. */
export function rowsOf(trace: Trace, cast: Cast, brokenAt?: number, { facts = false }: RowOptions = {}): Row[] {
  const say = wordingOf(trace)
  const sayFact = factWording(trace)
  const hintOf = taskHints(trace, say)
  let now = 0
  return trace.steps.map((step): Row => {
    const elapsed = step.at - now
    now = step.at
    const fault = step.fault && faultNamesInWords[step.fault]
    const faults: Note[] = fault ? [{ text: `⚡ ${fault}`, tone: 'fault' }] : []
    const broken: Note[] = step.number === brokenAt ? [{ text: '✗ broken here', tone: 'broken' }] : []
    if (step.action === 'time' || step.action === 'lock-expired') {
      return { kind: 'time', number: step.number, text: say(timeText(step, elapsed)), notes: [...faults, ...broken] }
    }
    const hint = hintOf(step)
    const text = say(step.text)
    const outcomes = facts ? factNotes(step, (fact) => say(sayFact(fact)), say) : outcomeNotes(step, say)
    const hints: Note[] = hint && !text.endsWith(hint) ? [{ text: `(${hint})`, tone: 'hint' }] : []
    const beside = facts && (step.facts ?? []).length > 0 ? [...hints, ...outcomes] : [...outcomes, ...hints]
    return place(step, cast, text === fault ? '' : text, [...faults, ...beside, ...broken])
  })
}

function place(step: TraceStep, cast: Cast, text: string, notes: readonly Note[]): Row {
  const { number } = step
  const from = cast.laneOf(step.from)
  const to = step.to && cast.laneOf(step.to)
  const marked = [marksOf(step, cast), text].filter(Boolean).join(' ')
  if (from === undefined || to === undefined || from === to) {
    return { kind: 'point', number, lane: from ?? to ?? 0, crash: step.action === 'crash', text: marked, notes }
  }
  const dashed = step.action === 'response' || step.action === 'no-response'
  return { kind: 'arrow', number, from, to, line: dashed ? 'dashed' : 'solid', lost: neverArrives(step), text: marked, notes }
}

function marksOf(step: TraceStep, cast: Cast): string {
  const marks = [step.from, step.to].flatMap((participant: Participant | undefined) => (participant && cast.markOf(participant)) || [])
  return marks.join('→')
}

function neverArrives({ action, fault }: TraceStep): boolean {
  return (
    action === 'lost' ||
    action === 'no-response' ||
    (action === 'request' && fault === 'lostRequests') ||
    (action === 'response' && fault === 'lostResponses') ||
    (action === 'settle' && fault === 'lostAcks')
  )
}

/** What came of a step: its outcome, or the facts that say it with what decides. */
function factNotes(step: TraceStep, sayFact: FactWording, say: Wording): Note[] {
  const facts = step.facts ?? []
  const said = facts.flatMap((fact): Note[] => {
    const text = sayFact(fact)
    const label: Note[] = fact.label === '' ? [] : [outcomeNote(say(fact.label))]
    return text === '' ? label : [...label, { text, tone: 'detail' }]
  })
  return facts.some(({ label }) => label !== '') ? said : [...outcomeNotes(step, say), ...said]
}

function outcomeNotes({ outcome }: TraceStep, say: Wording): Note[] {
  return outcome === undefined || outcome === '' ? [] : [outcomeNote(say(outcome))]
}

function outcomeNote(text: string): Note {
  if (text.startsWith('✗')) return { text, tone: 'bad' }
  return { text, tone: text.startsWith('+') ? 'good' : 'plain' }
}

function timeText({ action, text, outcome }: TraceStep, elapsed: number): string {
  const what = [text, outcome].filter(Boolean).join(', ')
  if (action === 'lock-expired' && elapsed <= 0) return /lock/i.test(what) ? what : `lock expired: ${what}`
  if (elapsed <= 0 || what.includes(duration(elapsed)) || / later\b/.test(what)) return what
  return `${duration(elapsed)} later${what && what !== 'time' ? `: ${what}` : ''}`
}
