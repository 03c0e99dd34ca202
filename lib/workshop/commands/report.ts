import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { parseArgs } from 'node:util'
import type { Command } from '../command.js'
import { oneExercise, parsed } from '../arguments.js'
import { contentOf, editedFiles } from '../attendee-files.js'
import { exerciseFolder, solutionFolder, testFile, type Exercise } from '../exercises.js'
import { grade } from '../grading/grade.js'
import { dataWithoutFolders, privateHere, withoutFolders, withoutUser } from '../report/private.js'
import { reportText, verdictText, type ReportedFile } from '../report/text.js'
import { versionsHere } from '../report/versions.js'
import { terminal } from '../screen/terminal.js'

export const report: Command = {
  usage: 'npm run report -- exercise-01',
  summary: 'Judges your files, and prints what somebody else needs in order to see the same: for an issue about a verdict that seems wrong.',
  help: 'It has the versions of Node.js, npm, SQLite and the workshop, your files of the exercise in full, and how each check ended. It has nothing else of your machine: no folders, no user name, no environment.',
  async run(args) {
    const { positionals } = parsed(() => parseArgs({ args: [...args], allowPositionals: true, options: {} }))
    const exercise = oneExercise(positionals)
    const screen = terminal()
    const results = await grade([exercise], { onCheck: (_, name) => screen.whisper(`  ${name} …`) })
    const own = privateHere()
    const verdict = verdictText(dataWithoutFolders(results[0] ?? { exercise, checks: [], problems: [], duration: 0 }, own), screen)
    const text = reportText(exercise.name, versionsHere(exercise), filesOf(exercise), withoutUser(verdict, own, handedOut(exercise)))
    screen.print(withoutFolders(text, own))
    return 0
  },
}

function filesOf(exercise: Exercise): readonly ReportedFile[] {
  return editedFiles(exercise).map((file) => ({ path: `exercises/${exercise.folder}/${file}`, text: contentOf(join(exerciseFolder(exercise), file)) }))
}

/** What everybody has. */
function handedOut(exercise: Exercise): string {
  const starters = editedFiles(exercise).map((file) => contentOf(join(solutionFolder(exercise), 'starter', file)) ?? '')
  return [readFileSync(testFile(exercise), 'utf8'), ...starters].join('\n')
}
