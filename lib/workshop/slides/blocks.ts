import { join } from 'node:path'
import type { Minutes } from '../agendas.js'
import { contentOf } from '../attendee-files.js'
import { findExercise, modules, root, type Exercise } from '../exercises.js'
import { ExplainedError } from '../explained-error.js'
import { questionsOf, sectionOf } from '../mob/questions.js'
import type { Course } from './courses.js'

/**
 * Fills in what stands elsewhere already, so that no slide can say something else:
 *
 *     ```exercise 01      the sheet's prediction question, the command, and the minutes of the course's agenda;
 *     ```                 in the notes the question with its answer, and the command for the mob's clock
 *
 *     ```modules          the modules that the course takes something from
 *     ```
 */
export function expandBlocks(markdown: string, course: Course): string {
  return markdown
    .replace(/^```exercise (\d\d)\n```$/gm, (_, digits: string) => {
      const exercise = findExercise(digits)
      const minutes = course.exercises.get(Number(digits))
      if (exercise === undefined || minutes === undefined) throw unknown(digits, course)
      return announcement(exercise, minutes)
    })
    .replace(/^```modules\n```$/gm, () => {
      const taken = modules.filter(({ exercises }) => exercises.some((number) => course.exercises.has(number)))
      return ['| | |', '|---|---|', ...taken.map(({ number, title }) => `| ${number} | ${title} |`)].join('\n')
    })
}

function announcement(exercise: Exercise, minutes: Minutes): string {
  const question = questionsOf(exercise).prediction
  return [
    `> ${question}`,
    `\`\`\`\nnpm test -- ${exercise.name}\n\`\`\``,
    minutesInWords(minutes),
    note(`Predict, before anything runs: ${question}`),
    note(`Answer: ${answerOf(exercise)}`),
    note(`The clock begins with this question:\n${clockCommand(exercise, minutes)}\n\nThen observe on the big screen:\nnpm run observe -- ${exercise.name}`),
  ].join('\n\n')
}

/** What the sheet says below its prediction question. */
function answerOf({ folder }: Exercise): string {
  const sheet = contentOf(join(root, 'facilitation', `${folder}.md`)) ?? ''
  const [, ...below] = sectionOf(sheet, 'Prediction').trim().split(/\n\s*\n/)
  return below.map((paragraph) => paragraph.replaceAll('\n', ' ')).join('\n\n')
}

/** `15 minutes alone, 10 as a mob, 5 to reflect` */
export function minutesInWords({ alone, mob, reflect }: Minutes): string {
  const first = alone === 0 ? `${mob} minutes as a mob` : `${alone} minutes alone, ${mob} as a mob`
  return `${first}, ${reflect} to reflect`
}

export function clockCommand({ name }: Exercise, { alone, mob }: Minutes): string {
  return `npm run mob -- ${name} --alone ${alone} --mob ${mob}`
}

/** Markdown's marks mean nothing in notes. */
function note(text: string): string {
  return `<!--\n${text.replace(/\[([^\]]+)\]\([^)]+\)/g, '$1').replace(/[`*]/g, '').replaceAll('-->', '→')}\n-->`
}

function unknown(digits: string, course: Course): ExplainedError {
  return new ExplainedError({
    what: `A slide announces exercise ${digits}, which is not in the agenda of ${course.name}.`,
    why: 'Its minutes and its prediction question are taken from the agenda and the sheet.',
    next: `WORKSHOP.md has the agendas. Above the slide, <!-- exercises: ${digits} --> leaves it out where the exercise is left out.`,
  })
}
