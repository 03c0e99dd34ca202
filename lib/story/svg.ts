import type { Trace } from '../simulation/trace.js'
import { besideOf, textIsInside } from './side-notes.js'
import { flow, type Placed } from './flow.js'
import type { LaneLayout } from './layout.js'
import type { ArrowRow, PointRow, Row, TimeRow } from './rows.js'
import { fit } from './shorten.js'
import { character, gridFor, margin, xOf, type Grid } from './svg-layout.js'
import { styleSheet, type Theme } from './svg-style.js'
import { element, escapeXml } from './xml.js'

export interface SvgOptions {
  /** `auto`, the default, follows the reader's system. */
  readonly theme?: Theme | undefined
  /** Number of the step at which the promise broke. */
  readonly brokenAt?: number | undefined
  /** Pixels to lay the picture out for. Left out: as many as the story needs. It is shown smaller where there is less room. */
  readonly width?: number | undefined
  /** `close` leaves no more room between steps and around the picture than their texts need: for a slide, where letters have to be large. */
  readonly rows?: 'roomy' | 'close' | undefined
  /** Begins every id in the picture: give each picture on a page its own. Other characters than letters, digits and `-` become `-`. */
  readonly idPrefix?: string | undefined
}

/**
 * Draws a trace as a picture: one self-contained SVG that can stand in a page, on a slide or in a file of its own. Each step is a
 * `<g class="step" data-step="3" tabindex="0">` with a title that says it in words.
 */
export function renderSvg(trace: Trace, options: SvgOptions = {}): string {
  const grid = gridFor(trace, options.width, options.brokenAt)
  const { layout } = grid
  const id = `${(options.idPrefix ?? '').replace(/[^A-Za-z0-9-]/g, '-')}story`
  const width = xOf(grid.columns) + margin
  const rooms = options.rows === 'close' ? close : roomy
  const titles = Math.max(1, ...layout.titles.map((words) => words.length)) * character.line + rooms.title
  const bottomOfTitles = margin + titles
  let bottom = bottomOfTitles + rooms.below
  const steps = layout.rows.map((row) => {
    const step = drawStep(row, grid, bottom, width, rooms)
    bottom += step.height
    return step.drawn
  })
  const height = bottom + margin
  const { trim } = rooms
  const size = { viewBox: `${trim} ${trim} ${width - 2 * trim} ${height - 2 * trim}`, width: width - 2 * trim, height: height - 2 * trim, style: 'max-width: 100%; height: auto' }
  const spoken = { role: 'group', 'aria-label': `Sequence diagram of ${layout.rows.length} steps` }
  return element('svg', { xmlns: 'http://www.w3.org/2000/svg', id, class: 'story', ...size, ...spoken }, [
    element('style', {}, [styleSheet(`#${id}`, options.theme ?? 'auto')]),
    element('rect', { class: 'paper', width, height }),
    ...layout.columns.map((column) => element('line', { class: 'lifeline', x1: xOf(column), y1: bottomOfTitles, x2: xOf(column), y2: bottomOfTitles + rooms.below })),
    ...steps,
    ...layout.titles.map((words, lane) => drawTitle(words, xOf(layout.columns[lane] ?? 0), titles)),
  ])
}

function drawTitle(words: readonly string[], x: number, height: number): string {
  const width = Math.max(...words.map((word) => word.length)) * character.width + 14
  const first = margin + (height - words.length * character.line) / 2 + 16
  return element('g', {}, [
    element('rect', { class: 'head', x: x - 8, y: margin, width, height, rx: 5 }),
    ...words.map((word, y) => text('title', x - 1, first + y * character.line, word)),
  ])
}

/** Heights in pixels. Texts on arrows stand above them, texts beside the diagram level with both. */
interface Rooms {
  /** In a lane's title, above and below the words together; and between the titles and the first step. */
  readonly title: number
  readonly below: number
  readonly time: number
  readonly crash: number
  readonly textOnArrow: number
  readonly textBeside: number
  /** From the top of a step to the middle of its arrow, with the text above it and without. */
  readonly middle: { readonly onArrow: number; readonly beside: number }
  /** Below the last line of text. */
  readonly foot: number
  /** What is taken off the margin. */
  readonly trim: number
}

const roomy: Rooms = { title: 12, below: 8, time: 36, crash: 54, textOnArrow: 44, textBeside: 34, middle: { onArrow: 27, beside: 17 }, foot: 14, trim: 0 }
const close: Rooms = { title: 6, below: 3, time: 26, crash: 44, textOnArrow: 34, textBeside: 24, middle: { onArrow: 24, beside: 12 }, foot: 6, trim: 12 }

interface Drawn {
  readonly height: number
  readonly drawn: string
}

