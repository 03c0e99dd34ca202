import type { Addresses } from './addresses.js'
import { through } from './addresses.js'
import { Door } from './door.js'
import type { How, OperationKind, Part } from './protocol.js'

/** The doors of one process: each of its connections goes through one, and can be cut there. */
export class Doors {
  private constructor(
    private readonly addresses: Addresses,
    private readonly database: Door,
    private readonly publish: Door,
    private readonly consume: Door,
  ) {}

  static async open(addresses: Addresses): Promise<Doors> {
    const { database, broker } = addresses
    const [store, publish, consume] = await Promise.all([Door.open(database), Door.open(broker), Door.open(broker)])
    return new Doors(addresses, store, publish, consume)
  }

  /** Where the process finds the products. */
  get part(): Pick<Part, 'database' | 'publish' | 'consume'> {
    const { database, broker } = this.addresses
    return { database: through(database, this.database.port).href, publish: through(broker, this.publish.port).href, consume: through(broker, this.consume.port).href }
  }

  /** What is to become of the next exchange of an operation. */
  order(kind: OperationKind, how: How): void {
    const door = kind === 'settle' ? this.consume : kind === 'send' || kind === 'publish' ? this.publish : this.database
    door.order(how)
  }

  /** Opens them again after they were shut. */
  reopen(): void {
    for (const door of this.#all) door.order('plain')
  }

  close(): void {
    for (const door of this.#all) door.close()
  }

  get #all(): readonly Door[] {
    return [this.database, this.publish, this.consume]
  }
}
