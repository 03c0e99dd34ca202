import type { Note } from './rows.js'
import { cut, displayWidth } from './width.js'

/** A piece of text in the column beside the diagram, counted from the column's left edge. */
export interface Placed extends Note {
  readonly column: number
}

/**
 * Sets notes into a column: one after another while they fit on the line, else on a line of their own, further in. A note that is wider than the
 * column gets a second line, and a third one where the column is narrow; what is still left over is cut off with `…`.
 */
export function flow(notes: readonly Note[], width: number): Placed[][] {
  const lines: Placed[][] = [[]]
  let used = 0
  for (const { text, tone } of notes) {
    const needed = displayWidth(text)
    const gap = used === 0 ? 0 : 2
    if (used + gap + needed <= width) {
      lines.at(-1)?.push({ text, tone, column: used + gap })
      used += gap + needed
      continue
    }
    const starts = lines.length === 1 && used === 0
    split(text, starts ? width : width - indent, width - indent, width < narrow ? 3 : 2).forEach((part, index) => {
      const column = starts && index === 0 ? 0 : indent
      if (used > 0) lines.push([])
      lines.at(-1)?.push({ text: part, tone, column })
      used = column + displayWidth(part)
    })
  }
  return lines
}

const indent = 2
const narrow = 24

/** Splits a text between words: into a part of `first` columns, then parts of `others` columns, `most` parts at most. */
function split(text: string, first: number, others: number, most: number): string[] {
  if (displayWidth(text) <= first) return [text]
  const words = text.split(' ')
  let head = words.shift() ?? ''
  while (words[0] !== undefined && displayWidth(`${head} ${words[0]}`) <= first) head += ` ${words.shift() ?? ''}`
  if (most === 1 || words.length === 0 || displayWidth(head) > first) return [cut(text, first)]
  return [head, ...split(words.join(' '), others, others, most - 1)]
}
