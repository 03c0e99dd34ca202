/** Colours of a page, by the reader's system. Texts have a contrast of 4.5 : 1 or more; no meaning hangs on a colour alone. */
export const colours = `
:root {
  color-scheme: light dark;
  --paper: #ffffff; --ink: #1a202c; --faint: #566070; --line: #c3cad4; --side: #f5f7fa; --code: #ffffff;
  --bad: #b91c1c; --badPaper: #fdecec; --good: #11703a; --accent: #1d5fb4; --newPaper: #e7f5ec; --time: #7a5200; --changedPaper: #fdf3d7;
}
@media (prefers-color-scheme: dark) {
  :root {
    --paper: #14181f; --ink: #e8ecf1; --faint: #9aa5b4; --line: #4b5563; --side: #1a202a; --code: #11151b;
    --bad: #ff8a8a; --badPaper: #3a1b1f; --good: #6fdc98; --accent: #7ab8ff; --newPaper: #17301f; --time: #f3cf7a; --changedPaper: #332c18;
  }
}
`

/** How the page around the diagram looks. */
export const style = `${colours}
* { box-sizing: border-box; }
body { margin: 0; background: var(--paper); color: var(--ink); font: 1rem/1.45 system-ui, sans-serif; display: flex; flex-direction: column; min-height: 100vh; }
header { padding: .8rem 1.2rem .6rem; border-bottom: 1px solid var(--line); }
h1 { font-size: 1.15rem; margin: 0; }
h1 span { font-weight: normal; color: var(--faint); }
.ending { margin: .4rem 0 0; padding: .4rem .8rem; border-left: 4px solid var(--bad); background: var(--badPaper); }
.ending b { color: var(--bad); }
.ending p { margin: .1rem 0; overflow-wrap: anywhere; }
main { flex: 1; display: grid; grid-template-columns: minmax(0, 5fr) minmax(20rem, 3fr); }
.diagram { padding: .5rem; }
#story { display: block; margin: 0 auto; }
#story .step { cursor: pointer; }
#story .step.is-shown .row { stroke: var(--accent); stroke-width: 2; }
#story .step[aria-current] .row { stroke: var(--accent); stroke-width: 4; }
.beside { background: var(--side); border-left: 1px solid var(--line); padding: .6rem 1rem 1rem; }
nav { display: none; gap: .5rem; align-items: center; color: var(--faint); font-size: .85rem; }
.walks nav { display: flex; flex-wrap: wrap; }
button { font: inherit; color: var(--ink); background: var(--paper); border: 1px solid var(--line); border-radius: 5px; padding: .3rem .8rem; min-width: 2.8rem; }
button:disabled { opacity: .45; }
:focus-visible { outline: 3px solid var(--accent); outline-offset: 2px; }
h2 { font-size: 1.05rem; margin: .8rem 0 .2rem; overflow-wrap: anywhere; }
h2 .count { display: block; font-size: .85rem; font-weight: normal; color: var(--faint); }
h3 { font-size: .85rem; margin: .9rem 0 .25rem; color: var(--faint); }
.facts { margin: 0; color: var(--faint); overflow-wrap: anywhere; }
.broken { margin: .4rem 0 0; color: var(--bad); font-weight: bold; }
pre, .choices, table { font: .85rem/1.4 ui-monospace, Menlo, 'DejaVu Sans Mono', 'Liberation Mono', Consolas, monospace; }
pre { margin: 0; padding: .5rem .7rem; background: var(--code); border: 1px solid var(--line); border-radius: 5px; white-space: pre-wrap; overflow-wrap: anywhere; }
.choices { margin: 0; padding: 0; list-style: none; }
.choices li { padding: .1rem .2rem .1rem 1.6rem; text-indent: -1.4rem; overflow-wrap: anywhere; color: var(--faint); }
.choices .taken { color: var(--ink); font-weight: bold; }
.choices .mark { margin-left: .7rem; }
table { width: 100%; border-collapse: collapse; margin: .2rem 0 .6rem; }
caption, p.table { text-align: left; font-size: .85rem; margin: .2rem 0 .4rem; }
caption { font-weight: bold; font-family: system-ui, sans-serif; }
td { padding: .15rem .5rem .15rem 0; vertical-align: top; border-top: 1px solid var(--line); overflow-wrap: break-word; }
td.mark { width: 4.5rem; }
.cells { display: flex; flex-wrap: wrap; gap: 0 1.2em; }
.cells span { min-width: 0; overflow-wrap: anywhere; }
tr.new td { background: var(--newPaper); }
tr.changed td { background: var(--changedPaper); }
tr.gone td:not(.mark) { text-decoration: line-through; color: var(--faint); }
.mark { font-family: system-ui, sans-serif; font-weight: normal; font-size: .8rem; color: var(--good); white-space: nowrap; text-align: right; }
.changed .mark { color: var(--time); }
.gone .mark { color: var(--bad); }
footer { padding: .5rem 1.2rem; border-top: 1px solid var(--line); color: var(--faint); font-size: .85rem; }
code { font-family: ui-monospace, Menlo, 'DejaVu Sans Mono', Consolas, monospace; color: var(--ink); overflow-wrap: anywhere; }

/* Both halves scroll on their own where there is room for it. */
@media screen and (min-height: 26rem) {
  .walks { height: 100vh; }
  .walks main { min-height: 0; }
  .walks .diagram, .walks .beside { overflow: auto; }
}
/* In a narrow window they stand below each other, and the diagram keeps a size that can be read. */
@media screen and (max-width: 56rem) {
  main { grid-template-columns: minmax(0, 1fr); grid-template-rows: minmax(8rem, 11fr) minmax(8rem, 9fr); }
  .beside { border-left: 0; border-top: 2px solid var(--line); }
  .diagram { overflow-x: auto; }
  #story { min-width: 38rem; }
  header { padding: .5rem .8rem; }
  .beside { padding: .5rem .8rem; }
  .walks footer, .walks .keys { display: none; }
}
@media print {
  :root { --paper: #fff; --ink: #000; --faint: #444; --line: #999; --side: #fff; --code: #fff; --bad: #a11; --badPaper: #fff; --good: #11703a; --accent: #fff; --newPaper: #fff; --changedPaper: #fff; --time: #7a5200; }
  body, main { display: block; }
  .walks nav { display: none; }
  .beside { border: 0; padding: 0 1rem; }
  #story { max-height: 20cm; width: auto; margin: 0; }
  #story .step .row { stroke: none !important; }
  .diagram { break-after: page; }
  .panel, .panel[hidden] { display: block; break-inside: avoid; border-top: 1px solid #999; margin-top: .8rem; }
  /* On paper a step shows what it changed, and the last one shows everything. */
  .panel:not(:last-child) .same { display: none; }
  .panel:not(:last-child):not(:has(tr:not(.same))) .world { display: none; }
  h2, h3 { break-after: avoid; }
}
`
