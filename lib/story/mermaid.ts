import type { Trace } from '../simulation/trace.js'
import { castOf, type Cast } from './lanes.js'
import { rowsOf, type Note, type Row } from './rows.js'

export interface MermaidOptions {
  /** Number of the step at which the promise broke. */
  readonly brokenAt?: number | undefined
}

/**
 * Draws a trace as a Mermaid sequence diagram (https://mermaid.js.org/syntax/sequenceDiagram.html), for READMEs and issues. What is lost
 * ends in a cross; faults, crashes and time are notes; the broken step has a red background.
 */
export function renderMermaid(trace: Trace, options: MermaidOptions = {}): string {
  const cast = castOf(trace)
  const rows = rowsOf(trace, cast, options.brokenAt)
  return ['sequenceDiagram', ...declare(cast), ...rows.flatMap((row) => describe(row, cast))].join('\n') + '\n'
}

function declare({ lanes }: Cast): string[] {
  return lanes.map(({ title, kind }, lane) => `  ${kind === 'browser' ? 'actor' : 'participant'} ${id(lane)} as ${escape(title)}`)
}

function describe(row: Row, cast: Cast): string[] {
  const lines = [`  ${statement(row, cast)}`, ...faultsOf(row).map((fault) => `  Note over ${laneOfFault(row)}: ${escape(fault)}`)]
  const broken = row.notes.some(({ tone }) => tone === 'broken')
  return broken ? ['  rect rgba(220, 38, 38, 0.2)', ...lines.map((line) => `  ${line}`), '  end'] : lines
}

function statement(row: Row, { lanes }: Cast): string {
  if (row.kind === 'time') {
    const span = lanes.length > 1 ? `${id(0)},${id(lanes.length - 1)}` : id(0)
    const faults = row.notes.filter(isFault).map(({ text }) => text)
    return `Note over ${span}: ${label(row, [[...faults, row.text].join(' · ')])}`
  }
  if (row.kind === 'point' && row.crash) {
    return `Note over ${id(row.lane)}: ${label(row, [[row.text, ...row.notes.filter(isFault).map(({ text }) => text)].filter(Boolean).join(' ')])}`
  }
  if (row.kind === 'point') return `${id(row.lane)}->>${id(row.lane)}: ${label(row, [row.text])}`
  const dashes = row.line === 'dashed' ? '--' : '-'
  return `${id(row.from)}${dashes}${row.lost ? 'x' : '>>'}${id(row.to)}: ${label(row, [row.text])}`
}

/** The step's number and text, and what came of it on lines of their own. */
function label(row: Row, texts: readonly string[]): string {
  const [first = '', ...rest] = [...texts, ...row.notes.filter((note) => !isFault(note)).map(({ text }) => text)]
  return [[row.number, first].filter(Boolean).join(' · '), ...rest].map(escape).join('<br/>')
}

function faultsOf(row: Row): string[] {
  if (row.kind === 'time' || (row.kind === 'point' && row.crash)) return []
  return row.notes.filter(isFault).map(({ text }) => text)
}

function laneOfFault(row: Row): string {
  if (row.kind === 'arrow') return `${id(Math.min(row.from, row.to))},${id(Math.max(row.from, row.to))}`
  return id(row.kind === 'point' ? row.lane : 0)
}

function isFault({ tone }: Note): boolean {
  return tone === 'fault'
}

function id(lane: number): string {
  return `p${lane}`
}

/** Mermaid reads `;` and line ends as the end of a statement, `#…;` as a character, `%%` as a comment, and labels as HTML. */
function escape(text: string): string {
  return text.replace(/[#;:<>&%"`{}[\]\\]/g, (character) => `#${character.charCodeAt(0)};`)
}
