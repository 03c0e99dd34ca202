import type { ServerResponse } from 'node:http'
import type { ClockNow } from '../mob/shown-clock.js'
import { newId } from './report.js'
import type { Room } from './room.js'

/** A connection that Server-Sent Events are written to: https://html.spec.whatwg.org/multipage/server-sent-events.html */
export type Stream = Pick<ServerResponse, 'write' | 'writableNeedDrain' | 'once' | 'end'>

/** More pages than this do not look at once. */
export const mostWatchers = 50

/** How long changes are gathered before they are told, in milliseconds. */
const gathered = 50

interface Watcher {
  readonly stream: Stream
  /** Everything up to this change has been written. */
  told: number
  /** It does not read at present. */
  waiting: boolean
}

/**
 * The pages that look. A page is sent the rows that it has not seen, with the number of the change as the event's id; when it comes back with
 * `Last-Event-ID`, it is sent the rows that have changed since. Nothing is queued for a page that does not read: it gets what is true when it reads on.
 */
export class Watchers {
  /** Numbers of changes begin anew with each start of the command: an id of another one is answered with everything. */
  readonly #start = newId().slice(0, 8)
  readonly #watchers = new Set<Watcher>()
  readonly #room: Room
  readonly #now: () => number
  readonly #stopListening: () => void
  #clock: ClockNow | undefined
  #timer: NodeJS.Timeout | undefined

  constructor(room: Room, now: () => number = Date.now) {
    this.#room = room
    this.#now = now
    this.#stopListening = room.onChange(() => {
      this.#timer ??= setTimeout(() => {
        this.#timer = undefined
        for (const watcher of this.#watchers) this.#tell(watcher)
      }, gathered)
    })
  }

  get size(): number {
    return this.#watchers.size
  }

  /** @param lastEventId what the page has seen last, if it says so. */
  add(stream: Stream, lastEventId: string | undefined): void {
    const seen = this.#versionIn(lastEventId)
    const watcher: Watcher = { stream, told: seen ?? this.#room.version, waiting: false }
    this.#watchers.add(watcher)
    stream.once('close', () => this.#watchers.delete(watcher))
    stream.write(`retry: 1000\n\n${this.#event('time', {})}${this.#event('clock', this.#clock ?? {})}`)
    if (seen === undefined) stream.write(this.#event('everybody', { rows: this.#room.since(0).map(({ row }) => row) }, watcher.told))
    else this.#tell(watcher)
  }

  /** Tells all pages what the mob's clock shows; undefined when there is none. */
  setClock(clock: ClockNow | undefined): void {
    this.#clock = clock
    this.#toAll(this.#event('clock', clock ?? {}))
  }

  /** Tells all pages what time it is. It also shows them that the connection lives. */
  beat(): void {
    this.#toAll(this.#event('time', {}))
  }

  close(): void {
    this.#stopListening()
    clearTimeout(this.#timer)
    for (const { stream } of this.#watchers) stream.end()
    this.#watchers.clear()
  }

  #toAll(text: string): void {
    for (const { stream } of this.#watchers) if (!stream.writableNeedDrain) stream.write(text)
  }

  #tell(watcher: Watcher): void {
    if (watcher.waiting || !this.#watchers.has(watcher)) return
    for (const { version, row } of this.#room.since(watcher.told)) {
      if (watcher.stream.writableNeedDrain) {
        watcher.waiting = true
        watcher.stream.once('drain', () => {
          watcher.waiting = false
          if (this.#watchers.has(watcher)) watcher.stream.write(this.#event('clock', this.#clock ?? {}))
          this.#tell(watcher)
        })
        return
      }
      watcher.stream.write(this.#event('person', row, version))
      watcher.told = version
    }
  }

  /** Every event says what time it is here: the machine that looks may think otherwise. */
  #event(name: string, data: object, version?: number): string {
    return `event: ${name}\n${version === undefined ? '' : `id: ${this.#start}.${version}\n`}data: ${JSON.stringify({ ...data, now: this.#now() })}\n\n`
  }

  #versionIn(id: string | undefined): number | undefined {
    const [start, digits] = id?.split('.') ?? []
    const version = Number(digits)
    return start === this.#start && Number.isSafeInteger(version) && version >= 0 && version <= this.#room.version ? version : undefined
  }
}
