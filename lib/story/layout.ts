import type { Trace } from '../simulation/trace.js'
import { castOf, unfolded, type Cast, type Folding } from './lanes.js'
import { rowsOf, type ArrowRow, type Row, type RowOptions } from './rows.js'
import { fit } from './shorten.js'
import { cut, displayWidth } from './width.js'

/**
 * Where things stand. A diagram is drawn in the first of these ways that fits the width:
 *
 *     browser          web         store            texts on the arrows
 *  3  │                ├─ get c1 ─▶│  version 1
 *
 *     browser  web  store  broker  orders           many lanes: texts beside the diagram
 *  3  │        ├───▶│      │       │       get c1  version 1
 *
 *  3  web → store  get c1  version 1                no lanes at all
 *
 * Columns are laid out for all steps even when few are shown, so that they stand still while a reader walks through a story.
 */
export type Layout = LaneLayout | ListLayout

export interface LaneLayout {
  readonly kind: 'lanes'
  readonly rows: readonly Row[]
  readonly textsOn: 'arrows' | 'side'
  /** Columns of the lifelines, from 0. */
  readonly columns: readonly number[]
  /** The lanes' titles, one or more lines each. */
  readonly titles: readonly (readonly string[])[]
  /** The first column beside the diagram. */
  readonly side: number
  /** With texts beside the diagram: how many columns they take when what came of them gets a column of its own; else 0. */
  readonly aligned: number
}

export interface ListLayout {
  readonly kind: 'list'
  readonly rows: readonly Row[]
  readonly titles: readonly string[]
  /** The first column after the step's number. */
  readonly side: number
}

/** The columns that an arrow takes besides its text: `├─ ` and ` ─▶`. */
export const arrowEnds = 6

/** Picks the most telling way to draw the trace in `width` columns. */
export function layoutFor(trace: Trace, width: number, brokenAt: number | undefined, options: RowOptions = {}): Layout {
  const story: Story = { trace, width, brokenAt, options, first: Math.max(3, String(trace.steps.at(-1)?.number ?? 0).length + 1) + 2 }
  return (
    withTexts(story, unfolded) ??
    withTexts(story, { instances: 'apart', stores: 'together' }) ??
    withoutTexts(story, unfolded, 34, 'number beside the name') ??
    withoutTexts(story, unfolded, 34, 'number below the name') ??
    withoutTexts(story, { instances: 'apart', stores: 'together' }, 30, 'number below the name') ??
    withoutTexts(story, { instances: 'apart', stores: 'none' }, 30, 'number below the name') ??
    withoutTexts(story, { instances: 'together', stores: 'together' }, 30, 'number below the name') ??
    withoutTexts(story, { instances: 'together', stores: 'none' }, 22, 'number below the name') ??
    asList(story)
  )
}

interface Story {
  readonly trace: Trace
  readonly width: number
  readonly brokenAt: number | undefined
  readonly options: RowOptions
  /** Column of the first lifeline. */
  readonly first: number
}

/** The roomiest drawing with texts on the arrows. */
function withTexts({ trace, width, brokenAt, first, options }: Story, folding: Folding): LaneLayout | undefined {
  const cast = castOf(trace, folding)
  const rows = rowsOf(trace, cast, brokenAt, options)
  const arrows = arrowsOf(rows)
  const beside = Math.max(0, ...rows.map(widthBeside))
  const details = Math.max(0, ...rows.flatMap(({ notes }) => notes.map(({ text, tone }) => (tone === 'detail' ? displayWidth(text) : 0))))
  for (const [besideAtMost, textAtLeast] of compromises) {
    for (const gapAtLeast of [17, 10]) {
      for (let textAtMost = 40; textAtMost >= textAtLeast; textAtMost--) {
        const columns = positions(first, gapsFor(cast, arrows, gapAtLeast, textAtMost))
        const side = (columns.at(-1) ?? first) + 3
        if (side + Math.max(Math.min(beside, besideAtMost), Math.min(details, detailsAtLeast)) > width) continue
        if (losesNames(rows, columns) || looksAlike(rows, columns)) continue
        return { kind: 'lanes', rows, textsOn: 'arrows', columns, titles: cast.lanes.map(({ title }) => [title]), side, aligned: 0 }
      }
    }
  }
  return undefined
}

/** Columns that notes beside the diagram get at most, and texts on arrows at least: better a note on a second line than a text cut short. */
const compromises = [[36, 24], [24, 24], [18, 20], [16, 16], [16, 13]] as const

/** Details in a narrower column would take too many lines: then the texts leave the arrows. */
const detailsAtLeast = 30

