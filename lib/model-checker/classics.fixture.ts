import type { Specification } from './index.js'

/** Specifications that everybody knows, with answers that everybody can look up or work out. */

/** Die Hard 3: measure 4 gallons with a jug of 3 and one of 5. 16 reachable states; 4 gallons after six steps. */
export const dieHard: Specification<{ small: number; big: number }> = {
  initial: [{ small: 0, big: 0 }],
  actions: {
    FillSmall: ({ big }) => [{ small: 3, big }],
    FillBig: ({ small }) => [{ small, big: 5 }],
    EmptySmall: ({ big }) => [{ small: 0, big }],
    EmptyBig: ({ small }) => [{ small, big: 0 }],
    SmallToBig({ small, big }) {
      const poured = Math.min(small, 5 - big)
      return [{ small: small - poured, big: big + poured }]
    },
    BigToSmall({ small, big }) {
      const poured = Math.min(big, 3 - small)
      return [{ small: small + poured, big: big - poured }]
    },
  },
}

/** n counters that each count up to k on their own: (k + 1)ⁿ states. */
export function counters(n: number, k: number): Specification<{ counts: readonly number[] }> {
  return {
    initial: [{ counts: Array.from({ length: n }, () => 0) }],
    actions: {
      *Count({ counts }) {
        for (const [index, count] of counts.entries()) if (count < k) yield { counts: counts.with(index, count + 1) }
      },
    },
    terminal: ({ counts }) => counts.every((count) => count === k),
  }
}

export interface Mutex {
  readonly wants: readonly [boolean, boolean]
  readonly turn: 0 | 1
  readonly at: readonly [Place, Place]
}
type Place = 'idle' | 'set turn' | 'wait' | 'critical'
const processes = [0, 1] as const

function setAt<T>([first, second]: readonly [T, T], self: 0 | 1, value: T): readonly [T, T] {
  return self === 0 ? [value, second] : [first, value]
}

/** Peterson's algorithm for two processes. `polite` false leaves out the turn: then both may wait for ever. */
export function peterson(fairness?: 'every action', polite = true): Specification<Mutex> {
  const each = (name: string, next: (state: Mutex, self: 0 | 1) => Mutex[]) =>
    processes.map((self) => [`${name}${self}`, (state: Mutex) => next(state, self)] as const)
  const go = (state: Mutex, self: 0 | 1, at: Place) => ({ ...state, at: setAt(state.at, self, at) })
  const other = (self: 0 | 1) => (self === 0 ? 1 : 0)
  return {
    initial: [{ wants: [false, false], turn: 0, at: ['idle', 'idle'] }],
    actions: Object.fromEntries([
      ...each('Want', (state, self) =>
        state.at[self] === 'idle' ? [{ ...go(state, self, 'set turn'), wants: setAt(state.wants, self, true) }] : [],
      ),
      ...each('SetTurn', (state, self) =>
        state.at[self] === 'set turn' ? [{ ...go(state, self, 'wait'), turn: polite ? other(self) : state.turn }] : [],
      ),
      ...each('Enter', (state, self) => {
        const free = !state.wants[other(self)] || (polite && state.turn === self)
        return state.at[self] === 'wait' && free ? [go(state, self, 'critical')] : []
      }),
      ...each('Leave', (state, self) =>
        state.at[self] === 'critical' ? [{ ...go(state, self, 'idle'), wants: setAt(state.wants, self, false) }] : [],
      ),
    ]),
    invariants: { 'only one is in': ({ at: [one, two] }) => !(one === 'critical' && two === 'critical') },
    leadsTo: { 'who wants gets in': { from: ({ at }) => at[0] === 'wait', to: ({ at }) => at[0] === 'critical' } },
    ...(fairness ? { fairness } : {}),
  }
}

/** Each philosopher takes the left fork, then the right one, eats, and puts both down. All holding a left fork: a deadlock after n steps. */
export function philosophers(n: number): Specification<{ readonly forks: readonly (number | null)[] }> {
  const seats = Array.from({ length: n }, (_, seat) => seat)
  return {
    initial: [{ forks: seats.map(() => null) }],
    actions: {
      *TakeLeft({ forks }) {
        for (const seat of seats) {
          const eats = forks[(seat + 1) % n] === seat
          if (forks[seat] === null && !eats) yield { forks: forks.with(seat, seat) }
        }
      },
      *TakeRight({ forks }) {
        for (const seat of seats) {
          const right = (seat + 1) % n
          if (forks[seat] === seat && forks[right] === null) yield { forks: forks.with(right, seat) }
        }
      },
      *PutDown({ forks }) {
        for (const seat of seats) {
          const right = (seat + 1) % n
          if (forks[seat] === seat && forks[right] === seat) yield { forks: forks.with(seat, null).with(right, null) }
        }
      },
    },
  }
}
