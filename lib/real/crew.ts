import type { ChildProcess } from 'node:child_process'
import type { FromInstance, Part, ToInstance } from './protocol.js'

/** Starts a process that loads the check and then waits for its part; see `playInstance`. */
export type Launch = () => ChildProcess

/** One process of the system. */
export interface Player<Said = ToInstance> {
  play(part: Part): void
  say(message: Said): void
  /** Ends it at once, as a power cut would. Comes back when it is gone. */
  kill(): Promise<void>
}

export interface PlayerEvents<Heard = FromInstance> {
  readonly heard: (message: Heard) => void
  /** It has ended, and nobody has killed it. `complaint`: what it has written to its standard error last. */
  readonly ended: (code: number | null, complaint: string) => void
}

/** Keeps processes at hand that have loaded everything, for starting one takes longer than a crash should. */
export class Crew<Heard = FromInstance, Said extends object = ToInstance> {
  readonly #spare: Waiter[] = []
  readonly #all = new Set<ChildProcess>()
  #closed = false

  constructor(
    private readonly launch: Launch,
    /** How many are kept at hand. */
    private readonly size: number,
  ) {
    this.#fill()
  }

  /** @returns a process that nobody has used before. */
  take(events: PlayerEvents<Heard>): Player<Said> {
    const { child, complaint } = this.#spare.shift() ?? this.#start()
    this.#fill()
    let killed = false
    child.on('message', (message: Heard) => {
      if (!killed) events.heard(message)
    })
    const gone = new Promise<void>((resolve) => child.once('exit', () => resolve()))
    child.once('exit', (code) => {
      if (!killed) events.ended(code, complaint())
    })
    if (child.exitCode !== null || child.signalCode !== null) setImmediate(() => events.ended(child.exitCode, complaint()))
    const say = (message: Said | ToInstance): void => {
      if (!killed && child.connected) child.send(message, () => undefined) // when it cannot be sent, the process is gone, and says so
    }
    return {
      play: (part) => say({ kind: 'play', part }),
      say,
      kill: () => {
        killed = true
        if (child.exitCode !== null || child.signalCode !== null) return Promise.resolve()
        child.kill('SIGKILL')
        return gone
      },
    }
  }

  /** Ends all of them. */
  close(): void {
    this.#closed = true
    for (const child of this.#all) child.kill('SIGKILL')
  }

  #fill(): void {
    while (!this.#closed && this.#spare.length < this.size) this.#spare.push(this.#start())
  }

  #start(): Waiter {
    const child = this.launch()
    let complaint = ''
    child.stderr?.on('data', (piece: Buffer) => {
      complaint = (complaint + piece.toString('utf8')).slice(-2_000)
    })
    child.on('error', () => undefined) // 'exit' follows, or it was never started
    child.once('exit', () => this.#all.delete(child))
    this.#all.add(child)
    return { child, complaint: () => complaint }
  }
}

interface Waiter {
  readonly child: ChildProcess
  readonly complaint: () => string
}