/** A path may be shortened to its last part; where a name or an id would not fit, the texts leave the arrows. */
function losesNames(rows: readonly Row[], columns: readonly number[]): boolean {
  return rows.some((row) => {
    if (row.kind !== 'arrow') return false
    const shown = shownText(row, columns)
    return shown !== row.text && !/^[A-Z]+ …\/.*[^…]$/.test(shown)
  })
}

function shownText({ text, from, to }: ArrowRow, columns: readonly number[]): string {
  return fit(text, Math.abs((columns[from] ?? 0) - (columns[to] ?? 0)) - arrowEnds)
}

/** Two arrows that say different things must not come to look the same when their texts are shortened. */
function looksAlike(rows: readonly Row[], columns: readonly number[]): boolean {
  const whole = new Map<string, string>()
  return rows.some((row) => {
    if (row.kind !== 'arrow') return false
    const shown = shownText(row, columns)
    const known = whole.get(shown) ?? row.text
    whole.set(shown, known)
    return known !== row.text
  })
}

interface Arrow {
  /** The lanes between which it stands. */
  readonly left: number
  readonly right: number
  /** Columns of its text. */
  readonly text: number
}

/** Short arrows first: what they need is there already when an arrow across them is measured. */
function arrowsOf(rows: readonly Row[]): readonly Arrow[] {
  const arrows = rows.flatMap((row) => (row.kind === 'arrow' ? [{ left: Math.min(row.from, row.to), right: Math.max(row.from, row.to), text: displayWidth(row.text) }] : []))
  return arrows.sort((a, b) => a.right - a.left - (b.right - b.left))
}

/** Distances between neighbouring lifelines in which each text, cut to `textAtMost`, fits on its arrow. */
function gapsFor(cast: Cast, arrows: readonly Arrow[], gapAtLeast: number, textAtMost: number): number[] {
  const gaps = cast.lanes.slice(0, -1).map(({ title }) => Math.max(gapAtLeast, displayWidth(title) + 2))
  for (const { left, right, text } of arrows) {
    let missing = Math.min(text, textAtMost) + arrowEnds
    for (let gap = left; gap < right; gap++) missing -= gaps[gap] ?? 0
    for (let gap = left; gap < right && missing > 0; gap++) gaps[gap] = (gaps[gap] ?? 0) + Math.ceil(missing / (right - left))
  }
  return gaps
}

/** Lanes as narrow as their titles, set in several lines, with all texts beside the diagram in `sideAtLeast` columns or more. */
function withoutTexts({ trace, width, brokenAt, first, options }: Story, folding: Folding, sideAtLeast: number, instances: TitleStyle): LaneLayout | undefined {
  const cast = castOf(trace, folding)
  const titles = cast.lanes.map(({ title }) => linesOf(title, instances))
  const widths = titles.map((words) => Math.max(0, ...words.map(displayWidth)))
  const columns = positions(first, widths.slice(0, -1).map((title) => Math.max(6, title + 2)))
  const side = (columns.at(-1) ?? first) + Math.max(3, (widths.at(-1) ?? 0) + 2)
  if (width - side < sideAtLeast) return undefined
  const rows = rowsOf(trace, cast, brokenAt, options)
  const texts = Math.max(0, ...rows.map(({ kind, text }) => (kind === 'time' ? 0 : displayWidth(text)))) + 2
  const beside = Math.max(0, ...rows.map((row) => (row.kind === 'point' && row.crash ? 0 : widthBeside(row))))
  const aligned = texts + Math.min(beside, 24) <= width - side ? texts : 0
  return { kind: 'lanes', rows, textsOn: 'side', columns, titles, side, aligned }
}

type TitleStyle = 'number beside the name' | 'number below the name'

/** A title in several lines. */
function linesOf(title: string, style: TitleStyle): string[] {
  const words = style === 'number beside the name' ? title.split(/ (?!\d+$)/) : title.split(' ')
  return words.map((word) => cut(word, 12))
}

function asList({ trace, brokenAt, first, options }: Story): ListLayout {
  const cast = castOf(trace)
  return { kind: 'list', rows: rowsOf(trace, cast, brokenAt, options), titles: cast.lanes.map(({ title }) => title), side: first }
}

function positions(first: number, gaps: readonly number[]): number[] {
  const columns = [first]
  for (const gap of gaps) columns.push((columns.at(-1) ?? first) + gap)
  return columns
}

/** Columns that what came of a step takes at best: on one line, or on two for a crash. */
export function widthBeside(row: Row): number {
  if (row.kind === 'time') return 0
  const widths = row.notes.filter(({ tone }) => tone !== 'detail').map(({ text }) => displayWidth(text))
  return row.kind === 'point' && row.crash ? Math.max(0, ...widths) : widths.reduce((sum, width) => sum + width + 2, -2)
}
