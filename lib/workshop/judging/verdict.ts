import type { Outcome } from './job.js'
import type { GivenUp } from './messages.js'

export interface Verdict {
  /** `unknown`: neither right nor wrong can be said of it. */
  readonly verdict: 'accepted' | 'rejected' | 'unknown'
  /** The first check that did not let it pass; undefined when it passed, and when no check was running. */
  readonly by: string | undefined
  /** One line; empty when it passed. */
  readonly because: string
}

/** A check that breaks decides, whatever could not be said by others. */
export function verdictOf({ checks, running, end }: Outcome): Verdict {
  const broken = checks.find(({ state }) => state === 'broken')
  if (broken !== undefined) return { verdict: 'rejected', by: broken.name, because: inShort(broken.text) }
  switch (end.kind) {
    case 'not loaded':
      return rejected(`It cannot be loaded. ${inShort(end.text)}`)
    case 'loop':
      return rejected('It never ends, and lets nothing else happen.')
    case 'given up':
      return { verdict: end.because === 'time' ? 'unknown' : 'rejected', by: running, because: reasons[end.because] }
    case 'gone':
      if (end.outOfMemory) return rejected(reasons.memory)
      if (end.signal !== null) return { verdict: 'unknown', by: running, because: `Its process was ended by somebody else (${end.signal}).` }
      return rejected(`It ended its own process, with exit code ${end.code ?? 'none'}.`)
  }
  const unknown = checks.find(({ state }) => state === 'unknown')
  if (unknown !== undefined) return { verdict: 'unknown', by: unknown.name, because: inShort(unknown.text) }
  return { verdict: 'accepted', by: undefined, because: '' }

  function rejected(because: string): Verdict {
    return { verdict: 'rejected', by: running, because }
  }
}

const reasons: Readonly<Record<GivenUp, string>> = {
  waits: 'It waits for something that never comes.',
  memory: 'It takes more and more memory.',
  time: 'It takes too long to be judged.',
}

/** The first line that says something. */
function inShort(text: string): string {
  return text.split('\n').map((line) => line.trim()).find((line) => line !== '') ?? ''
}
