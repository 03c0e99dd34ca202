import { needs } from '../progress.js'

/** A column of the page. */
export interface Column {
  /** `exercise-07` */
  readonly name: string
  /** `message-identity` */
  readonly title: string
  /** Shown only when somebody is at work on it. */
  readonly elective: boolean
}

/**
 * The program in the room's page. What comes from the room is put in as text, never as HTML. Events have everything about a person in them, so that one
 * which comes twice changes nothing; the browser says with `Last-Event-ID` which it has seen, and so does `after` where the connection is made anew.
 *
 * Times are the room's own, which every event tells: the clock of the machine that shows the page is never asked.
 */
export function program(columns: readonly Column[]): string {
  return `
const exercises = ${JSON.stringify(columns)}
const needs = ${JSON.stringify(needs)}
${behaviour}`
}

const behaviour = `
const byId = (id) => document.getElementById(id)
const people = new Map()
const lines = new Map()
const orders = ['need', 'name', 'joining']
let [order, hidden, clock, lastId, source, lostAt, shown] = ['need', false, undefined, '', undefined, undefined, '']
let [time, heard, drawn] = [{ now: 0, at: 0 }, performance.now(), false]

const now = () => time.now + performance.now() - time.at
const element = (name, className, text) => Object.assign(document.createElement(name), { className, textContent: text })
const put = (node, text) => { if (node.textContent !== text) node.textContent = text }
const nameOf = ({ number, name }) => (hidden ? 'Person ' + number : name)
const minutes = (since) => { const passed = Math.floor(Math.max(0, now() - since) / 60000); return passed < 60 ? passed + ' min' : Math.floor(passed / 60) + ' h ' + String(passed % 60).padStart(2, '0') }
const digitsOf = (exercise) => exercise.slice(-2)
const two = (number) => String(number).padStart(2, '0')
const isDone = (row, exercise) => row.work[exercise]?.done === true

/** What is worked on: by the mob's clock, or by most of the people. */
const current = () => {
  if (clock !== undefined) return clock.exercise
  const counts = new Map()
  for (const { last, need } of people.values()) if (last !== undefined && need.kind !== 'left') counts.set(last.exercise, (counts.get(last.exercise) ?? 0) + 1)
  return [...counts].sort((one, other) => other[1] - one[1] || one[0].localeCompare(other[0]))[0]?.[0]
}

const columnsNow = () => exercises.filter(({ name, elective }) => !elective || current() === name || [...people.values()].some(({ work }) => name in work))

const sorted = () => [...people.values()].sort((one, other) => {
  const away = (one.need.kind === 'left') - (other.need.kind === 'left')
  const named = order === 'name' && !hidden ? one.name.localeCompare(other.name) : 0
  const needed = order === 'need' ? needs.indexOf(one.need.kind) - needs.indexOf(other.need.kind) || one.need.since - other.need.since : 0
  return away || named || needed || one.number - other.number
})

const what = ({ need, last }) => {
  const exercise = last === undefined ? '' : digitsOf(last.exercise) + ' · '
  switch (need.kind) {
    case 'stuck': return ['▲ stuck ' + minutes(need.since), exercise + need.check]
    case 'red': return ['✗ ' + minutes(need.since), exercise + need.check]
    case 'quiet': return ['… quiet ' + minutes(need.since), exercise + 'last: ' + last.command]
    case 'new': return ['joined ' + minutes(need.since), 'nothing run yet']
    case 'working': return ['· ' + minutes(need.since), exercise + 'last: ' + last.command]
    case 'done': return ['✓ ' + minutes(need.since), exercise + 'done']
    default: return ['left', '']
  }
}

const fillCell = (cell, row, { name, title }) => {
  const work = row.work[name]
  const atWork = row.last?.exercise === name
  const mark = (work?.applied ? 'S' : '') + '★'.repeat(work?.stars ?? 0)
  const text = mark !== '' ? mark : atWork ? '▸' : work !== undefined ? '·' : ''
  const facts = work === undefined ? [] : [work.stars + ' of 3 stars', ...(work.total > 0 ? [work.passed + ' of ' + work.total + ' checks pass'] : []), ...(work.done ? ['done'] : []), ...(work.applied ? ['took the solution'] : []), ...(work.hints > 0 ? [work.hints === 1 ? '1 hint' : work.hints + ' hints'] : []), ...(atWork ? ['at work on it'] : [])]
  const told = facts.length === 0 ? '' : digitsOf(name) + ' ' + title + ': ' + facts.join(', ')
  const stars = work?.stars ?? 0
  if (cell.dataset.stars !== undefined && stars > Number(cell.dataset.stars)) { cell.classList.remove('is-fresh'); void cell.offsetWidth; cell.classList.add('is-fresh') }
  cell.dataset.stars = String(stars)
  cell.classList.toggle('is-done', work?.done === true)
  cell.classList.toggle('is-current', atWork)
  put(cell.firstChild, text)
  put(cell.lastChild, told)
  cell.title = told
}

const newCell = () => {
  const cell = element('td', 'cell', '')
  const mark = element('span', '', '')
  mark.setAttribute('aria-hidden', 'true')
  cell.append(mark, element('span', 'unseen', ''))
  return cell
}

const newLine = () => {
  const line = element('tr', '', '')
  const name = element('th', 'name', '')
  name.scope = 'row'
  const doing = element('td', 'doing', '')
  doing.append(element('b', '', ''), ' ', element('span', '', ''))
  line.append(name, doing)
  return line
}

const fillLine = (line, row, columns) => {
  line.className = 'need-' + row.need.kind
  line.dataset.person = String(row.number)
  line.dataset.reports = String(row.reports)
  put(line.cells[0], nameOf(row))
  line.cells[0].title = nameOf(row)
  while (line.cells.length < columns.length + 2) line.append(newCell())
  columns.forEach((column, index) => fillCell(line.cells[index + 2], row, column))
}

const fillTimes = () => {
  for (const [number, row] of people) {
    const doing = lines.get(number)?.cells[1]
    if (doing === undefined) continue
    const [state, text] = what(row)
    put(doing.firstChild, state)
    put(doing.lastChild, text)
    doing.title = text
  }
}

const heading = (text, title) => {
  const cell = element('th', 'cell', text)
  cell.scope = 'col'
  cell.title = title
  return cell
}

const fillAll = () => {
  const columns = columnsNow()
  const names = columns.map(({ name }) => name).join()
  if (names !== shown) {
    shown = names
    lines.clear()
    byId('people').replaceChildren()
    byId('columns').replaceChildren(Object.assign(element('th', 'name', 'who'), { scope: 'col' }), Object.assign(element('th', 'doing', 'now'), { scope: 'col' }), ...columns.map(({ name, title }) => heading(digitsOf(name), title)))
    byId('totals').replaceChildren(element('th', 'name', 'done'), element('td', 'doing', ''), ...columns.map(() => element('td', 'cell', '')))
  }
  const rows = sorted()
  const all = rows.filter(({ need }) => need.kind !== 'left')
  for (const number of lines.keys()) if (!people.has(number)) { lines.get(number).remove(); lines.delete(number) }
  rows.forEach((row, index) => {
    const line = lines.get(row.number) ?? newLine()
    lines.set(row.number, line)
    fillLine(line, row, columns)
    const there = byId('people').rows[index]
    if (there !== line) byId('people').insertBefore(line, there ?? null)
  })
  columns.forEach(({ name }, index) => put(byId('totals').cells[index + 2], String(all.filter((row) => isDone(row, name)).length || '')))
  ;[...byId('columns').cells].slice(2).forEach((cell, index) => cell.classList.toggle('is-current', columns[index].name === current()))
  document.documentElement.style.setProperty('--lines', String(rows.length))
  const stuck = all.filter(({ need }) => need.kind === 'stuck').length
  put(byId('state'), (stuck === 0 ? 'nobody is stuck' : stuck + (stuck === 1 ? ' is stuck' : ' are stuck')) + ' · ' + all.length + (all.length === 1 ? ' person' : ' people') + ' · sorted by ' + order)
  put(byId('nobody'), rows.length === 0 ? 'Nobody has joined yet.' : '')
  fillTimes()
  fillTop()
}

const parts = { predict: 'predict', observe: 'observe', discuss: 'discuss', alone: 'implement, alone', mob: 'implement, as a mob', reflect: 'reflect' }

const fillTop = () => {
  const name = current()
  const exercise = exercises.find((each) => each.name === name)
  put(byId('exercise'), exercise === undefined ? 'The room' : digitsOf(exercise.name) + ' · ' + exercise.title)
  const all = [...people.values()].filter(({ need }) => need.kind !== 'left')
  put(byId('done'), exercise === undefined ? '' : all.filter((row) => isDone(row, name)).length + ' of ' + all.length + ' done')
  const left = clock === undefined ? 0 : Math.max(0, clock.running ? clock.left - (performance.now() - clock.at) : clock.left)
  const seconds = Math.ceil(left / 1000)
  put(byId('clock'), clock === undefined ? '' : two(Math.floor(seconds / 60)) + ':' + two(seconds % 60))
  byId('clock').className = clock === undefined ? '' : left === 0 ? 'is-over' : clock.running ? (left <= 60000 ? 'is-last' : '') : 'is-paused'
  const driver = clock?.driver === undefined ? '' : ' · ' + (hidden ? 'somebody' : clock.driver) + ' drives'
  put(byId('part'), clock === undefined ? '' : parts[clock.part] + (left === 0 ? ' · time is up' : clock.running ? '' : ' · paused') + driver)
  put(byId('lost'), lostAt === undefined || performance.now() - lostAt < 2000 ? '' : 'No connection to the room. What is shown is ' + Math.round((performance.now() - lostAt) / 1000) + ' s old.')
}

/** Many events at once are one drawing. */
const draw = () => {
  if (drawn) return
  drawn = true
  setTimeout(() => { drawn = false; fillAll() }, 50)
}

const listen = () => {
  source?.close()
  source = new EventSource('/events' + (lastId === '' ? '' : '?after=' + encodeURIComponent(lastId)))
  heard = performance.now()
  const on = (name, take) => source.addEventListener(name, (event) => {
    const { now, ...data } = JSON.parse(event.data)
    if (event.lastEventId !== '') lastId = event.lastEventId
    time = { now, at: performance.now() }
    heard = time.at
    lostAt = undefined
    take(data)
  })
  on('everybody', ({ rows }) => { people.clear(); for (const row of rows) people.set(row.number, row); draw() })
  on('person', (row) => { people.set(row.number, row); draw() })
  on('clock', (data) => { clock = data.exercise === undefined ? undefined : { ...data, at: performance.now() }; draw() })
  on('time', () => undefined)
  source.addEventListener('error', () => {
    lostAt ??= heard
    if (source.readyState === EventSource.CLOSED) again()
  })
}

/** A browser gives up when it is answered anything but events: then the code may be another one by now. */
const again = () => {
  fetch('/looking').then(({ status }) => { if (status === 403) ask(''); else setTimeout(listen, 1000) }, () => setTimeout(again, 1000))
}

const ask = (text) => {
  source?.close()
  source = undefined
  byId('room').hidden = true
  byId('ask').hidden = false
  byId('refused').textContent = text
  byId('code').focus()
}

const look = async (code) => {
  try {
    const response = await fetch('/look', { method: 'POST', headers: { 'content-type': 'application/json' }, body: JSON.stringify({ code }) })
    if (response.ok) return enter()
    ask((await response.json()).error)
  } catch {
    ask('The room does not answer. Is npm run room still running?')
  }
}

const enter = () => {
  byId('ask').hidden = true
  byId('room').hidden = false
  listen()
  draw()
}

const keys = {
  h() {
    hidden = !hidden
    try { localStorage.setItem('hidden', hidden ? 'yes' : 'no') } catch { /* for this time only */ }
    byId('hide').setAttribute('aria-pressed', String(hidden))
    fillAll()
  },
  s() {
    order = orders[(orders.indexOf(order) + 1) % orders.length]
    fillAll()
  },
}
addEventListener('keydown', ({ key, ctrlKey, metaKey, altKey, target }) => {
  if (!byId('room').hidden && !ctrlKey && !metaKey && !altKey && !(target instanceof HTMLInputElement)) keys[key.toLowerCase()]?.()
})
byId('hide').addEventListener('click', keys.h)
byId('sort').addEventListener('click', keys.s)
byId('ask').addEventListener('submit', (event) => { event.preventDefault(); look(byId('code').value) })

setInterval(() => {
  if (source === undefined) return
  if (performance.now() - heard > 15000) { lostAt ??= heard; listen() }
  fillTop()
}, 250)
setInterval(() => { if (source !== undefined) fillTimes() }, 1000)

try { hidden = localStorage.getItem('hidden') === 'yes' } catch { /* nothing is kept */ }
byId('hide').setAttribute('aria-pressed', String(hidden))
byId('ask').hidden = true
const given = location.hash.slice(1)
if (given !== '') { history.replaceState(undefined, '', '/'); look(given) } else fetch('/looking').then(({ status }) => (status === 204 ? enter() : ask('')), () => ask('The room does not answer.'))
`
