import type { World } from '../simulation/index.js'
import type { Crew, Player } from './crew.js'
import { Doors } from './doors.js'
import type { FromInstance, Part, ToInstance } from './protocol.js'
import type { Services } from './services.js'

/** Who plays a place of the system at the moment: a process, or, for the scenario, the director. */
export interface Actor {
  readonly name: string
  readonly incarnation: number
  readonly say: (message: ToInstance) => void
  readonly player: Player | undefined
  readonly doors: Doors | undefined
}

export interface ProcessesOptions {
  readonly world: World
  readonly services: Services
  readonly crew: Crew
  /** What each is told, but for its place and its doors. */
  readonly part: (slot: number) => Omit<Part, 'slot' | 'incarnation' | 'database' | 'publish' | 'consume'>
  readonly heard: (slot: number, message: FromInstance) => void
  readonly ended: (slot: number, code: number | null, complaint: string) => void
}

/** The processes of a trial, by their places. */
export class Processes {
  readonly #actors = new Map<number, Actor>()

  constructor(private readonly options: ProcessesOptions) {}

  at(slot: number): Actor | undefined {
    return this.#actors.get(slot)
  }

  /** The scenario is played by the director. */
  addScenario(say: Actor['say']): void {
    this.#actors.set(0, { name: 'scenario', incarnation: 1, say, player: undefined, doors: undefined })
  }

  async start(slot: number, incarnation: number): Promise<void> {
    const { world, services, crew, part, heard, ended } = this.options
    const doors = await Doors.open(services.addresses)
    const player = crew.take({
      heard: (message) => {
        if (this.#actors.get(slot)?.player === player) heard(slot, message)
      },
      ended: (code, complaint) => ended(slot, code, complaint),
    })
    this.#actors.set(slot, { name: world.slots[slot]?.node.name ?? '', incarnation, say: (message) => player.say(message), player, doors })
    player.play({ slot, incarnation, ...doors.part, ...part(slot) })
  }

  /** From now on nobody listens to it. */
  remove(slot: number): void {
    this.#actors.delete(slot)
  }

  /** Ends all of them. */
  async end(): Promise<void> {
    const actors = [...this.#actors.values()]
    await Promise.all(actors.map(({ player }) => player?.kill() ?? Promise.resolve()))
    for (const { doors } of actors) doors?.close()
  }
}
