import { displayWidth } from './width.js'

/** Breaks a text between words so that no line is longer than `width`; the lines begin with `indent`. Words are never broken. */
export function wrap(text: string, width: number, indent = '', nextIndent = indent): string {
  return text
    .split('\n')
    .map((paragraph) => wrapParagraph(paragraph, width, indent, nextIndent))
    .join('\n')
}

function wrapParagraph(paragraph: string, width: number, indent: string, nextIndent: string): string {
  const lines: string[] = []
  let line = ''
  for (const word of paragraph.split(' ')) {
    const before = lines.length === 0 ? indent : nextIndent
    if (line !== '' && displayWidth(`${before}${line} ${word}`) > width) {
      lines.push(before + line)
      line = word
    } else {
      line = line === '' ? word : `${line} ${word}`
    }
  }
  lines.push((lines.length === 0 ? indent : nextIndent) + line)
  return lines.map((each) => each.trimEnd()).join('\n')
}
