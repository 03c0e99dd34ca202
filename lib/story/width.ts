/**
 * How many columns a text takes on a terminal. `text.length` is wrong for `漢字` (4 columns), `é` as two code points (1) and
 * emoji (2), and one wrong width bends every lifeline to the right of it.
 *
 * Widths follow Unicode Standard Annex 11 (East Asian Width); characters of ambiguous width, such as `①` and `▶`, take one column,
 * as they do in every terminal that is not set to an East Asian legacy encoding.
 */

/** Made when it is needed for the first time: it takes as long as all else that a command such as `hint` does. */
const made: { segmenter?: Intl.Segmenter } = {}

function graphemes(): Intl.Segmenter {
  return (made.segmenter ??= new Intl.Segmenter('en', { granularity: 'grapheme' }))
}

/** One character as a reader sees it, and the columns that it takes. */
export interface Cell {
  readonly text: string
  readonly width: number
}

/** Splits a text into what a reader calls characters. */
export function cellsOf(text: string): Cell[] {
  if (plain.test(text)) return Array.from(text, (character) => ({ text: character, width: 1 }))
  return Array.from(graphemes().segment(text), ({ segment }) => ({ text: segment, width: graphemeWidth(segment) }))
}

/** Columns that a text takes on a terminal. The text must not contain escape codes. */
export function displayWidth(text: string): number {
  if (plain.test(text)) return text.length
  return cellsOf(text).reduce((sum, cell) => sum + cell.width, 0)
}

/** The text in at most `width` columns; what is left out shows as `…`. */
export function cut(text: string, width: number): string {
  if (displayWidth(text) <= width) return text
  if (width <= 0) return ''
  let kept = ''
  let used = 0
  for (const cell of cellsOf(text)) {
    if (used + cell.width > width - 1) break
    kept += cell.text
    used += cell.width
  }
  return `${kept.trimEnd()}…`
}

/** The text, filled with blanks up to `width` columns. */
export function pad(text: string, width: number): string {
  return text + ' '.repeat(Math.max(0, width - displayWidth(text)))
}

/**
 * Characters that take one column each, whatever stands beside them: those of ASCII and Latin-1, the punctuation and the marks of our own texts, and what
 * diagrams are drawn with. Most texts are made of nothing else, and to segment a text takes about sixty times as long as to look at it.
 */
const plain = /^[\x20-\x7e\u00a0-\u00a8\u00aa-\u00ac\u00af-\u00ff–—‘’“”…→×·★☆✓✗─-▟▶◀▼▲]*$/
const invisible = /^[\p{Mark}\p{Control}\p{Format}]*$/u
const emoji = /\p{Emoji_Presentation}|\uFE0F/u

// The blocks of wide and fullwidth characters, first and last code point of each.
const wideBlocks: readonly (readonly [number, number])[] = [
  [0x1100, 0x115f], // Hangul Jamo
  [0x2e80, 0x303e], // CJK radicals and punctuation
  [0x3041, 0x33ff], // Kana to CJK compatibility
  [0x3400, 0x4dbf], // CJK extension A
  [0x4e00, 0x9fff], // CJK
  [0xa000, 0xa4cf], // Yi
  [0xac00, 0xd7a3], // Hangul syllables
  [0xf900, 0xfaff], // CJK compatibility ideographs
  [0xfe30, 0xfe6f], // CJK compatibility forms
  [0xff00, 0xff60], // fullwidth forms
  [0xffe0, 0xffe6], // fullwidth signs
  [0x20000, 0x3fffd], // CJK extensions B and on
]

function graphemeWidth(grapheme: string): number {
  if (invisible.test(grapheme)) return 0
  if (emoji.test(grapheme)) return 2
  const point = grapheme.codePointAt(0) ?? 0
  return wideBlocks.some(([first, last]) => point >= first && point <= last) ? 2 : 1
}
