import type { Paint, Style } from './colours.js'
import { cellsOf } from './width.js'

/**
 * A line of a terminal as cells, drawn from back to front: lifelines first, then the arrow over them, then the text over the arrow. Colours are
 * added at the very end, so no escape code is ever counted or cut, and nothing can reach beyond the width.
 */
export class Line {
  readonly #cells: { text: string; style: Style }[]

  constructor(width: number) {
    this.#cells = Array.from({ length: width }, () => ({ text: ' ', style: 'text' }))
  }

  /** Draws over what is there. What does not fit is left out. Returns the column after the text. */
  put(column: number, text: string, style: Style): number {
    let at = column
    for (const cell of cellsOf(text.replaceAll('\u00a0', ' '))) {
      if (cell.width === 0) continue
      if (at < 0 || at + cell.width > this.#cells.length) return at
      this.#cells[at] = { text: cell.text, style }
      // A wide character takes the next cell as well.
      if (cell.width === 2) this.#cells[at + 1] = { text: '', style }
      at += cell.width
    }
    return at
  }

  /** The line as text, without blanks at its end. */
  print(paint: Paint): string {
    const end = this.#cells.findLastIndex(({ text }) => text !== ' ') + 1
    let printed = ''
    let run = ''
    let runStyle: Style = 'text'
    for (const { text, style } of this.#cells.slice(0, end)) {
      // Blanks have no colour of their own: they join the run, unless the style shows on them.
      if (style !== runStyle && !(text === ' ' && style === 'text' && runStyle !== 'broken')) {
        if (run) printed += paint(runStyle, run)
        run = ''
        runStyle = style
      }
      run += text
    }
    return run ? printed + paint(runStyle, run) : printed
  }
}
