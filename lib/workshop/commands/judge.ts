import { parseArgs } from 'node:util'
import type { Command } from '../command.js'
import { namedExercises, parsed } from '../arguments.js'
import { ExplainedError } from '../explained-error.js'
import { readHandedIn } from '../judging/handed-in.js'
import { limits } from '../judging/job.js'
import { judgeAll, openBench, type JudgedAnswer } from '../judging/judge-all.js'
import { withSignals } from '../judging/signals.js'
import { answerRow, asJson, isWell, summary } from '../judging/table.js'
import { terminal } from '../screen/terminal.js'
import { wrap } from '../screen/wrap.js'

export const judge: Command = {
  usage: 'npm run judge -- <folder> [exercise-07 …] [--json]',
  summary: 'Judges answers of your own, right and wrong ones, and shows whether the checks can tell them apart.',
  help: [
    'The folder has exercise-07/right/*.ts and exercise-07/wrong/*.ts in it, for as many exercises as you like; an exercise may have its number or its title instead. It may lie anywhere. What an answer imports is found as if it lay in the folder of the exercise.',
    'A file stands in for the one that the exercise lets you edit. Where there are several, it is the one of the same name, or the one that a comment at its top names (Replaces: other.ts), and the rest is the solution\'s: so it is judged on its own. A folder, right/name/, is all that somebody has edited: a file that is not in it is still as it was handed out.',
    'Your own files in exercises are neither used nor changed. Each answer is judged in a process of its own, on all cores. What cannot be compiled, never ends, leaves the process or fills the memory is rejected; what takes too long is unknown. --time gives the seconds of processor time for each answer (120), --memory the megabytes (2048).',
    'The exit code is 0 when every right answer is accepted and every wrong one is rejected, 1 when not, and 2 when there is nothing to judge.',
  ].join('\n\n'),
  flags: { '--time': 'with value', '--memory': 'with value', '--json': 'alone' },
  async run(args) {
    const options = { time: { type: 'string', default: String(limits.time / 1_000) }, memory: { type: 'string', default: String(limits.memory / 2 ** 20) }, json: { type: 'boolean', default: false } } as const
    const { values, positionals } = parsed(() => parseArgs({ args: [...args], options, allowPositionals: true }))
    const [folder, ...names] = positionals
    if (folder === undefined) throw noFolder
    const { answers, problems } = readHandedIn(folder, names.length === 0 ? undefined : namedExercises(names))
    const bounds = { time: numberOf('--time', values.time, 'seconds') * 1_000, memory: numberOf('--memory', values.memory, 'megabytes') * 2 ** 20 }
    const screen = terminal()
    const results: JudgedAnswer[] = []
    const bench = openBench()
    const stop = withSignals(() => {
      bench.close()
      screen.complain(`\nInterrupted: ${results.length} of ${answers.length} answers were judged.`)
    })
    let shown: string | undefined
    /** In order, each as soon as all before it are there. */
    const show = (): void => {
      for (let next = answers[printed]; next !== undefined; next = answers[printed]) {
        const answer = next
        const judged = results.find((each) => each.answer === answer)
        if (judged === undefined) break
        printed += 1
        if (answer.exercise.name !== shown) screen.print(`${shown === undefined ? '' : '\n'}${screen.paint.bold(`${answer.exercise.name} · ${answer.exercise.title}`)}`)
        shown = answer.exercise.name
        screen.print(answerRow(judged, screen))
      }
      screen.whisper(`  ${results.length} of ${answers.length} judged …`)
    }
    let printed = 0
    try {
      await judgeAll(bench, answers, bounds, (judged) => {
        results.push(judged)
        if (!values.json) show()
      })
    } finally {
      bench.close()
      stop()
    }
    const inOrder = answers.flatMap((answer) => results.find((each) => each.answer === answer) ?? [])
    const fine = inOrder.every(isWell) && problems.length === 0
    if (values.json) {
      process.stdout.write(`${asJson(inOrder, problems)}\n`)
      return fine ? 0 : 1
    }
    screen.print(`\n${summary(inOrder, screen)}`)
    for (const problem of problems) screen.print(screen.paint.red(wrap(`✗ ${problem} It was not judged.`, screen.width, '', '  ')))
    const faults = inOrder.filter((each) => !isWell(each)).length
    if (faults > 0) screen.print(screen.paint.red.bold(wrap(`✗ ${faults} of ${inOrder.length} answers came out otherwise than they should.`, screen.width, '', '  ')))
    else screen.print(screen.paint.green.bold('✓ every right answer is accepted, and every wrong one rejected'))
    return fine ? 0 : 1
  },
}

const noFolder = new ExplainedError({ what: 'No folder was named.', why: 'So there is nothing to judge.', next: 'Name a folder with exercise-01/right/*.ts and exercise-01/wrong/*.ts in it.' })

function numberOf(flag: string, text: string, unit: string): number {
  const number = Number(text)
  if (Number.isInteger(number) && number >= 1 && number <= 100_000) return number
  throw new ExplainedError({ what: `${flag} ${text} is no number of ${unit}.`, why: 'It is the limit for each answer.', next: `Give a whole number of ${unit}.` })
}
