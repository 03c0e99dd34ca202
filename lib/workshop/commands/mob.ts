import { parseArgs } from 'node:util'
import type { Command } from '../command.js'
import { oneExercise, parsed } from '../arguments.js'
import { askForPeople, somebody } from '../mob/participants-prompt.js'
import { minutesIn, peopleIn, type Plan } from '../mob/plan.js'
import { questionsOf } from '../mob/questions.js'
import { runMob } from '../mob/run.js'
import { endLines, tell } from '../mob/plan-text.js'
import { terminal } from '../screen/terminal.js'

export const mob: Command = {
  usage: 'npm run mob -- exercise-01 [--people "Anna, Ben, Chris"] [--rotate 4] [--alone 10] [--mob 10] [--plain]',
  summary: 'The clock for a mob: a question to begin with, ten minutes alone, ten minutes with drivers in turn, and questions to talk about.',
  help: ['All times are minutes; --alone 0 begins with the mob.', 'On a terminal Space pauses, n calls the next driver, s skips to the next part and q ends. --plain prints the plan, and so does a pipe.'].join('\n'),
  flags: { '--people': 'with value', '--rotate': 'with value', '--alone': 'with value', '--mob': 'with value', '--plain': 'alone' },
  async run(args) {
    const text = (preset: string): { readonly type: 'string'; readonly default: string } => ({ type: 'string', default: preset })
    const { values, positionals } = parsed(() =>
      parseArgs({
        args: [...args],
        allowPositionals: true,
        options: { people: { type: 'string' }, rotate: text('4'), alone: text('10'), mob: text('10'), plain: { type: 'boolean', default: false } },
      }),
    )
    const exercise = oneExercise(positionals)
    const times = { rotate: minutesIn(values.rotate, 'rotate', 0.5), alone: minutesIn(values.alone, 'alone', 0), mob: minutesIn(values.mob, 'mob', 1) }
    const screen = terminal()
    const looked = screen.interactive && !values.plain
    const people = values.people !== undefined ? peopleIn(values.people) : looked ? await askForPeople() : somebody
    if (people === undefined) return 130
    const plan: Plan = { exercise, people, ...times, ...questionsOf(exercise) }
    if (!looked) {
      screen.print(tell(plan, screen))
      return 0
    }
    await runMob(plan)
    screen.print([exercise.name, ...endLines(plan, screen)].join('\n'))
    return 0
  },
}
