import type { Note } from './rows.js'
import { cellsOf, displayWidth } from './width.js'

/** A piece of text in the column beside the diagram, counted from the column's left edge. */
export interface Placed extends Note {
  readonly column: number
}

/**
 * Sets notes into a column: one after another while they fit on the line, else on a line of their own, further in. A note that is wider than the
 * column gets as many lines as it takes: what it ends with may be what tells it from another. With `start` all lines are further in.
 */
export function flow(notes: readonly Note[], width: number, start: 0 | typeof indent = 0): Placed[][] {
  const lines: Placed[][] = [[]]
  let used: number = start
  for (const { text, tone } of notes) {
    const needed = displayWidth(text)
    const gap = used === start && lines.length === 1 && lines[0]?.length === 0 ? 0 : 2
    // What comes after details is another matter.
    const apart = lines.at(-1)?.at(-1)?.tone === 'detail' && tone !== 'detail' && tone !== 'broken'
    if (!apart && used + gap + needed <= width) {
      lines.at(-1)?.push({ text, tone, column: used + gap })
      used += gap + needed
      continue
    }
    const starts = start === 0 && lines.length === 1 && used === 0
    split(text, starts ? width : width - indent, width - indent).forEach((part, index) => {
      const column = starts && index === 0 ? 0 : indent
      if (lines.at(-1)?.length !== 0) lines.push([])
      lines.at(-1)?.push({ text: part, tone, column })
      used = column + displayWidth(part)
    })
  }
  return lines
}

const indent = 2

/** Splits a text between words, else within them: into a part of `first` columns, then parts of `others` columns. */
function split(text: string, first: number, others: number): string[] {
  if (displayWidth(text) <= first) return [text]
  const words = text.split(' ')
  let head = words.shift() ?? ''
  if (displayWidth(head) > first) {
    const [kept, rest] = breakWord(head, first)
    return [kept, ...split([rest, ...words].join(' '), others, others)]
  }
  while (words[0] !== undefined && displayWidth(`${head} ${words[0]}`) <= first) head += ` ${words.shift() ?? ''}`
  return [head, ...split(words.join(' '), others, others)]
}

/** A word too long for its line goes on in the next one: after a slash if there is one, else anywhere. */
function breakWord(word: string, width: number): readonly [kept: string, rest: string] {
  const cells = cellsOf(word)
  let used = 0
  let count = 0
  while (count < cells.length && used + (cells[count]?.width ?? 0) <= width) used += cells[count++]?.width ?? 0
  const head = cells.slice(0, Math.max(1, count)).map(({ text }) => text).join('')
  const slash = head.lastIndexOf('/')
  const kept = slash > 0 ? head.slice(0, slash) : head
  return [kept, word.slice(kept.length)]
}
