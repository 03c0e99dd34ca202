import { parseArgs } from 'node:util'
import type { Command } from '../command.js'
import { oneExercise, parsed } from '../arguments.js'
import { drivenIn } from '../mob/clock.js'
import { askForPeople, somebody } from '../mob/participants-prompt.js'
import { minutesIn, peopleIn, rotationFor, talking, type Plan } from '../mob/plan.js'
import { questionsOf } from '../mob/questions.js'
import { runMob } from '../mob/run.js'
import { endLines, tell } from '../mob/plan-text.js'
import { terminal } from '../screen/terminal.js'

export const mob: Command = {
  usage: 'npm run mob -- exercise-01 [--people "Anna, Ben, Chris"] [--alone 10] [--mob 10] [--rotate 2] [--plain]',
  summary: 'The clock for a mob: predict, observe, discuss, ten minutes alone, ten minutes with drivers in turn, reflect.',
  help: [
    'All times are minutes; --alone 0 begins with the mob. Without --rotate everybody drives equally often, for two minutes or more.',
    'On a terminal Enter goes on, Space pauses, n calls the next driver, + adds a minute, s skips to the next part, and q ends after asking.',
    '--plain prints the plan, and so does a pipe.',
  ].join('\n'),
  flags: { '--people': 'with value', '--rotate': 'with value', '--alone': 'with value', '--mob': 'with value', '--plain': 'alone' },
  async run(args) {
    const text = (preset: string): { readonly type: 'string'; readonly default: string } => ({ type: 'string', default: preset })
    const { values, positionals } = parsed(() =>
      parseArgs({
        args: [...args],
        allowPositionals: true,
        options: { people: { type: 'string' }, rotate: { type: 'string' }, alone: text('10'), mob: text('10'), plain: { type: 'boolean', default: false } },
      }),
    )
    const exercise = oneExercise(positionals)
    const times = { ...talking, alone: minutesIn(values.alone, 'alone', 0), mob: minutesIn(values.mob, 'mob', 1) }
    const wanted = values.rotate === undefined ? undefined : minutesIn(values.rotate, 'rotate', 0.5)
    const screen = terminal()
    const looked = screen.interactive && !values.plain
    const people = values.people !== undefined ? peopleIn(values.people) : looked ? await askForPeople() : somebody
    if (people === undefined) return 130
    const plan: Plan = { exercise, people, times, rotate: wanted ?? rotationFor(times.mob, people.length), ...questionsOf(exercise) }
    if (!looked) {
      screen.print(tell(plan, screen))
      return 0
    }
    const session = await runMob(plan)
    screen.print([exercise.name, ...endLines(plan, drivenIn(session), screen)].join('\n'))
    return 0
  },
}
