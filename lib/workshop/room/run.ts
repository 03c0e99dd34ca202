import { once } from 'node:events'
import { join, relative } from 'node:path'
import { ExplainedError } from '../explained-error.js'
import { listExercises, root } from '../exercises.js'
import { clockBeat, clockNow, type ClockNow } from '../mob/shown-clock.js'
import { recordsFolder } from '../records/folder.js'
import { endings } from '../screen/keys.js'
import { nextLines } from '../screen/next-commands.js'
import type { Terminal } from '../screen/terminal.js'
import { wrap } from '../screen/wrap.js'
import { hostToListenOn, localAddresses, type Address } from './addresses.js'
import { Keeping } from './room-database.js'
import { Room } from './room.js'
import { serveRoom, type RoomServer } from './server.js'
import { defaultPort } from './room-client.js'

/** Where the state of a room is: nothing is written anywhere else. */
export const roomFolder = join(recordsFolder, 'room')

export interface RoomOptions {
  /** What `--host` says. */
  readonly host: string | undefined
  readonly port: number | undefined
  /** Begins an empty room; what was there is kept beside it. */
  readonly fresh: boolean
}

/** How often pages are told what time it is, in milliseconds. */
const beat = 5_000

/**
 * Opens the room until a signal closes it.
 *
 * @throws ExplainedError when it cannot be opened.
 */
export async function runRoom({ host, port, fresh }: RoomOptions, screen: Terminal): Promise<void> {
  const chosen = host === undefined ? undefined : hostToListenOn(host)
  const aside = fresh ? Keeping.putAside(roomFolder, new Date()) : undefined
  const keeping = Keeping.open(roomFolder, Date.now())
  try {
    const { about, people } = keeping.kept
    const address = chosen ?? hostToListenOn(lastHost(about.host))
    const room = new Room(keeping)
    const served = serveRoom(room, listExercises().map(({ name, title, module }) => ({ name, title, elective: module.elective })))
    const at = await listen(served, address, port ?? (about.port === 0 ? defaultPort : about.port))
    keeping.listens(address.address, at)
    if (aside !== undefined) screen.print(wrap(`The room before is kept in ${relative(root, aside)}.\n`, screen.width))
    screen.print(openText(address, at, { ...about, people: people.length }, screen))
    await untilClosed(room, served)
    await served.close()
    screen.print(closedText(room.people.length, screen))
  } finally {
    keeping.close()
  }
}

/** The network may be another one than the last time. */
function lastHost(host: string): string | undefined {
  return host === '127.0.0.1' || localAddresses().some(({ address }) => address === host) ? host : undefined
}

async function listen({ server }: RoomServer, { address }: Address, port: number): Promise<number> {
  try {
    server.listen(port, address)
    await once(server, 'listening')
  } catch (error) {
    throw notOpened(error as NodeJS.ErrnoException, address, port)
  }
  const bound = server.address()
  return typeof bound === 'object' && bound !== null ? bound.port : port
}

/** Why a room could not listen. */
export function notOpened({ code, message }: NodeJS.ErrnoException, address: string, port: number): ExplainedError {
  const other = port >= 65_535 ? defaultPort : port + 1
  if (code === 'EADDRINUSE') return new ExplainedError({ what: `Port ${port} of ${address} is in use.`, why: 'Another program listens there, so the room cannot be reached at it.', next: `Take another port: npm run room -- --port ${other}` }, 1)
  if (code === 'EACCES') return new ExplainedError({ what: `Port ${port} must not be used by you.`, why: 'Ports below 1024 are often for administrators only.', next: `Take another port: npm run room -- --port ${defaultPort}` }, 1)
  return new ExplainedError({ what: `The room cannot listen on ${address}, port ${port}: ${message}.`, why: 'Nobody could reach it.', next: 'npm run room -- --host 127.0.0.1 opens it for this machine alone.' }, 1)
}

