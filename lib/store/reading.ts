import { hashText, success, type Alternative, type Contents, type Impact, type Json, type Operation, type StepDescription, type World } from '../simulation/index.js'
import type { Database } from './database.js'
import { between, hasStoreToItself, settle, who } from './steps.js'

export type StoredRow = readonly [version: number, text: string] | null
export type StoredList = readonly (readonly [id: string, version: number, text: string])[]

/** A document is read. */
export class Get implements Alternative {
  readonly fault = undefined
  readonly slot: number
  readonly eager: boolean
  #found: StoredRow = null

  constructor(
    private readonly world: World,
    private readonly database: Database,
    private readonly operation: Operation,
    private readonly collection: string,
    private readonly id: string,
  ) {
    this.slot = operation.process.slot
    this.eager = hasStoreToItself(world, operation)
  }

  label(): string {
    return `${who(this.operation)} reads ${this.collection} ${this.id}`
  }

  perform(): Impact {
    const row = this.database.get(this.collection, this.id)
    this.#found = row?.text == null ? null : [row.version, row.text]
    return settle(this.operation, success(this.#found, row?.text == null ? 5 : row.content))
  }

  describe(): StepDescription {
    const found = this.#found
    return {
      ...between(this.world, this.operation),
      action: 'read',
      text: `get ${this.collection} ${this.id}`,
      outcome: found === null ? 'none' : `version ${found[0]}`,
    }
  }

  contents(): Contents {
    const found = this.#found
    return { data: found === null ? null : (JSON.parse(found[1]) as Json) }
  }
}

/** A collection is read. */
export class List implements Alternative {
  readonly fault = undefined
  readonly slot: number
  readonly eager: boolean
  #found: StoredList = []

  constructor(
    private readonly world: World,
    private readonly database: Database,
    private readonly operation: Operation,
    private readonly collection: string,
  ) {
    this.slot = operation.process.slot
    this.eager = hasStoreToItself(world, operation)
  }

  label(): string {
    return `${who(this.operation)} lists ${this.collection}`
  }

  perform(): Impact {
    this.#found = this.database.list(this.collection)
    return settle(this.operation, success(this.#found, hashText(JSON.stringify(this.#found))))
  }

  describe(): StepDescription {
    const found = this.#found
    const count = found.length === 1 ? '1 document' : `${found.length} documents`
    return {
      ...between(this.world, this.operation),
      action: 'read',
      text: `list ${this.collection}`,
      outcome: found.length === 0 ? 'none' : `${count}: ${found.map(([id]) => id).join(', ')}`,
    }
  }

  contents(): Contents {
    return { data: this.#found.map(([id, version, text]) => ({ id, version, value: JSON.parse(text) as Json })) }
  }
}
