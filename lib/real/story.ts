import type { Chance, Participant, TraceStep } from '../simulation/index.js'
import { plainly, type Conductor, type Control, type Go, type Kill, type Moment } from './conductor.js'
import { notThere, stallOfService } from './faults.js'
import type { Done } from './protocol.js'

/** A story that the simulator has told. */
export interface Script {
  readonly steps: readonly TraceStep[]
  /** The same in the words of what could happen then: `payments answers POST /charges (not done)`. */
  readonly schedule: readonly string[]
}

/** Why a story cannot be staged: on these products, or not by this; `undefined` when it can. */
export function notStageable({ steps }: Script): string | undefined {
  const receivers = new Set(steps.flatMap(({ action, to }) => (action === 'receive' && to !== undefined ? [to.name] : [])))
  for (const { fault, action, text, to, from, outcome = '' } of steps) {
    if (fault === 'stalls' || (action === 'lock-expired' && to !== undefined)) return to !== undefined || receivers.has(from.name) ? `${notThere.stalls ?? ''}.` : `${stallOfService}.`
    if (fault === 'reorderings') return `${notThere.reorderings ?? ''} (${text}).`
    if (fault === 'delays') return `${notThere.delays ?? ''} (${text}).`
    if (action === 'settle' && text.startsWith('renew ')) return 'not on RabbitMQ: a hold on a message that has to be renewed.'
    if (text.startsWith(chanceText) && chanceOf({ steps }) === undefined) return `not staged: random values that come from a chosen seed (${text.slice(chanceText.length)}).`
    if (action === 'timer' && text === 'starts' && outcome.startsWith('its clock')) return `not staged: a story in which clocks run apart (${from.name} ${from.instance} starts, and ${outcome}); the check for real has runs with clocks that differ.`
  }
  return undefined
}

const chanceText = 'random values: '

/** How random values come out in a story, where it says so. */
export function chanceOf({ steps }: Pick<Script, 'steps'>): Chance | undefined {
  const [, end] = /^random values: always the (least|greatest)/.exec(steps.find(({ text }) => text.startsWith(chanceText))?.text ?? '') ?? []
  return end === 'least' || end === 'greatest' ? end : undefined
}

interface Held {
  readonly moment: Moment
  readonly decide: (order: Go | Kill) => void
}

/**
 * Stages a story: lets operations happen in its order, with its faults, and kills where it crashes. Instances are interchangeable, and RabbitMQ chooses who
 * receives a message: so who is who is told by the work that they do.
 *
 * Code that does something else than in the story gets on as well: what the story does not know happens when nothing that it knows can; what it knows and
 * cannot happen is passed over. Both are counted.
 */
export class Staging implements Conductor {
  /** Steps of the story that did not come about. */
  readonly missed: TraceStep[] = []
  /** Operations that are not in it, before its end. */
  readonly extra: Moment[] = []
  #cursor = 0
  readonly #steps: readonly TraceStep[]
  readonly #schedule: readonly string[]
  readonly #held: Held[] = []
  /** Who plays whom, by their names in the story. */
  readonly #cast = new Map<string, number>()
  /** What each process did last. */
  readonly #last = new Map<number, Moment>()
  #control: Control | undefined
  /** Copies come when the story says so. */
  readonly #copies: { readonly queue: string; readonly moment: Moment }[] = []

  constructor({ steps, schedule }: Script) {
    // How random values come out is told to processes when they start.
    const kept = steps.flatMap(({ text }, index) => (text.startsWith(chanceText) ? [] : [index]))
    this.#steps = steps.filter((_, index) => kept.includes(index))
    this.#schedule = schedule.filter((_, index) => kept.includes(index))
  }

