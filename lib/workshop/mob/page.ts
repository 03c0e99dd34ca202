import { cut, displayWidth } from '../../story/width.js'
import { markdownText } from '../screen/markdown.js'
import type { Terminal } from '../screen/terminal.js'
import { big, rowsOfBig } from './large-digits.js'
import { isOver, isWork, limitOf, partAfter, type Session } from './clock.js'
import { rolesAt, type Plan } from './plan.js'

/** How long a change of drivers is announced, in milliseconds. */
const announced = 8000

/** The whole screen, exactly as many lines as the terminal has rows, and none longer than it is wide. */
export function page(session: Session, plan: Plan, rows: number, terminal: Terminal): string[] {
  const { paint, width } = terminal
  const { exercise } = plan
  const name = `exercise ${exercise.name.slice(-2)} · ${exercise.title} · ${titles[session.part]}`
  const title = paint.bold(cut(isWork(session) ? name : `${name} · ${leftIn(session, plan)}`, width))
  const keys = session.asking ? paint.bold(cut('End the clock? y ends it · any other key goes on', width)) : paint.dim(cut(keysAt(session, plan), width))
  const room = Math.max(1, rows - 3)
  const body = (isWork(session) ? clock(session, plan, room, terminal) : talk(session, plan, room, terminal)).slice(0, room)
  const above = Math.floor((room - body.length) / 2)
  const filled = [...Array<string>(above).fill(''), ...body, ...Array<string>(room - body.length - above).fill('')]
  return [title, '', ...filled, keys].slice(-rows)
}

const titles = { predict: 'predict', observe: 'observe', discuss: 'discuss', alone: 'implement, alone', mob: 'implement, as a mob', reflect: 'reflect' } as const

/** Talking is not cut off: its clock is a hint. */
function leftIn(session: Session, plan: Plan): string {
  return isOver(session, plan) ? 'time is up' : digits(limitOf(session, plan) - session.elapsed)
}

function keysAt(session: Session, plan: Plan): string {
  const over = isOver(session, plan)
  if (isWork(session) && !over) {
    return [`Space ${session.running ? 'pauses' : 'goes on'}`, ...(session.part === 'mob' ? ['n next driver'] : []), '+ a minute', 's next part', 'q ends'].join(' · ')
  }
  const next = partAfter(session.part, plan)
  return [next === undefined ? 'Enter ends' : `Enter goes on: ${titles[next]}`, '+ a minute', ...(next === undefined ? [] : ['q ends'])].join(' · ')
}

/** `09:58`. The last second is shown as 00:01; 00:00 means that the time is up. */
export function digits(milliseconds: number): string {
  const seconds = Math.ceil(Math.max(0, milliseconds) / 1000)
  return [Math.floor(seconds / 60), seconds % 60].map((part) => String(part).padStart(2, '0')).join(':')
}

function clock(session: Session, plan: Plan, room: number, { paint, width }: Terminal): string[] {
  const { part, running, elapsed, turn, driving } = session
  const left = limitOf(session, plan) - elapsed
  const mob = part === 'mob'
  const { driver, navigators } = rolesAt(plan, turn)
  const name = mob ? (big(driver, width - 4, Math.max(rowsOfBig, Math.floor(room * 0.3))) ?? [cut(driver, width)]) : []
  const changed = mob && turn > 0 && driving < announced && running
  const driverLines = mob ? [changed ? paint.bold.inverse(' change! ') + ' at the keyboard' : 'at the keyboard', ...name.map((line) => paint.cyan.bold(line)), ''] : []
  const soon = plan.rotate - driving
  const next = soon < left ? [`${navigators[0] ?? ''} drives in ${digits(soon)}`] : ['the last turn']
  const below = cut(mob ? [...next, `navigators: ${navigators.join(', ')}`].join(' · ') : `everybody on their own: npm test -- ${plan.exercise.name}`, width)
  const state = left === 0 ? 'time is up: go on, or add a minute?' : !running ? 'paused' : left <= 60_000 ? 'the last minute' : ''
  const used = driverLines.length + 4
  const time = big(digits(left), width - 4, room - used) ?? [digits(left)]
  const tint = running || left === 0 ? (left <= 60_000 ? paint.yellow.bold : paint.green.bold) : paint.dim
  const middle = [...time.map((line) => tint(line)), state === '' ? '' : paint.bold.inverse(` ${state} `), '', ...driverLines, below]
  return middle.map((line) => centred(line, width))
}

function centred(line: string, width: number): string {
  return line === '' ? '' : ' '.repeat(Math.max(0, Math.floor((width - displayWidth(line)) / 2))) + line
}

function talk({ part }: Session, plan: Plan, room: number, terminal: Terminal): string[] {
  const { paint, width } = terminal
  const indent = width >= 70 ? 4 : 1
  const text = (markdown: string): string[] => markdownText(markdown, { ...terminal, width: Math.min(100, width - 2 * indent) }).split('\n')
  const bold = (markdown: string): string[] => text(markdown).map((line) => paint.bold(line))
  const list = (questions: readonly string[]): string[] => spaced(questions.map((question) => text(`- ${question}`)), room - 1)
  const lines = {
    predict: () => [paint.bold('Predict. Nobody runs anything yet.'), '', ...bold(plan.prediction), '', ...text('Write your answer down, or show hands.')],
    observe: () => [paint.bold('Observe.'), '', ...bold(`npm run observe -- ${plan.exercise.name}`), '', ...text('Run it in another terminal. Somebody reads the story aloud, one line at a time. Who knows what now? Who predicted it?')],
    discuss: () => [paint.bold('Discuss what you saw.'), ...list(plan.discussion)],
    reflect: () => [paint.bold('Reflect.'), ...list(plan.reflection)],
    alone: () => [],
    mob: () => [],
  }[part]()
  const shown = lines.length > room ? [...lines.slice(0, room - 1), '… the rest is in its README'] : lines
  return shown.map((line) => `${' '.repeat(indent)}${line}`)
}

/** With an empty line before each, where there is room for it. */
function spaced(blocks: readonly (readonly string[])[], room: number): string[] {
  const airy = blocks.flatMap((block) => ['', ...block])
  return airy.length <= room ? airy : blocks.flat()
}
