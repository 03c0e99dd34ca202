import { tag } from '../../story-page/html.js'

const key = (name: string): string => tag('kbd', {}, name)

/** The page of a room. It has nobody's data in it: the program asks for them, with the code. */
export const page = `<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="color-scheme" content="light dark">
<title>The room</title>
<link rel="icon" href="data:,">
<link rel="stylesheet" href="/style.css">
</head>
<body>
${tag(
  'form',
  { id: 'ask' },
  tag('h1', {}, 'The room'),
  tag('label', { for: 'code' }, 'The code that npm run room has printed'),
  '<input id="code" autocomplete="off" autocapitalize="characters" spellcheck="false" maxlength="12" size="6" required>',
  tag('button', { type: 'submit' }, 'Look'),
  tag('p', { id: 'refused', role: 'alert' }),
)}
${tag(
  'div',
  { id: 'room', hidden: 'hidden' },
  tag(
    'header',
    {},
    tag('div', { class: 'exercise' }, tag('h1', { id: 'exercise' }, 'The room'), tag('p', { id: 'part' })),
    tag('p', { id: 'clock', role: 'timer' }),
    tag('p', { id: 'done' }),
  ),
  tag('p', { id: 'lost', role: 'alert' }),
  tag(
    'div',
    { class: 'people', role: 'region', 'aria-label': 'everybody, exercise by exercise', tabindex: 0 },
    tag('table', {}, tag('thead', {}, tag('tr', { id: 'columns' })), tag('tbody', { id: 'people' }), tag('tfoot', {}, tag('tr', { id: 'totals' }))),
    tag('p', { id: 'nobody' }),
  ),
  tag(
    'footer',
    {},
    tag('button', { id: 'sort', type: 'button', 'aria-keyshortcuts': 's' }, 'Sort ', key('s')),
    tag('button', { id: 'hide', type: 'button', 'aria-keyshortcuts': 'h', 'aria-pressed': 'false' }, 'Hide names ', key('h')),
    tag('span', { class: 'legend' }, tag('span', { class: 'cell' }, '★★'), ' reached', tag('span', { class: 'cell is-done' }, '★★★'), ' done', tag('span', { class: 'cell is-current' }, '▸'), ' at work', tag('span', { class: 'cell' }, 'S'), ' took the solution'),
    tag('span', { id: 'state', role: 'status' }),
  ),
)}
<script src="/program.js"></script>
</body>
</html>
`
