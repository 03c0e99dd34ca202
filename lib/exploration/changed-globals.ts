import { MisuseError } from '../simulation/index.js'

/**
 * What the simulator and the code under test have in common. Code that replaces `JSON.stringify` replaces it for both, and would be told of something
 * that it never did. This file is loaded before the code under test, so it knows how everything was.
 */
const shared: readonly (readonly [object: object, name: string])[] = [
  [globalThis, ''],
  [JSON, 'JSON.'],
  [Math, 'Math.'],
  [Object, 'Object.'],
  [Reflect, 'Reflect.'],
  [Promise, 'Promise.'],
  [Date, 'Date.'],
  [Promise.prototype, 'Promise.prototype.'],
  [Array.prototype, 'Array.prototype.'],
  [Map.prototype, 'Map.prototype.'],
  [Set.prototype, 'Set.prototype.'],
  [String.prototype, 'String.prototype.'],
]

const constructors = ['JSON', 'Math', 'Object', 'Reflect', 'Promise', 'Date', 'Array', 'Map', 'Set', 'String', 'Number', 'Error', 'Proxy', 'WeakMap']

interface Original {
  readonly object: object
  readonly key: PropertyKey
  readonly name: string
  readonly descriptor: PropertyDescriptor
}

const originals: readonly Original[] = shared.flatMap(([object, name]) =>
  (object === globalThis ? constructors : Reflect.ownKeys(object)).flatMap((key): Original[] => {
    const descriptor = Object.getOwnPropertyDescriptor(object, key)
    return descriptor === undefined || typeof descriptor.value === 'undefined' || descriptor.configurable === false ? [] : [{ object, key, name: `${name}${String(key)}`, descriptor }]
  }),
)

/**
 * Puts everything back as it was.
 *
 * @throws MisuseError about the first thing that was not.
 */
export function refuseChangedGlobals(): void {
  const changed = originals.filter(({ object, key, descriptor }) => Object.getOwnPropertyDescriptor(object, key)?.value !== descriptor.value)
  for (const { object, key, descriptor } of changed) Object.defineProperty(object, key, descriptor)
  const [first] = changed
  if (first !== undefined) {
    throw new MisuseError('changed-global', {
      what: `${first.name} is not that of JavaScript any more: somebody has replaced it.`,
      why: 'The simulator and every process in it share the globals, so nothing that it finds could be believed.',
      next: 'Leave the globals as they are. The clock and random values are simulated already; anything else can be a function or a constant of your own.',
    })
  }
}

/** Stand-ins cannot be put in the place of what is frozen. */
export function frozenGlobal(error: unknown): MisuseError {
  return new MisuseError('changed-global', {
    what: `A global of JavaScript is frozen: ${error instanceof Error ? error.message : 'it cannot be changed'}.`,
    why: 'While a check runs, the clock, timers and random values are simulated, and their place is taken.',
    next: 'Leave out Object.freeze() and Object.defineProperty() for globals.',
  })
}
