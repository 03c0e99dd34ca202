/**
 * The program in a deck's page. The address keeps the slide: `#5`.
 *
 * The room's page opens the speaker's with `p`, and the two post messages to each other. Not over a BroadcastChannel: a browser may give every page
 * that is opened from a file an origin of its own, which no channel crosses; and a channel would move every other window with slides, too. The
 * speaker's window says every second that it is there, so that the room's page finds it again after it was loaded anew. A message holds the number
 * of a slide and nothing else, so it does no harm whoever sends it.
 */
export const show = `
const way = new URLSearchParams(location.search)
const presenting = way.has('presenter')
const reading = !presenting && way.has('notes')
document.documentElement.className = presenting ? 'presenting' : reading ? 'reading with-notes' : ''
if (reading) document.head.append(Object.assign(document.createElement('style'), { textContent: '@page { size: A4; margin: 16mm }' }))

const slides = [...document.querySelectorAll('main > .marpit')]
const within = (number) => Math.min(slides.length, Math.max(1, Number(number) || 1))
const shown = () => within(location.hash.slice(1))
let partner = presenting ? window.opener : null

const tell = (message) => { if (partner !== null && !partner.closed) partner.postMessage(message, '*') }

const render = () => {
  const current = shown() - 1
  slides.forEach((slide, index) => {
    slide.classList.toggle('current', index === current)
    slide.classList.toggle('next', index === current + 1)
  })
  document.querySelector('#place').textContent = (current + 1) + ' of ' + slides.length
}

const go = (number) => { location.hash = String(within(number)) }

addEventListener('hashchange', () => {
  render()
  tell({ slide: shown() })
})

addEventListener('message', ({ source, data }) => {
  if (source === null || source === window || typeof data !== 'object' || data === null) return
  if (data.here === true && !presenting) {
    partner = source
    if (data.slide !== shown()) tell({ slide: shown() })
  }
  if (source === partner && Number.isInteger(data.slide) && data.here !== true && data.slide !== shown()) go(data.slide)
})

const openPresenter = () => {
  const address = new URL(location.href)
  address.search = '?presenter'
  partner = window.open(address.href, 'presenter', 'popup,width=1200,height=800')
}

const keys = {
  ArrowRight: () => go(shown() + 1), ArrowDown: () => go(shown() + 1), PageDown: () => go(shown() + 1), ' ': () => go(shown() + 1), Enter: () => go(shown() + 1),
  ArrowLeft: () => go(shown() - 1), ArrowUp: () => go(shown() - 1), PageUp: () => go(shown() - 1), Backspace: () => go(shown() - 1),
  Home: () => go(1), End: () => go(slides.length),
  // Notes are for the speaker: they appear only where somebody asked for them in the address.
  ...(reading ? { n: () => document.documentElement.classList.toggle('with-notes') } : {}),
  ...(presenting ? {} : { p: openPresenter, f: () => (document.fullscreenElement ? document.exitFullscreen() : document.documentElement.requestFullscreen()) }),
}
addEventListener('keydown', (event) => {
  if (event.ctrlKey || event.metaKey || event.altKey || !Object.hasOwn(keys, event.key)) return
  event.preventDefault()
  keys[event.key]()
})
document.querySelector('main').addEventListener('click', (event) => {
  if (event.target.closest('aside') !== null) return
  go(shown() + (!presenting && event.clientX < innerWidth / 3 ? -1 : 1))
})

if (presenting) {
  let began = Date.now()
  const two = (number) => String(number).padStart(2, '0')
  const tick = () => {
    const seconds = Math.floor((Date.now() - began) / 1000)
    const alone = partner === null || partner.closed
    const now = new Date()
    document.querySelector('#clock').textContent = now.getHours() + ':' + two(now.getMinutes())
    document.querySelector('#elapsed').textContent = Math.floor(seconds / 60) + ':' + two(seconds % 60)
    document.querySelector('#state').textContent = alone ? 'No slides to follow: open a deck, and press p there' : 'Both windows show the same slide'
    document.querySelector('#state').classList.toggle('alone', alone)
    tell({ here: true, slide: shown() })
  }
  document.querySelector('#elapsed').addEventListener('click', () => { began = Date.now(); tick() })
  document.title = 'Notes: ' + document.title
  setInterval(tick, 1000)
  tick()
}
render()
`