function drawStep(row: Row, { columns, layout }: Grid, top: number, width: number, rooms: Rooms): Drawn {
  const lines = row.kind === 'time' ? timeLines(row, columns, layout) : besideOf(row, layout, columns)
  const roomForArrow = row.kind === 'time' ? rooms.time : row.kind === 'point' && row.crash ? rooms.crash : layout.textsOn === 'arrows' ? rooms.textOnArrow : rooms.textBeside
  const broken = row.notes.some(({ tone }) => tone === 'broken')
  const middle = top + (row.kind !== 'time' && layout.textsOn === 'arrows' ? rooms.middle.onArrow : rooms.middle.beside)
  const baseline = middle + 6
  const height = Math.max(roomForArrow, baseline - top + (lines.length - 1) * character.line + rooms.foot)
  const first = xOf(layout.columns[0] ?? 0)
  const left = row.kind === 'time' ? first + character.width * 2 : xOf(layout.side)
  const parts = [
    element('title', {}, [escapeXml(inWords(row, layout))]),
    element('rect', { class: 'row', x: 0, y: top, width, height }),
    ...lifelines(row, layout, top, height, middle),
    ...(row.kind === 'time' ? [element('rect', { class: 'band', x: first - 8, y: top + 3, width: width - first - margin + 8, height: height - 6, rx: 4 })] : []),
    text('number', first - 3.2 * character.width, baseline, String(row.number), 'end'),
    ...(row.kind === 'arrow' ? drawArrow(row, layout, middle) : []),
    ...(row.kind === 'point' ? drawPoint(row, layout, middle) : []),
    ...lines.flatMap((placed, y) =>
      placed.map((note) => text(row.kind === 'time' && note.tone === 'plain' ? 'time' : note.tone, left + note.column * character.width, baseline + y * character.line, note.text)),
    ),
  ]
  return { height, drawn: element('g', { class: broken ? 'step is-broken' : 'step', 'data-step': row.number, tabindex: 0 }, parts) }
}

function timeLines({ text, notes }: TimeRow, columns: number, layout: LaneLayout): Placed[][] {
  const faults = notes.filter(({ tone }) => tone === 'fault')
  const others = notes.filter(({ tone }) => tone !== 'fault')
  return flow([...faults, { text, tone: 'plain' }, ...others], columns - (layout.columns[0] ?? 0) - 4)
}

function lifelines(row: Row, { columns }: LaneLayout, top: number, height: number, middle: number): string[] {
  return columns.flatMap((column, lane) => {
    const x = xOf(column)
    const line = (y1: number, y2: number): string => element('line', { class: 'lifeline', x1: x, y1, x2: x, y2 })
    const dies = row.kind === 'point' && row.crash && row.lane === lane
    return dies ? [line(top, middle), line(middle + 20, top + height)] : [line(top, top + height)]
  })
}

function drawArrow({ from, to, text: words, line, lost }: ArrowRow, layout: LaneLayout, y: number): string[] {
  const start = xOf(layout.columns[from] ?? 0)
  const end = xOf(layout.columns[to] ?? 0)
  const towards = Math.sign(end - start)
  const tip = lost ? end - towards * 22 : end - towards * 2
  const columns = Math.abs((layout.columns[from] ?? 0) - (layout.columns[to] ?? 0)) - 2
  return [
    element('line', { class: `arrow ${line}`, x1: start, y1: y, x2: lost ? tip : tip - towards * 8, y2: y }),
    lost ? cross(tip, y) : element('path', { class: 'tip', d: `M ${tip} ${y} l ${-towards * 13} -7 v 14 z` }),
    ...(layout.textsOn === 'arrows' ? [text('text', (start + (lost ? tip : end)) / 2, y - 9, fit(words, columns), 'middle')] : []),
  ]
}

function drawPoint(row: PointRow, layout: LaneLayout, y: number): string[] {
  const x = xOf(layout.columns[row.lane] ?? 0)
  // A process that crashed starts again below the cross.
  const mark = row.crash
    ? [cross(x, y), element('line', { class: 'arrow', x1: x - 9, y1: y + 20, x2: x + 9, y2: y + 20 })]
    : [element('circle', { class: 'tip', cx: x, cy: y, r: 6 })]
  return textIsInside(row, layout) ? [...mark, text('text', x + 14, y + 6, row.text)] : mark
}

function cross(x: number, y: number): string {
  return element('path', { class: 'cross', d: `M ${x - 7} ${y - 7} l 14 14 m 0 -14 l -14 14` })
}

function text(style: string, x: number, y: number, words: string, anchor: 'start' | 'middle' | 'end' = 'start'): string {
  const place = { class: style, x: Math.round(x), y: Math.round(y) }
  return element('text', anchor === 'start' ? place : { ...place, 'text-anchor': anchor }, [escapeXml(words)])
}

/** What a pointer or a screen reader gets to know: `5: web → store: commit, + order o-1`. */
function inWords(row: Row, { titles }: LaneLayout): string {
  const title = (lane: number): string => (titles[lane] ?? []).join(' ')
  const who = row.kind === 'time' ? '' : row.kind === 'point' ? `${title(row.lane)}: ` : `${title(row.from)} → ${title(row.to)}: `
  return `${row.number}: ${who}${[row.text, ...row.notes.map((note) => note.text)].filter(Boolean).join(', ')}`
}