  /** What was not as in the story, in a sentence; `undefined` when everything was. */
  get difference(): string | undefined {
    const [step] = this.missed
    const [other] = this.extra
    if (step === undefined && other === undefined) return undefined
    const [missing, more] = [this.missed.length, this.extra.length]
    const first = [...(step === undefined ? [] : [`step ${step.number} did not come about: ${step.from.name}: ${step.text}`]), ...(other === undefined ? [] : [`not in the story: ${other.name}: ${other.ask.text} (${other.ask.task})`])]
    return `${missing} ${missing === 1 ? 'step' : 'steps'} of the story did not come about, and ${more} other ${more === 1 ? 'operation' : 'operations'} did. First, ${first.join('; ')}.`
  }

  begin(control: Control): void {
    this.#control = control
  }

  expects(): boolean {
    return this.#cursor < this.#steps.length
  }

  before(moment: Moment): Go | Kill | Promise<Go | Kill> {
    this.#last.set(moment.slot, moment)
    if (this.#cue === undefined) return plainly
    return new Promise((decide) => {
      this.#held.push({ moment, decide })
      this.#goOn()
    })
  }

  after(moment: Moment, done: Done): 'on' {
    this.#last.set(moment.slot, moment)
    const cue = this.#cue
    // A client has given up, or its connection has broken.
    if (moment.ask.kind === 'request' && done.error !== undefined && cue?.action === 'no-response') this.#cursor += 1
    setImmediate(() => this.#goOn())
    return 'on'
  }

  stalled(due: boolean): boolean {
    for (;;) {
      const done = this.#unstick(due)
      if (done !== 'missed') return done
      // The story's next step cannot happen here.
      if (this.#cue !== undefined) this.missed.push(this.#cue)
      this.#cursor += 1
    }
  }

  #unstick(due: boolean): boolean | 'missed' {
    const cue = this.#cue
    if (cue === undefined) return this.#goOn()
    if (cue.action === 'crash' && cue.fault === 'crashes') return this.#crash(cue) || 'missed'
    if (isTime(cue)) {
      if (!due) return 'missed'
      if (this.#letUnknown() || this.#letUnknown('receive')) return true
      if (this.#holdsWork) return 'missed'
      if (cue.action !== 'no-response') this.#cursor += 1
      return false
    }
    if (this.#goOn()) return true
    const mine = this.#held.find(({ moment }) => this.#plays(moment, cue.action === 'receive' ? cue.to : cue.from) && moment.ask.kind !== 'receive')
    if (mine !== undefined) return this.#letThrough(mine)
    if (this.#letUnknown()) return true
    if (!due || this.#holdsWork) return 'missed'
    return this.#letUnknown('receive')
  }

  /** Something could happen that comes later in the story: no time passes before it. */
  get #holdsWork(): boolean {
    return this.#held.some(({ moment }) => moment.ask.kind !== 'receive')
  }

  /** Time passes only when nothing else can happen: so what the story does not know happens before. */
  #letUnknown(which: 'receive' | 'all else' = 'all else'): boolean {
    const unknown = this.#held.find(({ moment }) => (moment.ask.kind === 'receive') === (which === 'receive') && this.#comesLater(moment) < 0)
    return unknown !== undefined && this.#letThrough(unknown)
  }

  get #cue(): TraceStep | undefined {
    return this.#steps[this.#cursor]
  }

  /** Lets happen whatever is next, as long as it is there. @returns whether anything was. */
  #goOn(): boolean {
    for (let went = false; ; went = true) {
      const cue = this.#cue
      if (cue === undefined) {
        // The story is over: everything runs on by itself.
        this.#putCopies()
        const rest = this.#held.splice(0)
        for (const { decide } of rest) decide(plainly)
        return went || rest.length > 0
      }
      if (cue.action === 'crash' && cue.fault === 'crashes') {
        if (!this.#killHeld(cue)) return went
        continue
      }
      if (isTime(cue)) return went
      if (cue.action === 'receive' && this.#copies.length > 0 && / \(copy\)( \(\d+\))?$/.test(this.#schedule[this.#cursor] ?? '')) this.#putCopies()
      const index = this.#held.findIndex(({ moment }) => this.#fits(moment, cue))
      const [found] = index < 0 ? [] : this.#held.splice(index, 1)
      if (found === undefined) return went
      this.#castAs(cue, found.moment.slot)
      const order = this.#withoutCopy(this.#orderFor(cue), found.moment)
      this.#cursor += 1
      found.decide(order)
      // One at a time: the next comes when this one is done, but for what only begins something.
      if (found.moment.ask.kind !== 'receive' && found.moment.ask.kind !== 'request') return true
    }
  }

  /** A copy is made, and kept until the story gets to it. */
  #withoutCopy(order: Go, moment: Moment): Go {
    if (order.copy === undefined) return order
    this.#copies.push({ queue: order.copy.queue, moment })
    return { kind: 'go', how: order.how, copy: { ...order.copy, kept: true } }
  }

  #putCopies(): void {
    for (const { queue, moment } of this.#copies.splice(0)) this.#control?.copy(queue, moment)
  }

  /** What begins work says who plays whom from now on. */
  #castAs({ action, to, from }: TraceStep, slot: number): void {
    if (action === 'receive') this.#cast.set(nameOf(to), slot)
    else if (!this.#cast.has(nameOf(from))) this.#cast.set(nameOf(from), slot)
  }

  #plays({ name, slot, kind }: Moment, participant: Participant | undefined): boolean {
    if (participant === undefined) return false
    if (kind === 'browser') return participant.kind === 'browser' || participant.kind === 'scenario'
    if (participant.name !== name) return false
    const cast = this.#cast.get(nameOf(participant))
    return cast === undefined || cast === slot
  }

  #fits(moment: Moment, cue: TraceStep): boolean {
    const { ask } = moment
    if (kinds[ask.kind] !== cue.action && !(cue.action === 'lost' && (ask.kind === 'request' || ask.kind === 'respond'))) return false
    if (ask.kind === 'receive') {
      if (cue.to?.name !== moment.name || normal(cue.text) !== normal(ask.text)) return false
      // Somebody else is at work under that name, unless it has come to its end.
      return ![...this.#cast].some(([name, slot]) => slot === moment.slot && name !== nameOf(cue.to) && this.#isNeeded(name))
    }
    if (ask.kind === 'outage') return this.#plays(moment, cue.from)
    if (normal(cue.text) !== normal(ask.text)) return false
    if (moment.kind === 'browser') return this.#plays(moment, cue.from)
    return cue.from.name === moment.name && (cue.task === undefined || taskOf(cue.task) === taskOf(ask.task)) && this.#isThe(moment, cue)
  }

  /** Tasks tell processes apart; where two work on the same, it is whoever was cast. */
  #isThe(moment: Moment, { from }: TraceStep): boolean {
    const cast = this.#cast.get(nameOf(from))
    if (cast === undefined || cast === moment.slot) return true
    return this.#last.get(cast)?.ask.task !== moment.ask.task
  }

  /** The story is not yet done with what that process works on. */
  #isNeeded(name: string): boolean {
    const next = this.#steps.slice(this.#cursor).find((step) => nameOf(step.from) === name || (step.action === 'receive' && nameOf(step.to) === name))
    return next !== undefined && next.action !== 'receive'
  }

  #comesLater(moment: Moment): number {
    return this.#steps.findIndex((step, index) => index > this.#cursor && this.#fits(moment, step))
  }

