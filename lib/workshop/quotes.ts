/**
 * READMEs quote what a starter's first failure prints. A quote is the part of a ```text block from its first line with `✗` at the very
 * beginning to the next such line, or to the end of the block.
 */

/** The text with its first quote replaced. @returns undefined when there is no quote in it. */
export function withQuote(text: string, quote: string): string | undefined {
  const found = findQuote(text)
  return found === undefined ? undefined : text.slice(0, found.start) + quote.trimEnd() + text.slice(found.end)
}

/** The first quote in a text. */
export function quoteIn(text: string): string | undefined {
  const found = findQuote(text)
  return found === undefined ? undefined : text.slice(found.start, found.end)
}

function findQuote(text: string): { readonly start: number; readonly end: number } | undefined {
  for (const block of text.matchAll(/^```text\r?\n([\s\S]*?)^```/gm)) {
    const first = block.index + block[0].indexOf('\n') + 1
    const inside = block[1] ?? ''
    const begin = /^✗ /m.exec(inside)?.index
    if (begin === undefined) continue
    const rest = inside.slice(begin)
    const next = rest.slice(1).search(/^✗ /m)
    return { start: first + begin, end: first + begin + (next < 0 ? rest : rest.slice(0, next + 1)).trimEnd().length }
  }
  return undefined
}
