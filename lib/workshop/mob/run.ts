import { emitKeypressEvents } from 'node:readline'
import { endings } from '../screen/keys.js'
import { legible } from '../screen/old-console.js'
import { terminal, type Terminal } from '../screen/terminal.js'
import { beginning, pass, press, type Key, type Session } from './clock.js'
import { page } from './page.js'
import type { Plan } from './plan.js'
import { clockBeat, hideClock, showClock } from './shown-clock.js'

/** Where a session runs: a terminal and a clock. A test brings its own. */
export interface Room {
  readonly input: NodeJS.ReadableStream & { setRawMode(raw: boolean): unknown }
  readonly output: NodeJS.EventEmitter & { readonly rows: number; write(text: string): unknown }
  readonly terminal: () => Terminal
  /** Milliseconds; it never goes back. */
  readonly now: () => number
  /** Shows others on this machine where the clock stands; without a session, that it has ended. */
  readonly show: (session: Session | undefined, plan: Plan) => void
  /** Calls again and again, until what it returns is called. */
  readonly every: (milliseconds: number, call: () => void) => () => void
}

const enter = '\u001B[?1049h\u001B[?25l' // another screen, no cursor: what was on the terminal comes back afterwards
const leave = '\u001B[?25h\u001B[?1049l'
const bell = '\u0007'

/**
 * Runs the clock until a key or a signal ends it. However it ends, the terminal is as it was before.
 *
 * @returns where it stood.
 */
export async function runMob(plan: Plan, room: Room = thisRoom()): Promise<Session> {
  const { input, output } = room
  let session: Session = beginning
  let before = room.now()
  let shown = before
  const draw = (): void => {
    const lines = page(session, plan, output.rows, room.terminal())
    output.write(legible(`\u001B[H${lines.map((line) => `${line}\u001B[K`).join('\r\n')}\u001B[J`))
  }
  const show = (): void => {
    shown = room.now()
    room.show(session, plan)
  }
  const catchUp = (): void => {
    const now = room.now()
    const passed = pass(session, now - before, plan)
    before = now
    session = passed.session
    if (passed.rings) output.write(bell)
    if (passed.rings || now - shown >= clockBeat) show()
  }
  const restore = (): void => {
    input.setRawMode(false)
    output.write(leave)
  }
  let end: () => void = () => undefined
  const ended = new Promise<void>((resolve) => {
    end = resolve
  })
  const onKey = (_text: string | undefined, key: Key): void => {
    catchUp()
    const next = press(session, key, plan)
    if (next === 'end') {
      end()
      return
    }
    session = next
    draw()
    show()
  }
  output.write(enter)
  input.setRawMode(true)
  emitKeypressEvents(input)
  input.resume()
  process.once('exit', restore)
  for (const signal of endings) process.once(signal, end)
  input.on('keypress', onKey)
  input.on('end', end)
  output.on('resize', draw)
  const stop = room.every(200, () => {
    catchUp()
    draw()
  })
  try {
    draw()
    show()
    await ended
    return session
  } finally {
    stop()
    process.removeListener('exit', restore)
    for (const signal of endings) process.removeListener(signal, end)
    input.removeListener('keypress', onKey)
    input.removeListener('end', end)
    output.removeListener('resize', draw)
    input.pause()
    restore()
    room.show(undefined, plan)
  }
}

function thisRoom(): Room {
  return {
    input: process.stdin,
    output: process.stdout,
    terminal,
    now: () => performance.now(),
    show: (session, plan) => (session === undefined ? hideClock() : showClock(session, plan)),
    every(milliseconds, call) {
      const timer = setInterval(call, milliseconds)
      return () => clearInterval(timer)
    },
  }
}