  #orderFor(cue: TraceStep): Go {
    const { action, fault, outcome = '', to } = cue
    if (action === 'lost' && cue.from.kind !== 'service') return { kind: 'go', how: 'request lost' }
    if (action === 'request') {
      if (to?.kind === 'third-party') return fault === undefined ? plainly : this.#badDay()
      const lost = this.#steps.slice(this.#cursor + 1).find((step) => (step.action === 'lost' || step.action === 'response') && nameOf(step.to) === nameOf(cue.from) && step.from.name === to?.name)
      return lost?.action === 'lost' ? { kind: 'go', how: 'answer lost' } : plainly
    }
    switch (fault) {
      case 'copies':
      case 'lateCopies': {
        const queue = /the copy for ([\w-]+)/.exec(outcome)?.[1] ?? /→ ([\w-]+)/.exec(outcome)?.[1] ?? /^send /.exec(cue.text)?.[0]
        return { kind: 'go', how: 'plain', copy: { queue: queue?.trim() === 'send' ? this.#nextReceiver(cue.text) : (queue ?? ''), late: fault === 'lateCopies' } }
      }
      case 'lostAcks':
        return { kind: 'go', how: 'request lost' }
      case 'refusals':
        return { kind: 'go', how: 'refused' }
      case 'ambiguousCommits':
        return { kind: 'go', how: outcome.startsWith('nothing written') ? 'request lost' : 'answer lost' }
      case 'ambiguousSends':
        return { kind: 'go', how: outcome.includes('does not have it') ? 'request lost' : 'answer lost' }
      default:
        return plainly
    }
  }

  /** Which of its bad days a third party has stands behind the words of the schedule, in parentheses. */
  #badDay(): Go {
    const label = /\(([^()]*)\)$/.exec(this.#schedule[this.#cursor] ?? '')?.[1] ?? ''
    return { kind: 'go', how: 'plain', outcome: label }
  }

  /** A command goes to one endpoint: whoever receives it. */
  #nextReceiver(text: string): string {
    const what = text.replace(/^send /, '')
    return this.#steps.find((step) => step.action === 'receive' && normal(step.text).startsWith(normal(what)))?.to?.name ?? ''
  }

