/**
 * Letters and digits that can be read from the back of a room: five rows of dots, and each dot as many columns and rows as there is
 * room for. A dot is twice as many columns wide as it is rows high, since a terminal's cells are narrow.
 */
const glyphs: Readonly<Record<string, readonly string[]>> = Object.fromEntries(
  `0 ###/#.#/#.#/#.#/### 1 .#./##./.#./.#./### 2 ###/..#/###/#../### 3 ###/..#/.##/..#/### 4 #.#/#.#/###/..#/..#
5 ###/#../###/..#/### 6 ###/#../###/#.#/### 7 ###/..#/..#/.#./.#. 8 ###/#.#/###/#.#/### 9 ###/#.#/###/..#/###
: ./#/./#/. - .../.../###/.../... . ././././# A .#./#.#/###/#.#/#.# B ##./#.#/##./#.#/##. C .##/#../#../#../.##
D ##./#.#/#.#/#.#/##. E ###/#../##./#../### F ###/#../##./#../#.. G .###/#.../#.##/#..#/.### H #.#/#.#/###/#.#/#.#
I ###/.#./.#./.#./### J ..#/..#/..#/#.#/.#. K #..#/#.#./##../#.#./#..# L #../#../#../#../### M #...#/##.##/#.#.#/#...#/#...#
N #..#/##.#/#.##/#..#/#..# O .##./#..#/#..#/#..#/.##. P ##./#.#/##./#../#.. Q .##./#..#/#..#/#.#./.#.# R ##./#.#/##./#.#/#.#
S .##/#../.#./..#/##. T ###/.#./.#./.#./.#. U #.#/#.#/#.#/#.#/### V #.#/#.#/#.#/#.#/.#. W #...#/#...#/#.#.#/##.##/#...#
X #.#/#.#/.#./#.#/#.# Y #.#/#.#/.#./.#./.#. Z ###/..#/.#./#../###`
    .split(/\s+/)
    .flatMap((text, index, all) => (index % 2 === 0 ? [[text, (all[index + 1] ?? '').split('/')]] : [])),
)

export const rowsOfBig = 5

/**
 * The largest picture of the text that fits, as lines of the same length; undefined when there is no room, or a letter that is not known.
 * Accents are left out.
 */
export function big(text: string, columns: number, rows: number): string[] | undefined {
  const letters = Array.from(text.normalize('NFD').replace(/\p{Mark}/gu, '').toUpperCase(), (letter) => (letter === ' ' ? blank : glyphs[letter]))
  const known = letters.filter((letter) => letter !== undefined)
  if (known.length < letters.length || known.length === 0) return undefined
  const lines = Array.from({ length: rowsOfBig }, (_, row) => known.map((letter) => letter[row] ?? '').join('.'))
  const scale = Math.min(Math.floor(columns / ((lines[0]?.length ?? 0) * 2)), Math.floor(rows / rowsOfBig))
  if (scale < 1) return undefined
  return lines.flatMap((line) => Array<string>(scale).fill(line.replace(/./g, (dot) => (dot === '#' ? '█' : ' ').repeat(scale * 2))))
}

const blank: readonly string[] = Array<string>(rowsOfBig).fill('..')
