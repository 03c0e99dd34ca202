/** A trace as a sequence diagram, for a terminal, for Mermaid, and as a picture. */
export { renderMermaid, type MermaidOptions } from './mermaid.js'
export { renderSvg, type SvgOptions } from './svg.js'
export { renderTerminal, type TerminalOptions } from './terminal.js'
export { renderWorld, type WorldOptions } from './world.js'
export { wrap } from './wrap.js'
