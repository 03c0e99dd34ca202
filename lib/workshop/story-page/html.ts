import { element, escapeXml } from '../../story/xml.js'

export type Attributes = Readonly<Record<string, string | number>>

/** An HTML element. Its children are HTML already, and it is always closed: `<td/>` is no end of a cell. */
export function tag(name: string, attributes: Attributes = {}, ...children: readonly string[]): string {
  return element(name, attributes, ['', ...children])
}

/** A text as it stands in HTML. */
export function words(text: string): string {
  return escapeXml(text)
}