  #killHeld(cue: TraceStep): boolean {
    const slot = this.#cast.get(nameOf(cue.from))
    const index = this.#held.findIndex(({ moment }) => moment.slot === slot)
    const [victim] = index < 0 ? [] : this.#held.splice(index, 1)
    if (victim === undefined) return false
    this.#cursor += 1
    this.#forget(victim.moment.slot)
    victim.decide({ kind: 'kill' })
    return true
  }

  /** It has nothing under way that would wait for leave. */
  #crash(cue: TraceStep): boolean {
    if (this.#killHeld(cue)) return true
    const slot = this.#cast.get(nameOf(cue.from)) ?? [...this.#last.values()].find(({ name }) => name === cue.from.name)?.slot
    const last = slot === undefined ? undefined : this.#last.get(slot)
    if (slot === undefined || last === undefined) return false
    this.#cursor += 1
    this.#forget(slot)
    this.#control?.kill(slot, last)
    return true
  }

  #forget(slot: number): void {
    for (let index = this.#held.length - 1; index >= 0; index--) if (this.#held[index]?.moment.slot === slot) this.#held.splice(index, 1)
    for (const [name, other] of this.#cast) if (other === slot) this.#cast.delete(name)
  }

  #letThrough(held: Held): true {
    this.extra.push(held.moment)
    this.#held.splice(this.#held.indexOf(held), 1)
    held.decide(plainly)
    return true
  }
}

const kinds = { get: 'read', list: 'read', commit: 'commit', send: 'send', publish: 'publish', receive: 'receive', settle: 'settle', request: 'request', respond: 'response', outage: 'crash', redrive: 'redrive' } as const

/** Comes when time passes; a response to nobody is a third party that gets to its work at last. */
function isTime({ action, to }: TraceStep): boolean {
  return action === 'time' || action === 'timer' || action === 'no-response' || action === 'lock-expired' || (action === 'response' && to === undefined)
}

function nameOf(participant: Participant | undefined): string {
  return participant === undefined ? '' : `${participant.name} ${participant.instance}`
}

/** Without ids that were drawn. */
function normal(text: string): string {
  return text.replace(/\bm-[0-9a-f]{8}\b|[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f-]{22}/g, '…')
}

/** Without what counts deliveries. */
function taskOf(task: string): string {
  return normal(task.replace(/, delivery \d+$/, ''))
}
