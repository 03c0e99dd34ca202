import { spawnSync } from 'node:child_process'
import { readdirSync, statSync } from 'node:fs'
import { join } from 'node:path'
import { shownPath } from '../../simulation/source-path.js'
import { changedFiles, contentOf, editedFiles } from '../attendee-files.js'
import { exerciseFolder, listExercises, root, solutionFolder, type Exercise } from '../exercises.js'
import { progressOf } from '../records/progress.js'

/**
 * The file that was judged is still the starter, and another one was changed or made instead: it is easily done, and hard to notice.
 *
 * @returns one line each for what was found, what was changed, and what to do; undefined when there is nothing to say.
 */
export function wrongFileEdited(exercise: Exercise): readonly string[] | undefined {
  if (changedFiles(exercise).length > 0) return undefined
  const changed = [...strangers(exercise), ...changedForGit(exercise), ...changedLately(exercise)]
  if (changed.length === 0) return undefined
  const edited = editedFiles(exercise)
  const [names, are] = [edited.join(', '), edited.length === 1 ? 'is' : 'are']
  return [
    `${names} ${are} the untouched starter: nothing of yours was judged.`,
    `Changed instead: ${[...new Set(changed)].join(', ')}`,
    `The checks import ${names} in exercises/${exercise.folder}. Write your answer there.`,
  ]
}

/** Code beside the exercise's own that nothing of it imports: `book-payment copy.ts`. What has the answer's own name is told elsewhere (`in-its-place.ts`). */
function strangers(exercise: Exercise): readonly string[] {
  const folder = exerciseFolder(exercise)
  const all = readdirSync(folder).filter((file) => /\.[cm]?[jt]sx?$/.test(file))
  const own = new Set([...editedFiles(exercise), `${exercise.name}.test.ts`])
  for (const file of own) {
    for (const [, name] of (contentOf(join(folder, file)) ?? '').matchAll(/from '\.\/([^']+)\.js'/g)) own.add(`${name}.ts`)
  }
  return all.filter((file) => !own.has(file) && !own.has(file.replace(/\.js$/, '.ts'))).map((file) => shownPath(root, join(folder, file)))
}

/** What git knows to be changed: the checks, what was given, the solution. Nothing where there is no git. */
function changedForGit(exercise: Exercise): readonly string[] {
  return [exerciseFolder(exercise), solutionFolder(exercise)].flatMap((folder) => {
    const { status, stdout } = spawnSync('git', ['ls-files', '--modified', '-z', '--', '.'], { cwd: folder, encoding: 'utf8', timeout: 2_000, windowsHide: true, env: { ...process.env, GIT_OPTIONAL_LOCKS: '0' } })
    return status === 0 ? stdout.split('\0').filter((file) => file !== '').map((file) => shownPath(root, join(folder, file))) : []
  })
}

/** A file of another exercise that was saved within the last hour, and that nobody has judged as it is now. */
function changedLately(exercise: Exercise): readonly string[] {
  return listExercises().filter((other) => other.number !== exercise.number).flatMap((other) => {
    const changed = changedFiles(other).filter(({ kind }) => kind === 'changed').map(({ file }) => join(exerciseFolder(other), file))
    const lately = changed.filter((file) => Date.now() - statSync(file).mtimeMs < 3_600_000)
    return lately.length > 0 && progressOf(other).judged === undefined ? lately.map((file) => shownPath(root, file)) : []
  })
}
