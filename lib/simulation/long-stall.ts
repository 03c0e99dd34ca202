import { processName } from './crash.js'
import { describeDuration } from './duration.js'
import { add, mix, type Hash } from './hash.js'
import type { Incarnation } from './operation.js'
import type { Process } from './process.js'
import type { Alternative, Impact, StepDescription } from './step.js'
import type { FaultName } from './trace.js'
import type { Component, Holder, World } from './world.js'

/** A process that stalls, and since when and until when at the latest, in virtual milliseconds. */
interface Stalled extends Holder {
  readonly since: number
  readonly until: number
}

/**
 * Stalls of processes for which nobody waits: neither a lock nor a client's patience says how long they last. Such a stall begins when
 * everybody else waits for time (before that, it would be no more than being slow), and may be over at every moment at which something
 * else happens by the clock, and at the end of the longest stall that the check allows. See lib/README.md, Time.
 */
export class LongStalls implements Component {
  #stalled: readonly Stalled[] = []

  constructor(readonly world: World) {}

  begin(process: Incarnation, longest: number): void {
    const before = this.#stalled
    const { slot, incarnation } = process
    const { now } = this.world
    this.#stalled = [...before.filter((one) => this.world.isAlive(one) && one.slot !== slot), { slot, incarnation, since: now, until: now + longest }]
    this.world.noteStall()
    this.world.journal.record(() => {
      this.#stalled = before
    })
  }

  end(slot: number): void {
    const before = this.#stalled
    this.#stalled = before.filter((one) => one.slot !== slot)
    this.world.journal.record(() => {
      this.#stalled = before
    })
  }

  alternatives(processes: readonly Process[], offer: (alternative: Alternative) => void): void {
    for (const stalled of this.#stalled) {
      const process = processes[stalled.slot]
      if (process === undefined || !this.world.isAlive(stalled)) continue
      if (this.world.now > stalled.since) offer(new WakesUp(this, process, stalled, 'meanwhile'))
      if (this.world.now < stalled.until) offer(new WakesUp(this, process, stalled, 'at the end'))
    }
  }

  stalls(slot: number): boolean {
    return this.#stalled.some((one) => one.slot === slot && this.world.isAlive(one))
  }

  key(): Hash {
    return 0 // It concerns those who stall, and nobody else.
  }

  bonds(slot: number): Hash {
    let bonds: Hash = 0
    for (const one of this.#stalled) {
      if (one.slot === slot && this.world.isAlive(one)) bonds = add(bonds, mix(mix(71, this.world.timeUntil(one.until)), this.world.now > one.since ? 1 : 0))
    }
    return bonds
  }

  view(): void {
    // Who stalls is seen in the story.
  }

  close(): void {
    // Nothing to free.
  }
}

/** A process that could go on does not. */
export class LongStall implements Alternative {
  readonly fault: FaultName = 'stalls'
  readonly slot: number

  constructor(
    private readonly stalls: LongStalls,
    private readonly process: Process,
    /** Milliseconds. */
    private readonly longest: number,
  ) {
    this.slot = process.slot
  }

  label(): string {
    return `${processName(this.process)} stalls`
  }

  perform(): Impact {
    this.stalls.begin(this.process, this.longest)
    return { kind: 'none' }
  }

  describe(): StepDescription {
    return { action: 'time', from: this.stalls.world.participant(this.slot), text: `${processName(this.process)} stalls` }
  }
}

class WakesUp implements Alternative {
  readonly fault = undefined
  readonly slot: number
  readonly due: number | undefined
  readonly idle: boolean
  readonly canWait: boolean
  readonly #stalled: Stalled

  constructor(
    private readonly stalls: LongStalls,
    private readonly process: Process,
    stalled: Stalled,
    when: 'meanwhile' | 'at the end',
  ) {
    this.slot = stalled.slot
    this.#stalled = stalled
    this.idle = when === 'at the end'
    this.canWait = !this.idle
    this.due = this.idle ? stalled.until : undefined
  }

  label(): string {
    return `${processName(this.process)} wakes up${this.idle ? `, ${describeDuration(this.#stalled.until - this.#stalled.since)} later` : ''}`
  }

  perform(): Impact {
    if (this.idle) this.stalls.world.advance(this.#stalled.until)
    this.stalls.end(this.slot)
    return { kind: 'none' }
  }

  describe(): StepDescription {
    const { world } = this.stalls
    return { action: 'time', from: world.participant(this.slot), text: `${processName(this.process)} wakes up, ${describeDuration(world.now - this.#stalled.since)} later` }
  }
}
