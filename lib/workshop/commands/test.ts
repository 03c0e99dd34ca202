import type { Command } from '../command.js'
import { namedExercises } from '../arguments.js'
import type { Exercise } from '../exercises.js'
import { grade, gradeByVitest } from '../grading/grade.js'
import type { ExerciseResult } from '../grading/result.js'
import { resultScreen } from '../grading/screen.js'
import { wrongFileEdited } from '../grading/untouched.js'
import { tellResults } from '../room/report-command.js'
import { terminal } from '../screen/terminal.js'
import { typesBeside } from '../type-errors/screen.js'
import { watchKeys } from './watch.js'
import { parseVitestArguments, plainArguments, type VitestArguments } from '../vitest-flags.js'

export const test: Command = {
  usage: 'npm test -- exercise-01 [--watch] [-t "two clicks"] …',
  summary: 'Runs the graded checks of an exercise on your files. Without a name it proves the workshop itself.',
  help: [
    'exercise-07, 7, 07, exercise-7 and the name of its folder all mean the same exercise. You can name several.',
    "Vitest's own flags work too: --watch runs again whenever a file changes, -t runs only the checks whose name contains a text, --reporter verbose shows what vitest shows.",
  ].join('\n'),
  flags: { '--watch': 'alone', '--run': 'alone', '-t': 'with value', '--testNamePattern': 'with value', '--reporter': 'with value', '--bail': 'with value' },
  async run(args) {
    if (args.length === 0) return (await import('../proof/workshop-proof.js')).proveWorkshop()
    const plain = plainArguments(args)
    if (plain !== undefined) return judge(namedExercises(plain.names), plain.only)
    const { names, ...options } = await parseVitestArguments(args)
    return judgeByVitest(namedExercises(names), options)
  },
}

async function judge(exercises: readonly Exercise[], only: RegExp | undefined): Promise<number> {
  const screen = terminal()
  const types = typesBeside(exercises, screen)
  types.begin()
  const results = await grade(exercises, { ...(only === undefined ? {} : { only }), onCheck: (exercise, name) => screen.whisper(`  ${exercise?.name ?? ''} ${name} …`) })
  for (const result of results) screen.print(resultScreen(result, screen, wrongFileEdited(result.exercise)))
  await types.show()
  await tellResults(results, screen)
  return results.length === exercises.length && results.every(passes) ? 0 : 1
}

async function judgeByVitest(exercises: readonly Exercise[], { flags, reporters }: Omit<VitestArguments, 'names'>): Promise<number> {
  const screen = terminal()
  const own = reporters.length > 0
  const watching = flags.watch === true
  const run = { passed: false, busy: true, again: (): void => undefined }
  const keys = watching && screen.interactive ? watchKeys(() => (run.busy ? undefined : run.again())) : undefined
  const types = typesBeside(exercises, screen)
  let typesShown: Promise<void> | undefined
  let told: Promise<void> | undefined
  const graded = gradeByVitest(exercises, {
    flags,
    reporters,
    listener: {
      onStart() {
        run.busy = true
        types.begin()
        if (own || !watching) return
        screen.wipe()
        screen.whisper('  running …')
      },
      onCheck: (exercise, name) => (own ? undefined : screen.whisper(`  ${exercise?.name ?? ''} ${name} …`)),
      onEnd(results) {
        run.busy = false
        run.passed = results.length === exercises.length && results.every(passes)
        if (own) {
          told = tellResults(results, { ...screen, print: (text) => screen.complain(text) }) // what a reporter prints may be for a program to read
          return
        }
        if (watching) screen.wipe()
        for (const result of results) screen.print(resultScreen(result, screen, wrongFileEdited(result.exercise)))
        typesShown = types.show()
        told = typesShown.then(() => tellResults(results, screen))
        if (watching) screen.print(screen.paint.dim('\nwatching your files · a runs again · q quits'))
      },
    },
  })
  if (!watching) {
    await graded
    await typesShown
    await told
    return run.passed ? 0 : 1
  }
  const closed = graded.then((vitest) => {
    run.again = () => void vitest.globTestSpecifications().then((all) => vitest.rerunTestSpecifications(all, true))
    return new Promise<number>((resolve) => vitest.onClose(() => resolve(run.passed ? 0 : 1)))
  })
  const code = await (keys === undefined ? closed : Promise.race([keys.ended, closed]))
  keys?.close()
  screen.whisper('')
  process.exit(code) // a run that is under way is not waited for
}

function passes({ checks, problems }: ExerciseResult): boolean {
  const run = checks.filter(({ state }) => state !== 'skipped')
  return problems.length === 0 && run.length > 0 && run.every(({ state }) => state === 'passed')
}
