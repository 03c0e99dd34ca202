import { emitKeypressEvents } from 'node:readline'
import { endings } from '../screen/keys.js'
import { legible } from '../screen/old-console.js'
import { terminal, type Terminal } from '../screen/terminal.js'
import { beginning, pass, press, type Key, type Session } from './clock.js'
import { page } from './page.js'
import type { Plan } from './plan.js'

/** Where a session runs: a terminal and a clock. A test brings its own. */
export interface Room {
  readonly input: NodeJS.ReadableStream & { setRawMode(raw: boolean): unknown }
  readonly output: NodeJS.EventEmitter & { readonly rows: number; write(text: string): unknown }
  readonly terminal: () => Terminal
  /** Milliseconds; it never goes back. */
  readonly now: () => number
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
  const draw = (): void => {
    const lines = page(session, plan, output.rows, room.terminal())
    output.write(legible(`\u001B[H${lines.map((line) => `${line}\u001B[K`).join('\r\n')}\u001B[J`))
  }
  const catchUp = (): void => {
    const now = room.now()
    const passed = pass(session, now - before, plan)
    before = now
    session = passed.session
    if (passed.rings) output.write(bell)
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
  }
}

function thisRoom(): Room {
  return {
    input: process.stdin,
    output: process.stdout,
    terminal,
    now: () => performance.now(),
    every(milliseconds, call) {
      const timer = setInterval(call, milliseconds)
      return () => clearInterval(timer)
    },
  }
}
