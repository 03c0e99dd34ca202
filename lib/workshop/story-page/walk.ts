/**
 * The program in the page. Without it all steps stand below each other; with it one is shown at a time: the one that is selected by keys,
 * buttons, click or focus, or the one under a pointer that moves. `#step-5` at the end of the address opens the page at that step.
 */
export const walk = `
const steps = [...document.querySelectorAll('#story .step')]
const panels = [...document.querySelectorAll('.panel')]
const beside = document.querySelector('.beside')
const [back, forth] = document.querySelectorAll('nav button')
const last = Math.min(steps.length, panels.length) - 1
let selected = 0

const show = (index) => {
  panels.forEach((panel, each) => { panel.hidden = each !== index })
  steps.forEach((step, each) => step.classList.toggle('is-shown', each === index))
}

const select = (wanted) => {
  selected = Math.max(0, Math.min(last, wanted))
  show(selected)
  beside.scrollTop = 0
  back.disabled = selected === 0
  forth.disabled = selected === last
  steps.forEach((step, each) => {
    step.setAttribute('tabindex', each === selected ? '0' : '-1')
    if (each === selected) step.setAttribute('aria-current', 'step')
    else step.removeAttribute('aria-current')
  })
  try { history.replaceState(null, '', '#step-' + (selected + 1)) } catch { /* The address is a convenience only. */ }
}

const go = (wanted) => {
  select(wanted)
  steps[selected].focus({ preventScroll: true })
  steps[selected].scrollIntoView({ block: 'nearest', inline: 'nearest' })
}

const targets = {
  ArrowRight: () => selected + 1, ArrowLeft: () => selected - 1, ArrowDown: () => selected + 1, ArrowUp: () => selected - 1,
  Home: () => 0, End: () => last,
}
addEventListener('keydown', (event) => {
  const target = targets[event.key]
  if (!target || event.ctrlKey || event.metaKey || event.altKey || event.shiftKey) return
  // Up, down, Home and End scroll what stands beside the diagram while the focus is there.
  if (beside.contains(document.activeElement) && !/Left|Right/.test(event.key)) return
  event.preventDefault()
  go(target())
})

let place = ''
steps.forEach((step, index) => {
  step.setAttribute('role', 'button')
  step.addEventListener('focus', () => { if (index !== selected) select(index) })
  step.addEventListener('click', () => go(index))
  step.addEventListener('pointermove', (event) => {
    // Scrolling moves steps under a pointer that rests; only a pointer that moves looks at them.
    const now = event.clientX + ' ' + event.clientY
    if (now !== place) show(index)
    place = now
  })
})
document.querySelector('.diagram').addEventListener('pointerleave', () => show(selected))
back.addEventListener('click', () => { select(selected - 1); steps[selected].scrollIntoView({ block: 'nearest' }) })
forth.addEventListener('click', () => { select(selected + 1); steps[selected].scrollIntoView({ block: 'nearest' }) })
document.body.classList.add('walks')
const asked = Number(/^#step-([0-9]+)$/.exec(location.hash)?.[1] ?? 1)
select(asked - 1)
if (asked > 1) steps[selected].scrollIntoView({ block: 'nearest' })
`
