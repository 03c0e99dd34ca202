import type { Terminal } from './terminal.js'
import { wrap } from './wrap.js'

/** Markdown as a hint uses it, for a terminal: paragraphs, lists and code blocks. */
export function markdownText(text: string, { paint, width, colour }: Terminal): string {
  return blocksOf(text)
    .map((block) => (block.startsWith('```') ? block.split('\n').slice(1, -1).map((line) => `    ${line}`).join('\n') : paragraph(block, width)))
    .join('\n\n')
    .replace(/`([^`\n]+)`/g, (_, code: string) => (colour ? paint.cyan(code) : `"${code}"`)) // a word such as at has to be told from the sentence
    .replace(/\*\*([^*\n]+)\*\*/g, (_, strong: string) => paint.bold(strong))
    .replace(/(?<![\w*])\*([^*\s][^*\n]*)\*(?![\w*])/g, (_, stressed: string) => paint.italic(stressed))
}

/** Parted by empty lines, but not within a code block. */
function blocksOf(text: string): string[] {
  const parts = text.split(/^(```[\s\S]*?^```)$/m).flatMap((part) => (part.startsWith('```') ? [part] : part.split(/\n{2,}/)))
  return parts.map((block) => block.trim()).filter((block) => block !== '')
}

function paragraph(block: string, width: number): string {
  return block
    .split(/\n(?=[-*] |\d+\. )/)
    .map((item) => wrap(item.replace(/\s*\n\s*/g, ' '), Math.min(width, 100), '', /^(?:[-*]|\d+\.) /.test(item) ? '  ' : ''))
    .join('\n')
}
