import { isRecord, valuesIn } from './plain-data.js'

/** How states are put together: the names of their properties, in this order. */
interface Layout {
  readonly keys: readonly string[]
  /** A state that nobody else ever sees, and what it holds now: the next one mostly differs in a few properties only. */
  readonly model: Record<string, unknown>
  readonly values: unknown[]
}

/** The layout of a state that is its own only part: null, a number, a text, an array. */
export const whole = 0
/** Where states are like dictionaries, there may be as many layouts as states. From here on such a state is its own only part. */
const mostLayouts = 1000

/** Each layout is kept once and known by a number. */
export class Layouts<S> {
  readonly #layouts: Layout[] = [nothing]
  readonly #numbers = new Map<string, number>()

  numberOf(state: S): number {
    if (!isRecord(state)) return whole
    const keys: string[] = []
    for (const key in state) keys.push(key)
    const name = JSON.stringify(keys)
    const known = this.#numbers.get(name)
    if (known !== undefined) return known
    if (this.#layouts.length > mostLayouts) return whole
    this.#numbers.set(name, this.#layouts.length)
    // Copies of a copy look to the engine like the states that actions make with { ...state, … }: that keeps the actions fast.
    return this.#layouts.push({ keys, model: { ...state }, values: valuesIn(state) }) - 1
  }

  keys(layout: number): readonly string[] {
    return this.#layouts[layout]?.keys ?? []
  }

  /** How many parts a state has. */
  width(layout: number): number {
    return layout === whole ? 1 : this.keys(layout).length
  }

  /** A new state that holds these values; when it is its own only part, that is the state. */
  make(layout: number, values: readonly unknown[]): S {
    const { keys, model, values: held } = this.#layouts[layout] ?? nothing
    if (layout === whole) return values[0] as S
    for (let index = 0; index < keys.length; index += 1) {
      const value = values[index]
      if (held[index] === value) continue
      held[index] = value
      model[keys[index] ?? ''] = value
    }
    return { ...model } as S
  }
}

const nothing: Layout = { keys: [], model: {}, values: [] }
