import { setTimeout } from 'node:timers/promises'
import { HarnessError } from '../../simulation/index.js'

/** Limits go by progress: a slow machine gets on, and what waits in vain does not. */
export class Patience {
  #last = performance.now()

  constructor(
    /** Milliseconds in which something has to happen. */
    private readonly limit = 30_000,
  ) {}

  /** Something has happened. */
  moved(): void {
    this.#last = performance.now()
  }

  /** @throws HarnessError when nothing has happened for too long. */
  check(waitsFor: string): void {
    if (performance.now() - this.#last < this.limit) return
    throw new HarnessError({ what: `Nothing has happened for ${Math.round(this.limit / 1000)} s: ${waitsFor}.`, why: 'So there is no end at which the promises could be asked. A handler that never ends is a usual cause.', next: 'Run npm test first: it finds what never ends.' })
  }
}

/** @throws when it is aborted. */
export async function pause(milliseconds: number, signal: AbortSignal): Promise<void> {
  await setTimeout(milliseconds, undefined, { signal })
}
