import { parseArgs } from 'node:util'
import type { Command } from '../command.js'
import { oneExercise, parsed } from '../arguments.js'
import type { Exercise } from '../exercises.js'
import { grade } from '../grading/grade.js'
import { decisiveFinding, firstFailure, type ExerciseResult } from '../grading/result.js'
import { evidenceLines, failureText, problemText } from '../grading/screen.js'
import { keepStores } from '../records/stores.js'
import { nextLines, type Next } from '../screen/next-commands.js'
import { terminal, type Terminal } from '../screen/terminal.js'
import { wrap } from '../screen/wrap.js'

export const observe: Command = {
  usage: 'npm run observe -- exercise-01 [--keep-db]',
  summary: "Runs an exercise's system with your files, in a schedule where things go wrong, and prints the story.",
  help: '--keep-db saves the stores as they are at the end of the story, as SQLite files that any tool can open.',
  flags: { '--keep-db': 'alone' },
  async run(args) {
    const { values, positionals } = parsed(() => parseArgs({ args: [...args], allowPositionals: true, options: { 'keep-db': { type: 'boolean', default: false } } }))
    const exercise = oneExercise(positionals)
    const screen = terminal()
    const results = await grade([exercise], { bail: 1, onCheck: (_, name) => screen.whisper(`  ${name} …`) })
    const result = results[0] ?? { exercise, checks: [], problems: [], duration: 0 }
    screen.print(observed(result, screen))
    if (values['keep-db']) screen.print(`\n${await keptStores(result, screen)}`)
    return 0
  },
}

/** The first story that there is; without one, what was gone through instead. */
function observed({ exercise, checks, problems }: ExerciseResult, terminal: Terminal): string {
  const { paint, width } = terminal
  const first = firstFailure(checks)
  const heading = paint.bold(`exercise ${exercise.name.slice(-2)} · ${exercise.title}`)
  if (first !== undefined) {
    return [heading, wrap('Your files, run until a promise broke:', width), '', failureText(first, terminal), '', exercise.name, ...nextLines(commandsAfter(exercise, decisiveFinding(first)?.verdict === 'broken'), terminal)].join('\n')
  }
  if (problems.length > 0) return [heading, ...problems.flatMap((problem) => ['', problemText(problem, terminal)]), '', exercise.name, ...nextLines(commandsAfter(exercise, false), terminal)].join('\n')
  return [
    heading,
    wrap('Nothing goes wrong any more: your files keep every promise. This is what was explored:', width),
    '',
    ...checks.filter(({ state }) => state === 'passed').flatMap((check) => evidenceLines(check, terminal)),
    '',
    exercise.name,
    ...nextLines([[`solutions/${exercise.folder}/README.md`, 'why it works, and what it costs']], terminal),
  ].join('\n')
}

function commandsAfter({ name }: Exercise, story: boolean): Next[] {
  const test: Next = [`npm test -- ${name}`, 'all of its checks']
  return story ? [[`npm run replay -- ${name}`, 'the same, step by step'], test] : [test]
}

async function keptStores({ exercise, checks }: ExerciseResult, { width }: Terminal): Promise<string> {
  const story = checks.map(decisiveFinding).find((finding) => finding?.verdict === 'broken')
  const world = story?.verdict === 'broken' ? story.trace.steps.at(-1)?.after : undefined
  if (world === undefined) return wrap('No stores were saved: there is no story that broke a promise.', width)
  const files = await keepStores(exercise, world)
  if (files.length === 0) return wrap('No stores were saved: nothing had been stored.', width)
  return [wrap('The stores at the end of the story, table documents(collection, id, version, value):', width), ...files.map((file) => `  ${file}`)].join('\n')
}
