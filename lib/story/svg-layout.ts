import type { Trace } from '../simulation/trace.js'
import { castOf } from './lanes.js'
import { arrowEnds, layoutFor, widthBeside, type LaneLayout } from './layout.js'
import type { Row } from './rows.js'
import { displayWidth } from './width.js'

/**
 * A picture is laid out like a terminal, in columns, and then measured in pixels. So both show the same, and a font with one width per
 * character makes sure that texts are as wide as planned.
 */
export interface Grid {
  /** Width of the layout. */
  readonly columns: number
  readonly layout: LaneLayout
}

export const character = { width: 9.7, size: 16, line: 21 } as const
export const margin = 16

/** The middle of a column, in pixels from the left. */
export function xOf(column: number): number {
  return Math.round(margin + (column + 0.5) * character.width)
}

/**
 * The layout for a picture of that many pixels. Left out: the narrowest in which everyone has a lane and nothing is cut, if there is one that is
 * not too wide for a slide.
 */
export function gridFor(trace: Trace, width: number | undefined, brokenAt: number | undefined): Grid {
  const lanes = castOf(trace).lanes.length
  const asked = width === undefined ? 80 : Math.max(40, Math.floor((width - 2 * margin) / character.width))
  let last: Grid | undefined
  // A list is no picture: where the width asked for has no room for lanes, the picture is laid out wider and shown smaller.
  for (let columns = asked; last === undefined || (width === undefined && columns <= 150); columns += 10) {
    const layout = layoutFor(trace, columns, brokenAt)
    if (layout.kind === 'list') continue
    last = { columns, layout }
    if (layout.textsOn === 'arrows' && layout.columns.length === lanes && layout.rows.every((row) => fits(row, layout, columns))) return last
  }
  return last
}

function fits(row: Row, layout: LaneLayout, columns: number): boolean {
  if (Math.min(36, widthBeside(row)) > columns - layout.side) return false
  if (row.kind !== 'arrow') return true
  const [from = 0, to = 0] = [layout.columns[row.from], layout.columns[row.to]]
  return displayWidth(row.text) <= Math.abs(from - to) - arrowEnds
}
