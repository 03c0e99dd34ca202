import { character } from './svg-layout.js'

/** How the parts of a picture look: CSS inside the SVG, under the id of its root so that pictures on one page leave each other alone. */
export type Theme = 'light' | 'dark' | 'auto'

/** The style sheet. `auto` follows the reader's system, and paper is always white. */
export function styleSheet(root: string, theme: Theme): string {
  const dark = colourRules(root, darkColours)
  const light = colourRules(root, lightColours)
  return [
    `${root} { font: ${character.size}px ui-monospace, Menlo, 'DejaVu Sans Mono', 'Liberation Mono', Consolas, monospace; }`,
    `${root} .lifeline { stroke-width: 2; }`,
    `${root} .arrow { stroke-width: 2; fill: none; }`,
    `${root} .dashed { stroke-dasharray: 7 5; }`,
    `${root} .cross { stroke-width: 3; fill: none; }`,
    `${root} .title, ${root} .fault, ${root} .broken { font-weight: bold; }`,
    // A rim in the colour of the paper, so that lifelines do not run through letters.
    `${root} .text { paint-order: stroke; stroke-width: 6px; stroke-linejoin: round; }`,
    `${root} .step { outline: none; }`,
    `${root} .step .row { fill: transparent; }`,
    theme === 'dark' ? dark : light,
    ...(theme === 'auto' ? [`@media (prefers-color-scheme: dark) { ${dark} }`] : []),
    ...(theme === 'light' ? [] : [`@media print { ${light} }`]),
  ].join('\n')
}

interface Colours {
  readonly paper: string
  readonly ink: string
  readonly faint: string
  readonly line: string
  readonly arrow: string
  readonly head: string
  readonly good: string
  readonly bad: string
  readonly hint: string
  readonly time: string
  readonly timeBand: string
  readonly brokenBand: string
  readonly focus: string
}

// Every text colour has a contrast of 4.5 : 1 or more on its paper (Web Content Accessibility Guidelines 2.2, level AA).
const lightColours: Colours = {
  paper: '#ffffff',
  ink: '#1a202c',
  faint: '#5b6472',
  line: '#b6bec9',
  arrow: '#1d5fb4',
  head: '#e8eef6',
  good: '#11703a',
  bad: '#b91c1c',
  hint: '#7a2fa0',
  time: '#7a5200',
  timeBand: '#fdf3d7',
  brokenBand: '#fde3e3',
  focus: '#eef4fc',
}

const darkColours: Colours = {
  paper: '#14181f',
  ink: '#e8ecf1',
  faint: '#9aa5b4',
  line: '#4b5563',
  arrow: '#7ab8ff',
  head: '#263244',
  good: '#6fdc98',
  bad: '#ff8a8a',
  hint: '#d7a6f5',
  time: '#f3cf7a',
  timeBand: '#332c18',
  brokenBand: '#4a1e22',
  focus: '#1f2937',
}

function colourRules(root: string, colours: Colours): string {
  const rules: readonly (readonly [string, string])[] = [
    ['.paper', `fill: ${colours.paper}`],
    ['.text', `fill: ${colours.ink}; stroke: ${colours.paper}`],
    ['.number', `fill: ${colours.faint}`],
    ['.lifeline', `stroke: ${colours.line}`],
    ['.head', `fill: ${colours.head}; stroke: ${colours.line}`],
    ['.title', `fill: ${colours.ink}`],
    ['.arrow', `stroke: ${colours.arrow}`],
    ['.tip', `fill: ${colours.arrow}`],
    ['.cross', `stroke: ${colours.bad}`],
    ['.plain', `fill: ${colours.ink}`],
    ['.good', `fill: ${colours.good}`],
    ['.bad, # .fault, # .broken', `fill: ${colours.bad}`],
    ['.hint', `fill: ${colours.hint}`],
    ['.time', `fill: ${colours.time}`],
    ['.band', `fill: ${colours.timeBand}`],
    ['.step:hover .row, # .step:focus .row', `fill: ${colours.focus}`],
    ['.step.is-broken .row', `fill: ${colours.brokenBand}`],
    ['.step.is-broken .text', `stroke: ${colours.brokenBand}`],
  ]
  return rules.map(([selector, rule]) => `${root} ${selector.replaceAll('#', root)} { ${rule}; }`).join('\n')
}
