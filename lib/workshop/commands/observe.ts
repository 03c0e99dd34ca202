import { parseArgs } from 'node:util'
import type { Command } from '../command.js'
import { oneExercise, parsed } from '../arguments.js'
import { ExplainedError } from '../explained-error.js'
import type { Exercise } from '../exercises.js'
import { grade } from '../grading/grade.js'
import { decisiveFinding, firstFailure, type ExerciseResult } from '../grading/result.js'
import { evidenceLines, failureText, namesToChooseFrom, problemText } from '../grading/screen.js'
import { keepStores } from '../records/stores.js'
import { nextLines, type Next } from '../screen/next-commands.js'
import { terminal, type Terminal } from '../screen/terminal.js'
import { wrap } from '../screen/wrap.js'
import { patternIn } from '../vitest-flags.js'

export const observe: Command = {
  usage: 'npm run observe -- exercise-01 [--keep-db] [-t "two clicks"]',
  summary: "Runs an exercise's system with your files, in a schedule where things go wrong, and prints the story.",
  help: [
    '--keep-db saves the stores as they are at the end of the story, as SQLite files that any tool can open.',
    '-t runs only the checks whose name contains a text.',
  ].join('\n'),
  flags: { '--keep-db': 'alone', '-t': 'with value', '--testNamePattern': 'with value' },
  async run(args) {
    const options = { 'keep-db': { type: 'boolean', default: false }, testNamePattern: { type: 'string', short: 't' } } as const
    const { values, positionals } = parsed(() => parseArgs({ args: [...args], allowPositionals: true, options }))
    const exercise = oneExercise(positionals)
    const screen = terminal()
    const only = values.testNamePattern === undefined ? {} : { only: namePattern(values.testNamePattern) }
    const results = await grade([exercise], { ...only, bail: 1, onCheck: (_, name) => screen.whisper(`  ${name} …`) })
    const result = results[0] ?? { exercise, checks: [], problems: [], duration: 0 }
    screen.print(observed(result, screen))
    if (values['keep-db']) screen.print(`\n${await keptStores(result, screen)}`)
    return 0
  },
}

/** @throws ExplainedError for what is no part of a name. */
function namePattern(text: string): RegExp {
  const pattern = text === '' ? undefined : patternIn(text)
  if (pattern !== undefined) return pattern
  throw new ExplainedError({ what: `-t needs a part of the name of a check, and "${text}" is none.`, why: 'Nothing was run.', next: 'Give it after -t, in quotes where it has blanks: -t "two clicks"' })
}

/** The first story that there is; without one, what was gone through instead. */
function observed(result: ExerciseResult, terminal: Terminal): string {
  const { exercise, checks, problems } = result
  const { paint, width } = terminal
  const first = firstFailure(checks)
  const heading = paint.bold(`exercise ${exercise.name.slice(-2)} · ${exercise.title}`)
  if (first !== undefined) {
    const story = decisiveFinding(first)?.verdict === 'broken'
    return [heading, wrap(`Your files, run until ${story ? 'a promise broke' : 'a check failed'}:`, width), '', failureText(first, terminal), '', exercise.name, ...nextLines(commandsAfter(exercise, story), terminal)].join('\n')
  }
  if (problems.length > 0) return [heading, ...problems.flatMap((problem) => ['', problemText(problem, terminal)]), '', exercise.name, ...nextLines(commandsAfter(exercise, false), terminal)].join('\n')
  const names = namesToChooseFrom(result, terminal)
  if (names.length > 0) return [heading, paint.yellow.bold(wrap('? No check matches that name, so nothing was run.', width)), ...names, '', exercise.name, ...nextLines(commandsAfter(exercise, false), terminal)].join('\n')
  const all = checks.every(({ state }) => state !== 'skipped')
  return [
    heading,
    wrap(`${all ? 'Nothing goes wrong any more: your files keep every promise.' : 'Nothing goes wrong in the checks that were run; there are others.'} This is what was explored:`, width),
    '',
    ...checks.filter(({ state }) => state === 'passed').flatMap((check) => evidenceLines(check, terminal)),
    '',
    exercise.name,
    ...nextLines(all ? [[`solutions/${exercise.folder}/README.md`, 'why it works, and what it costs']] : commandsAfter(exercise, false), terminal),
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
