/** How the room's page looks. Colours have a contrast of 4.5 : 1 or more; no meaning hangs on a colour alone. */
export const style = `
:root {
  color-scheme: light dark;
  --paper: #ffffff; --ink: #1a202c; --faint: #566070; --line: #c3cad4; --side: #f5f7fa;
  --bad: #b91c1c; --badPaper: #fdecec; --good: #11703a; --goodInk: #ffffff; --accent: #1d5fb4; --time: #7a5200; --timePaper: #fdf3d7;
  --lines: 20;
}
@media (prefers-color-scheme: dark) {
  :root {
    --paper: #14181f; --ink: #e8ecf1; --faint: #9aa5b4; --line: #4b5563; --side: #1a202a;
    --bad: #ff8a8a; --badPaper: #3a1b1f; --good: #6fdc98; --goodInk: #14181f; --accent: #7ab8ff; --time: #f3cf7a; --timePaper: #332c18;
  }
}
* { box-sizing: border-box; }
[hidden] { display: none !important; }
body { margin: 0; background: var(--paper); color: var(--ink); font: 1rem/1.45 system-ui, 'Segoe UI', 'Helvetica Neue', 'Liberation Sans', Arial, sans-serif; }
button, input { font: inherit; color: var(--ink); background: var(--paper); border: 1px solid var(--line); border-radius: 5px; padding: .2rem .7rem; }
button[aria-pressed='true'] { border-color: var(--accent); box-shadow: inset 0 0 0 1px var(--accent); }
:focus-visible { outline: 3px solid var(--accent); outline-offset: 2px; }
kbd { font: .8em ui-monospace, Menlo, 'DejaVu Sans Mono', Consolas, monospace; border: 1px solid var(--line); border-radius: 3px; padding: 0 .35em; }
.unseen { position: absolute; width: 1px; height: 1px; overflow: hidden; clip-path: inset(50%); white-space: nowrap; }

#ask { max-width: 30rem; margin: 18vh auto 0; padding: 0 1rem; display: flex; flex-wrap: wrap; gap: .6rem; }
#ask > * { margin: 0; }
#ask h1, #ask label, #refused { flex: 0 0 100%; }
#code { font-size: 2rem; text-transform: uppercase; letter-spacing: .2em; }
#refused, #lost { color: var(--bad); font-weight: bold; }

#room { height: 100vh; display: flex; flex-direction: column; }
header { flex: none; display: flex; align-items: center; gap: 0 2.5rem; padding: .3rem 1.2rem; border-bottom: 1px solid var(--line); font-size: clamp(1rem, 2.4vw, 2.9rem); line-height: 1.1; font-variant-numeric: tabular-nums; }
header p, header h1 { margin: 0; }
h1 { font-size: 1.15em; line-height: 1.15; }
.exercise { flex: 1; min-width: 0; }
.exercise > * { overflow: hidden; text-overflow: ellipsis; white-space: nowrap; }
#part { font-size: .72em; color: var(--faint); }
#part:empty { display: none; }
#clock { font-size: 3.4em; line-height: 1; font-weight: bold; letter-spacing: -.02em; }
#clock.is-last { color: var(--time); }
#clock.is-over { color: var(--bad); }
#clock.is-paused { color: var(--faint); }
#done { font-weight: bold; white-space: nowrap; }
#lost { flex: none; margin: 0; padding: 0 1.2rem; background: var(--badPaper); }
#lost:empty, #nobody:empty { display: none; }
#nobody { padding: 2rem; color: var(--faint); font-size: 1.4rem; text-align: center; }

/* Forty people fit a large screen; the lines grow where there are fewer, and leave room for the names of checks. */
.people { position: relative; flex: 1; min-height: 0; overflow: auto; font-size: clamp(.72rem, min((100vh - 15rem) / (var(--lines) + 2) / 1.75, 100vw / 102), 1.5rem); }
table { border-collapse: separate; border-spacing: 0; width: 100%; table-layout: fixed; font-variant-numeric: tabular-nums; }
th, td { padding: .05em .35em; border-bottom: 1px solid var(--line); text-align: left; font-weight: normal; line-height: 1.5; white-space: nowrap; overflow: hidden; text-overflow: ellipsis; }
thead th { position: sticky; top: 0; background: var(--side); color: var(--faint); z-index: 1; }
tfoot th, tfoot td { position: sticky; bottom: 0; background: var(--side); color: var(--faint); border-bottom: 0; border-top: 1px solid var(--line); }
.name { width: 10em; }
tbody .name { font-weight: bold; }
.cell { width: 3.9em; padding-inline: 0; text-align: center; letter-spacing: -.05em; }
td.cell, .legend .cell { color: var(--time); }
thead .is-current { color: var(--accent); font-weight: bold; box-shadow: inset 0 -3px var(--accent); }
tbody .is-current, .legend .is-current { box-shadow: inset 0 0 0 2px var(--accent); border-radius: 4px; }
tbody .is-done, .legend .is-done { background: var(--good); color: var(--goodInk); border-radius: 4px; }
.doing b { display: inline-block; min-width: 8em; margin-right: .4em; font-weight: normal; color: var(--faint); }
.need-stuck th, .need-stuck td.doing { background: var(--badPaper); }
.need-stuck .doing { white-space: normal; } /* the whole name of the check */
.need-stuck .doing, .need-stuck .doing b { color: var(--bad); font-weight: bold; }
.need-red .doing b { color: var(--bad); }
.need-quiet .doing b, .need-new .doing b { color: var(--time); }
.need-done .doing b { color: var(--good); }
.need-left { opacity: .6; }
.is-fresh { animation: fresh 2.5s ease-out; }
@keyframes fresh { from { background: var(--timePaper); box-shadow: 0 0 0 4px var(--time); } }
@media (prefers-reduced-motion: reduce) { .is-fresh { animation: none; } }

footer { flex: none; display: flex; flex-wrap: wrap; gap: .3rem 1rem; align-items: center; padding: .35rem 1.2rem; border-top: 1px solid var(--line); color: var(--faint); font-size: .85rem; }
.legend { display: flex; flex-wrap: wrap; align-items: center; gap: 0 .35rem; }
.legend .cell { margin-left: .6rem; min-width: 2.4em; }
#state { margin-left: auto; }
@media (max-width: 75rem) {
  .people { font-size: clamp(.72rem, min((100vh - 13rem) / (var(--lines) + 2) / 1.75, 100vw / 79), 1rem); }
  .name { width: 8em; }
  .cell { width: 2.9em; letter-spacing: -.12em; }
  .doing b { min-width: 7.4em; }
}
@media (max-width: 50rem) {
  table { min-width: 74em; }
  header { flex-wrap: wrap; }
  .name { position: sticky; left: 0; background: var(--paper); }
}
@media print { #room { height: auto; } .people { overflow: visible; } footer button { display: none; } }
`
