import type { Terminal } from '../screen/terminal.js'
import { wrap } from '../screen/wrap.js'
import { readJoined, writeJoined, type Joined } from './joined.js'
import { forget, untold, writeDown } from './outbox.js'
import type { Fact, Report } from './report.js'
import { placeIn, speak, type Spoken } from './room-client.js'

/** How long a command goes on for the room, in milliseconds, when everything else is on the screen. With what it takes to end, 300. */
const patience = 280

/** What the room has at least, in milliseconds, on a machine that takes all of that to begin. */
const leastPatience = 40

/**
 * Tells the room, if this clone has joined one. It never fails and never takes longer than 300 milliseconds; what could not be told is kept, and goes
 * with what is told next. A line says so, once.
 *
 * @param began when everything was printed, as `performance.now()` gives it.
 */
export async function tellJoined(facts: readonly Fact[], screen: Terminal, began: number = performance.now()): Promise<void> {
  const joined = readJoined()
  if (joined === undefined || facts.length === 0) return
  try {
    writeDown(facts)
    const line = await tellAll(joined, began)
    if (line !== undefined && !joined.said) screen.print(screen.paint.dim(wrap(line, screen.width)))
    const said = line !== undefined
    if (said !== joined.said && readJoined()?.token === joined.token) writeJoined({ ...joined, said })
  } catch {
    // Nothing can be written on this machine. The command has done its work all the same.
  }
}

/** @returns what to say when the room could not be told. */
async function tellAll(joined: Joined, began: number): Promise<string | undefined> {
  const latest = Math.max(began + patience, performance.now() + leastPatience)
  for (let reports = untold(); reports.length > 0; reports = untold()) {
    const left = latest - performance.now()
    if (left <= 0) return undefined // it answers, and the next command tells it the rest
    const spoken = await tell(joined, reports, left)
    if (spoken?.status === 200 && Array.isArray(spoken.body['taken'])) forget(reports)
    else if (spoken?.status === 410) {
      forget(reports)
      return `The room at ${joined.address} was begun anew, and does not know you any more. Join again, or npm run join -- --leave.`
    } else if (spoken?.status === 400) forget(reports) // it will not be taken the next time either
    else return `The room at ${joined.address} does not answer. What you do is kept, and told when it does; npm run join -- --leave ends that.`
  }
  return undefined
}

async function tell({ address, at, token }: Joined, reports: readonly Report[], milliseconds: number): Promise<Spoken | undefined> {
  try {
    return await speak(placeIn(address), { path: '/reports', body: { reports }, token, at, patience: milliseconds })
  } catch {
    return undefined
  }
}