/** Looks at the mob's clock and at the time, and ends with a signal. */
async function untilClosed(room: Room, { watchers }: RoomServer): Promise<void> {
  let shown: (ClockNow & { readonly at: number }) | undefined
  const lookAtClock = (): void => {
    const [clock, at] = [clockNow(), Date.now()]
    if (sameClock(shown, clock, at)) return
    shown = clock === undefined ? undefined : { ...clock, at }
    watchers.setClock(clock)
  }
  lookAtClock()
  const timers = [setInterval(lookAtClock, clockBeat / 8), setInterval(() => room.pass(), 1_000), setInterval(() => watchers.beat(), beat)]
  let end: () => void = () => undefined
  const ended = new Promise<void>((resolve) => {
    end = resolve
  })
  for (const signal of endings) process.once(signal, end)
  await ended
  for (const signal of endings) process.removeListener(signal, end)
  for (const timer of timers) clearInterval(timer)
}

/** Whether a page that counts down by itself shows what the clock shows. */
function sameClock(before: (ClockNow & { readonly at: number }) | undefined, clock: ClockNow | undefined, now: number): boolean {
  if (before === undefined || clock === undefined) return before === undefined && clock === undefined
  const { exercise, part, running, driver } = clock
  if (before.exercise !== exercise || before.part !== part || before.running !== running || before.driver !== driver) return false
  const expected = before.running ? Math.max(0, before.left - (now - before.at)) : before.left
  return Math.abs(expected - clock.left) < 700
}

/** What is printed when a room is open. `addresses` are all that it could have been opened on. */
export function openText({ address, name }: Address, port: number, { code, began, people }: { readonly code: string; readonly began: number; readonly people: number }, screen: Terminal, addresses: readonly Address[] = localAddresses()): string {
  const { paint, width } = screen
  const place = `${address.includes(':') ? `[${address}]` : address}:${port}`
  const others = addresses.filter((each) => each.address !== address)
  const alone = address === '127.0.0.1' || address === '::1'
  return [
    `${paint.bold('The room is open:')} ${paint.cyan(`http://${place}/`)}  code ${paint.bold(code)}`,
    '',
    wrap('With the code in it, for your own browser:', width),
    `  ${paint.cyan(`http://${place}/#${code}`)}`,
    wrap('Everybody who wants to be seen types in their own clone:', width),
    `  ${paint.cyan(`npm run join -- ${place} --code ${code} --name Ada`)}`,
    '',
    wrap(alone ? 'Only this machine can reach it. WORKSHOP.md says how to bring in people who are elsewhere.' : `It listens on ${address} (${name}) alone.`, width),
    ...(others.length === 0 ? [] : [wrap(`If others cannot reach it, there ${others.length === 1 ? 'is' : 'are'} also ${others.slice(0, 4).map((each) => `--host ${each.address} (${each.name})`).join(', ')}.`, width)]),
    wrap(people === 0 ? 'Nobody has joined yet.' : `It goes on with ${people === 1 ? 'one person' : `${people} people`}, from ${dayOf(began)}. --new begins an empty room.`, width),
    paint.dim(wrap('Ctrl-C closes it; npm run room opens it again with everybody in it.', width)),
  ].join('\n')
}

export function closedText(count: number, screen: Terminal): string {
  return [
    `The room is closed. ${count === 0 ? 'Nobody had joined.' : `${count === 1 ? 'One person has' : `${count} people have`} joined.`}`,
    ...nextLines([['npm run room', 'opens it again'], ['npm run room -- --csv', 'who has reached what, for a spreadsheet'], ['npm run room -- --json', 'the same, with every detail']], screen),
  ].join('\n')
}

function dayOf(milliseconds: number): string {
  const time = new Date(milliseconds)
  const two = (value: number): string => String(value).padStart(2, '0')
  return `${time.getFullYear()}-${two(time.getMonth() + 1)}-${two(time.getDate())} ${two(time.getHours())}:${two(time.getMinutes())}`
}
