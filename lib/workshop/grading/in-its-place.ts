import { existsSync } from 'node:fs'
import { join } from 'node:path'
import { attendeeFiles, exerciseFolder, type Exercise } from '../exercises.js'
import type { Problem } from './result.js'

/** A file of JavaScript beside the attendee's: it has the very name that the checks import, so it is loaded in place of the answer. */
export function loadedInItsPlace(exercise: Exercise): Problem | undefined {
  const file = attendeeFiles(exercise).find((each) => existsSync(join(exerciseFolder(exercise), nameOfScript(each))))
  if (file === undefined) return undefined
  return {
    title: `${nameOfScript(file)} lies beside ${file} and is loaded in its place, so your answer was not judged.`,
    detail: `The checks import './${nameOfScript(file)}', which is ${file} as long as there is no file of that very name. A compiler or an editor may have made it.\nDelete it, or move it elsewhere, and write your answer in ${file}.`,
    site: `exercises/${exercise.folder}/${nameOfScript(file)}`,
  }
}

function nameOfScript(file: string): string {
  return file.replace(/\.ts$/, '.js')
}
