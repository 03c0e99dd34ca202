import { ExplainedError } from '../explained-error.js'
import type { Terminal } from '../screen/terminal.js'
import { wrap } from '../screen/wrap.js'
import { forgetJoined, readJoined, tokenToJoin, writeJoined } from './joined.js'
import { forgetUntold } from './outbox.js'
import { longestName, nameIn, newId } from './report.js'
import { networkAddress, placeIn, speak, type Place, type Spoken } from './room-client.js'

/** How long somebody waits who joins, in milliseconds. */
const patience = 5_000

/** All that a room is ever told. Whoever changes what is sent changes this. */
export const whatIsSent =
  'From now on test, hint, solution --apply and reset tell the room: your name as you have typed it, the command, the exercise, its stars, how many checks pass, the name of the first check that fails, and how long ago that was. Never code, never a file, never the name of your machine.'

export interface Wish {
  readonly address: string
  readonly code: string
  readonly name: string
}

/** @returns what to print. @throws ExplainedError when it was not possible. */
export async function joinRoom({ address, code, name: typed }: Wish, { paint, width }: Terminal): Promise<string> {
  const name = nameIn(typed)
  if (name === undefined) throw new ExplainedError({ what: typed.trim() === '' ? 'The name is empty.' : 'This cannot be shown as a name.', why: 'The room shows your progress under it.', next: `Give 1 to ${longestName} characters: --name Ada` })
  const place = placeIn(address)
  const token = tokenToJoin(newId)
  const { at, spoken } = await ask(place, address, { code, token, name })
  if (spoken.status !== 200) throw refused(spoken, address, code)
  const { room, name: shown } = spoken.body
  if (typeof room !== 'string' || typeof shown !== 'string') throw noRoom(address)
  if (readJoined()?.room !== room) forgetUntold()
  writeJoined({ address, at, room, token, name: shown, said: false })
  return [
    paint.green(wrap(`✓ You have joined the room at ${address} as ${shown}.`, width, '', '  ')),
    ...(shown === name ? [] : [wrap(`There is another ${name} in it.`, width, '  ')]),
    '',
    wrap(whatIsSent, width),
    '',
    ...leaving(paint),
  ].join('\n')
}

function leaving(paint: Terminal['paint']): string[] {
  return [`  ${paint.cyan('npm run join -- --leave')}   ${paint.dim('ends it')}`]
}

/** @returns what to print. */
export async function leaveRoom({ width }: Terminal): Promise<string> {
  const joined = readJoined()
  forgetJoined()
  if (joined === undefined) return wrap('You have not joined a room, so nothing is sent anywhere.', width)
  const { address, at, token } = joined
  const heard = await speak(placeIn(address), { path: '/leave', token, at, patience: 1_000 }).catch(() => undefined)
  return wrap(`You have left the room at ${address}. Nothing is sent any more.${heard === undefined ? ' It did not answer, so it shows you until it is closed.' : ''}`, width)
}

/** Whether this clone has joined. */
export function stateText({ paint, width }: Terminal): string {
  const joined = readJoined()
  if (joined !== undefined) return [wrap(`You have joined the room at ${joined.address} as ${joined.name}.`, width), '', ...leaving(paint)].join('\n')
  return [wrap('You have not joined a room, so nothing is sent anywhere. The facilitator’s screen shows how to join:', width), '', `  ${paint.cyan('npm run join -- 192.168.1.20:4000 --code KLIF --name Ada')}`].join('\n')
}

async function ask(place: Place, address: string, body: object): Promise<{ readonly at: string; readonly spoken: Spoken }> {
  try {
    const at = await networkAddress(place)
    return { at, spoken: await speak(place, { path: '/join', body, at, patience }) }
  } catch (error) {
    throw new ExplainedError(
      {
        what: `No room answers at ${address}: ${error instanceof Error ? error.message : String(error)}.`,
        why: 'Nobody there knows of you. All exercises work without.',
        next: 'Compare the address with the facilitator’s screen. Both machines have to be in the same network; networks for guests often keep them apart.',
      },
      1,
    )
  }
}

function refused({ status, body }: Spoken, address: string, code: string): ExplainedError {
  const said = typeof body['error'] === 'string' ? body['error'] : ''
  const why = 'You have not joined. All exercises work without.'
  if (said === '') return noRoom(address)
  if (status === 403) return new ExplainedError({ what: `${code} is not the code of the room at ${address}.`, why: 'You have not joined.', next: 'It stands on the facilitator’s screen. After five wrong codes you have to wait.' }, 1)
  if (status === 429) return new ExplainedError({ what: said, why: 'So nobody can guess the code. Others behind the same address wait, too.', next: 'Then try again, with the code on the facilitator’s screen.' }, 1)
  if (status === 409) return new ExplainedError({ what: said, why, next: 'Ask the facilitator to begin an empty one: npm run room -- --new' }, 1)
  return new ExplainedError({ what: `The room at ${address} refused: ${said}`, why, next: 'Is your clone as new as the facilitator’s? git pull brings it up to date.' }, 1)
}

function noRoom(address: string): ExplainedError {
  return new ExplainedError({ what: `What answers at ${address} is not a room.`, why: 'You have not joined. All exercises work without.', next: 'Compare the address, and the port behind the colon, with the facilitator’s screen.' }, 1)
}
