import type { Happening } from '../../real/happening.js'
import { traceOf } from '../../real/trace.js'
import { countFaults, faultNames } from '../../simulation/index.js'
import { renderTerminal } from '../../story/index.js'
import { ExplainedError } from '../explained-error.js'
import type { Exercise } from '../exercises.js'
import { lastStory, type LastStory } from '../records/last-story.js'
import { terminal, type Terminal } from '../screen/terminal.js'
import { wrap } from '../screen/wrap.js'
import type { LoadedChecks } from './processes.js'
import { stage, type Staged } from './staging.js'
import { stateLines } from './state.js'
import type { Theatre } from './theatre.js'

/** @throws ExplainedError when there is no story. */
export function storyToStage(exercise: Exercise): LastStory {
  const last = lastStory(exercise)
  if (last !== undefined && !('none' in last)) return last
  throw new ExplainedError({ what: `There is no story of ${exercise.name} to be staged.`, why: 'A story is recorded when npm test finds a promise that is broken with your files as they are now.', next: `Run npm test -- ${exercise.name} first; npm run real -- ${exercise.name} runs the checks for real.` }, 1)
}

/** Stages the simulator's last story for real, and prints it as it happens. @returns the exit code: 0 when every promise is kept. */
export async function stageStory(exercise: Exercise, last: LastStory, theatre: Theatre, loaded: LoadedChecks): Promise<number> {
  const screen = terminal()
  const { finding, test } = last
  const { versions } = theatre.services
  const faults = faultNames.flatMap((name) => (finding.faults[name] === undefined ? [] : [countFaults(finding.faults[name], name)]))
  screen.print([screen.paint.bold(`exercise ${exercise.name.slice(-2)} · ${exercise.title}`), wrap(test.split(' > ').slice(1).join(' · '), screen.width), wrap(`The story that npm test has found (${finding.trace.steps.length} steps, ${faults.length === 0 ? 'no fault' : faults.join(', ')}), staged on ${versions.broker} and ${versions.database}:`, screen.width), ''].join('\n'))
  const teller = new Teller(last, screen)
  const staged = await stage(last, theatre, loaded, (happening) => teller.tell(happening))
  if ('reason' in staged) {
    screen.print(screen.paint.yellow.bold(wrap(`${staged.reason.startsWith('not on RabbitMQ') ? '–' : '?'} ${staged.reason}`, screen.width, '', '  ')))
    return 1
  }
  if (theatre.signal.aborted) return 130
  screen.print(endingLines(staged, last, screen).join('\n'))
  return staged.outcome.failure === undefined && staged.outcome.violation === undefined ? 0 : 1
}

/** Prints each step as it happens, in lanes that stay where they are. */
class Teller {
  readonly #happened: Happening[] = []
  #titles = ''

  constructor(
    private readonly last: LastStory,
    private readonly terminal: Terminal,
  ) {}

  tell(happening: Happening): void {
    const { terminal } = this
    const { width, colour } = terminal
    this.#happened.push(happening)
    const { steps, participants } = traceOf(this.#happened)
    const known = this.last.finding.trace.participants
    const nameOf = ({ kind, name, instance }: (typeof known)[number]): string => `${kind} ${name} ${instance}`
    const names = new Set(known.map(nameOf))
    // Lanes are as wide as the story needs them.
    const toCome = this.last.finding.trace.steps.map((step, index) => ({ ...step, number: steps.length + index + 1 }))
    const trace = { participants: [...known, ...participants.filter((one) => !names.has(nameOf(one)))], steps: [...steps, ...toCome] }
    const titles = renderTerminal(trace, { width, colour, to: 0 })
    if (titles !== this.#titles) terminal.print(titles)
    this.#titles = titles
    const number = steps.length
    const row = renderTerminal(trace, { width, colour, from: number, to: number })
    terminal.print(titles === '' ? row : row.slice(titles.length + 1))
  }
}

function endingLines({ outcome, staging }: Staged, { finding }: LastStory, terminal: Terminal): string[] {
  const { paint, width } = terminal
  const { violation, failure } = outcome
  const state = ['', ...stateLines(outcome, terminal)]
  if (failure !== undefined) return [...state, '', paint.yellow.bold(wrap(`? ${failure.explanation.what}`, width, '', '  ')), wrap(failure.explanation.why, width, '  '), wrap(failure.explanation.next, width, '  ')]
  const parted = staging.difference === undefined ? [] : [paint.dim(wrap(`Your code does something else than in the story: ${staging.difference}`, width, '  '))]
  if (violation === undefined) return [...state, '', paint.green.bold(wrap(`✓ ${finding.violation.promise}`, width, '', '  ')), wrap('kept, under the same schedule, for real', width, '  '), ...parted]
  const same = violation.promise === finding.violation.promise && violation.sentence === finding.violation.sentence
  return [
    ...state,
    '',
    paint.red.bold(wrap(`✗ ${violation.promise}`, width, '', '  ')),
    wrap(violation.sentence, width, '  '),
    same ? wrap('broken for real, in the same words as in the simulator', width, '  ') : wrap(`The simulator says: ${finding.violation.promise}: ${finding.violation.sentence}`, width, '  '),
    ...parted,
  ]
}
