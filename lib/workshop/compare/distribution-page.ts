import { element, escapeXml } from '../../story/xml.js'
import { colours } from '../story-page/style.js'
import { tag, words } from '../story-page/html.js'
import { clock, compareDay, dealers, drawDistribution, endOf, studioCount, type Done, type Result } from './distribution.js'

/**
 * The comparison as one HTML file that needs nothing else, and may fetch nothing else. Of each way a picture of the day: a line for each studio, a box for
 * each car, as wide as it took. Whose a car is, its height and its letter say as well as its colour.
 */
export function distributionPage(seed: number, days: number): string {
  const results = compareDay(seed)
  const last = Math.max(...results.map(({ end }) => end))
  const title = 'Three studios, and who gets which car'
  const head = [
    '<meta charset="utf-8">',
    `<meta http-equiv="Content-Security-Policy" content="default-src 'none'; style-src 'unsafe-inline'">`,
    '<meta name="viewport" content="width=device-width, initial-scale=1">',
    tag('title', {}, words(title)),
    `<style>${colours}${style}</style>`,
  ]
  const legend = dealers.map(({ name, cars }) => tag('li', {}, swatch(name), words(`${name}: ${cars} ${cars === 1 ? 'car' : 'cars'}`)))
  const body = [
    tag('h1', {}, words(title), ' ', tag('span', {}, words(`day ${seed}`))),
    tag('p', {}, words('Each line is a studio, each box a car, from when it was begun until it was done. Dots are the uploads of whoever has not uploaded everything at 08:00.')),
    tag('ul', {}, ...legend),
    ...results.map((result) => tag('section', {}, tag('h2', {}, words(result.name), ' ', tag('span', {}, words(`done at ${clock(result.end)}`))), tag('p', {}, words(waits(result))), picture(result, last))),
    tag('h2', {}, 'In numbers'),
    tag('pre', {}, words(drawDistribution(seed, days))),
    tag('p', {}, words(legendOfTable(days))),
  ]
  return `<!doctype html>\n<html lang="en">\n<head>${head.join('\n')}</head>\n<body>${body.join('\n')}</body>\n</html>\n`
}

/** What the columns of the table mean. */
export function legendOfTable(days: number): string {
  return `Below a dealer: how many cars, and the longest time from an upload until a studio began with the car. "${days} days": how many times as long as the least time there can be a day took, on average over days 1 to ${days}, and at worst.`
}

const [width, margin, lane, gap] = [960, 70, 22, 6]

function picture({ name, done }: Result, last: number): string {
  const hours = Array.from({ length: Math.floor(last / 120) + 1 }, (_, index) => index * 120)
  const x = (minutes: number): number => Math.round((margin + (minutes / last) * (width - margin - 10)) * 10) / 10
  const height = studioCount * (lane + gap) + 36
  const bottom = 12 + studioCount * (lane + gap)
  const begunLast = Math.max(...done.filter(({ dealer }) => dealer !== dealers[0].name).map(({ begunAt }) => begunAt))
  return element('svg', { viewBox: `0 0 ${width} ${height}`, role: 'img', 'aria-label': `${name}: the last car of the small dealers is begun at ${clock(begunLast)}` }, [
    ...hours.flatMap((minutes) => [
      element('line', { class: 'hour', x1: x(minutes), x2: x(minutes), y1: 10, y2: bottom }),
      element('text', { class: 'clock', x: x(minutes), y: bottom + 16 }, [escapeXml(clock(minutes).slice(0, 5))]),
    ]),
    ...Array.from({ length: studioCount }, (_, studio) => element('text', { class: 'studio', x: 0, y: 12 + studio * (lane + gap) + 15 }, [`studio ${studio + 1}`])),
    ...done.map((car) => box(car, x)),
    ...done.filter(({ dealer }) => dealer !== dealers[0].name).map(({ dealer, uploadedAt }) => element('circle', { class: dealer, cx: x(uploadedAt), cy: 5, r: 2.5 })),
  ])
}

/** The smaller a dealer, the more a car has to stand out. */
function box(car: Done, x: (minutes: number) => number): string {
  const { dealer, studio, begunAt, uploadedAt } = car
  const big = dealer === dealers[0].name
  const [top, inset] = [12 + studio * (lane + gap), big ? 4 : 0]
  const wide = Math.max(1, x(endOf(car)) - x(begunAt) - 0.8)
  const text = `${dealer}: uploaded at ${clock(uploadedAt)}, begun at ${clock(begunAt)}, done at ${clock(endOf(car))}`
  return element('g', { class: dealer }, [
    element('title', {}, [escapeXml(text)]),
    element('rect', { x: x(begunAt), y: top + inset, width: Math.round(wide * 10) / 10, height: lane - 2 * inset }),
    ...(big ? [] : [element('text', { class: 'letter', x: x(begunAt) + wide / 2, y: top + lane / 2 + 4 }, [escapeXml(dealer.charAt(0))])]),
  ])
}

function swatch(dealer: string): string {
  return element('svg', { class: 'swatch', viewBox: '0 0 22 22', 'aria-hidden': 'true' }, [
    element('g', { class: dealer }, [element('rect', { x: 1, y: dealer === dealers[0].name ? 5 : 1, width: 20, height: dealer === dealers[0].name ? 12 : 20 }), element('text', { class: 'letter', x: 11, y: 15 }, [escapeXml(dealer.charAt(0))])]),
  ])
}

function waits({ longestWaits }: Result): string {
  return `The longest wait: ${dealers.map(({ name }, index) => `${name} ${hours(longestWaits[index] ?? 0)}`).join(', ')}.`
}

function hours(minutes: number): string {
  return `${Math.floor(minutes / 60)} h ${minutes % 60} min`
}

const style = `
* { box-sizing: border-box; }
:root { --anna: #8794a8; --ben: #1d5fb4; --cleo: #7a5200; --dan: #b91c1c; --letter: #ffffff; }
@media (prefers-color-scheme: dark) { :root { --anna: #5b6878; --ben: #7ab8ff; --cleo: #f3cf7a; --dan: #ff8a8a; --letter: #14181f; } }
body { margin: 0 auto; max-width: 64rem; padding: 1rem 1.2rem; background: var(--paper); color: var(--ink); font: 1rem/1.45 system-ui, sans-serif; }
h1 { font-size: 1.3rem; margin: 0; }
h2 { font-size: 1.05rem; margin: 1.2rem 0 0; }
h1 span, h2 span { font-weight: normal; color: var(--faint); }
p { margin: .2rem 0; }
section p { color: var(--faint); font-size: .9rem; }
ul { list-style: none; display: flex; flex-wrap: wrap; gap: .3rem 1.4rem; margin: .6rem 0; padding: 0; }
li { display: flex; gap: .4rem; align-items: center; }
svg { display: block; width: 100%; }
svg.swatch { width: 1.4rem; }
.hour { stroke: var(--line); stroke-width: 1; }
.clock, .studio { fill: var(--faint); font: 12px system-ui, sans-serif; }
.clock { text-anchor: middle; }
.letter { fill: var(--letter); font: bold 11px system-ui, sans-serif; text-anchor: middle; }
${dealers.map(({ name }) => `.${name} { fill: var(--${name}); }`).join('\n')}
pre { font: .85rem/1.4 ui-monospace, Menlo, 'DejaVu Sans Mono', 'Liberation Mono', Consolas, monospace; padding: .5rem .7rem; overflow-x: auto; background: var(--code); border: 1px solid var(--line); border-radius: 5px; }
section { break-inside: avoid; }
`
