import { existsSync } from 'node:fs'
import { join } from 'node:path'
import { readRecord, recordsFolder, removeRecord, writeRecord } from '../records/folder.js'
import { isId } from './report.js'

/** The room that this clone has joined. Everything of it is below `.workshop/joined`. */
export interface Joined {
  /** As it was typed: `192.168.1.20:4000`. */
  readonly address: string
  /** The network address behind it, so that no command waits for a name to be looked up. */
  readonly at: string
  readonly room: string
  /** What this clone speaks with; nobody else in the room knows it. */
  readonly token: string
  readonly name: string
  /** Whether it has been said that the room does not answer. */
  readonly said: boolean
}

/** Where the records of joining are, below `.workshop`. */
export const joinedFolder = 'joined'

const record = join(joinedFolder, 'room.json')

export function readJoined(): Joined | undefined {
  if (!existsSync(join(recordsFolder, record))) return undefined
  const { address, at, room, token, name, said } = (readRecord(record) ?? {}) as Partial<Joined>
  const complete = typeof address === 'string' && typeof at === 'string' && typeof room === 'string' && isId(token) && typeof name === 'string'
  return complete ? { address, at, room, token, name, said: said === true } : undefined
}

export function writeJoined(joined: Joined): void {
  writeRecord(record, joined)
}

/** Forgets the room, the token, and what has not been told. */
export function forgetJoined(): void {
  removeRecord(joinedFolder)
}

const tokenRecord = join(joinedFolder, 'token.json')

/** The token to join with, written down before it is used: whoever joins again, because no response came, is the same person. */
export function tokenToJoin(make: () => string): string {
  const known = readRecord(tokenRecord)
  if (isId(known)) return known
  const token = make()
  writeRecord(tokenRecord, token)
  return token
}
