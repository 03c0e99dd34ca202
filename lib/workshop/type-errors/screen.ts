import type { Exercise } from '../exercises.js'
import type { Terminal } from '../screen/terminal.js'
import { checkTypes, type TypeCheck } from './beside-run.js'
import { typeLines } from './type-problem.js'

/** How long a command goes on for the types, in milliseconds, when everything else is on the screen. */
function patience(): number {
  return Number(process.env['WORKSHOP_TYPE_PATIENCE'] ?? 3_000)
}

export interface TypesBeside {
  /** A run begins. What was being checked for an earlier one is given up. */
  begin(): void
  /** The verdict is on the screen: what is known of the types comes below it, now or a moment later. */
  show(): Promise<void>
}

/** The types beside a run, or several one after the other. Where several exercises are judged at once, nobody is at work on one. */
export function typesBeside(exercises: readonly Exercise[], terminal: Terminal, check = (exercise: Exercise): TypeCheck => checkTypes(exercise, patience())): TypesBeside {
  const [only, other] = exercises
  let current: TypeCheck | undefined
  return {
    begin() {
      void current?.within(0)
      current = only === undefined || other !== undefined ? undefined : check(only)
    },
    async show() {
      const shown = current
      const problems = await shown?.within(patience())
      if (shown !== current || problems === undefined || problems.length === 0) return
      terminal.print(`\n${typeLines(problems, terminal).join('\n')}`)
    },
  }
}
