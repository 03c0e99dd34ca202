import { readFileSync } from 'node:fs'
import { character } from '../../story/svg-layout.js'
import { displayWidth } from '../../story/width.js'

/** Sizes in pixels of a slide, which is 1280 wide and 720 high. What can be read from the back of a room depends on these. */
const theme = readFileSync(new URL('./theme.css', import.meta.url), 'utf8')
const size = (pattern: RegExp): number => Number(pattern.exec(theme)?.[1])
const fontSize = (selector: string): number => size(new RegExp(`^${selector.replaceAll('.', '\\.')} \\{[^}]*font(?:-size)?: (\\d+)px`, 'm'))

/** The letters of a slide's words. */
export const bodySize = fontSize('section')

/** The room that a slide has for a picture: what its heading, its caption and its edges leave. */
export const pictureRoom = { width: size(/--picture-width: (\d+)px/), height: size(/--picture-height: (\d+)px/) } as const

/** How much larger a picture is shown than it was drawn. */
export function pictureScale(svg: string): number {
  const [, width, height] = /viewBox="\S+ \S+ (\S+) (\S+)"/.exec(svg) ?? []
  return Math.min(pictureRoom.width / Number(width), pictureRoom.height / Number(height))
}

/** The letters of a story on a slide. */
export function storySize(svg: string): number {
  return character.size * pictureScale(svg)
}

/** The letters of the promise below a story. */
export const captionSize = fontSize('figcaption')

/** What the edges of a slide leave for its words. */
export const wordRoom = { width: 1160, height: { plain: 624, exercise: 650 } } as const

/**
 * About how high the words of a slide stand, in pixels; rather too high than too low. The theme takes whatever font the machine has, so this counts
 * with one as wide as DejaVu Sans, the widest of those that it names.
 */
export function wordHeight(slide: string): number {
  const exercise = /<!-- _class: exercise -->/.test(slide)
  const big = /<!-- _class: (?:big|title) -->/.test(slide)
  const text = slide.replace(/<!--[\s\S]*?-->/g, '').trim()
  const [h1, h2] = [fontSize(exercise ? 'section.exercise h1' : 'section.title h1'), fontSize(big ? 'section.big h2' : 'h2')]
  const quote = fontSize('section.exercise blockquote')
  return text.split(/\n\s*\n/).reduce((height, part) => {
    const lines = part.split('\n')
    if (part.startsWith('```')) return height + (lines.length - 2) * fontSize(exercise ? 'section.exercise pre' : 'pre') * 1.4 + (exercise ? 38 : 62)
    if (part.startsWith('|')) return height + Math.max(0, lines.length - 2) * (fontSize('table') * 1.35 + 20) + 28
    if (part.startsWith('# ')) return height + linesOf(part.slice(2), h1 * 0.68) * h1 * 1.15 + (exercise ? 14 : 24)
    if (part.startsWith('## ')) return height + linesOf(part.slice(3), h2 * 0.68) * h2 * 1.15 + 24
    if (part.startsWith('> ')) return height + linesOf(part.slice(2), quote * 0.57, wordRoom.width - 36) * quote * 1.3 + 20
    if (/^(?:-|\d\.) /.test(part)) return lines.reduce((sum, line) => sum + linesOf(line, bodySize * 0.58, wordRoom.width - 50) * bodySize * 1.35 + 10, height) + 22
    return height + linesOf(part, bodySize * 0.58) * bodySize * 1.35 + (exercise ? 14 : 22)
  }, 0)
}

function linesOf(text: string, character: number, width: number = wordRoom.width): number {
  return Math.ceil((displayWidth(text.replace(/[`*]/g, '')) * character) / width)
}
