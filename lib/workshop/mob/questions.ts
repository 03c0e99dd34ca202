import { join } from 'node:path'
import { contentOf } from '../attendee-files.js'
import { exerciseFolder, root, type Exercise } from '../exercises.js'

/** What a mob is asked: before the first run, after it, and at the end. As Markdown. */
export interface Questions {
  readonly prediction: string
  readonly discussion: readonly string[]
  readonly reflection: readonly string[]
}

const anyPrediction = 'What will the first failing check be? Write it down.'

/** From the facilitator's sheet and the exercise's README. What is not there is asked in general. */
export function questionsOf(exercise: Exercise): Questions {
  const sheet = contentOf(join(root, 'facilitation', `${exercise.folder}.md`)) ?? ''
  const readme = contentOf(join(exerciseFolder(exercise), 'README.md')) ?? ''
  return {
    prediction: quoteIn(sectionOf(sheet, 'Prediction')) ?? anyPrediction,
    discussion: itemsIn(sectionOf(readme, 'Discuss')),
    reflection: itemsIn(sectionOf(readme, 'Reflect')),
  }
}

/** What stands below `## Title`. */
export function sectionOf(text: string, title: string): string {
  const [, below = ''] = text.split(new RegExp(`^## ${title}[^\\n]*$`, 'm'))
  return below.split(/^## /m)[0] ?? ''
}

/** The items of a list, each on one line. */
export function itemsIn(section: string): string[] {
  return section
    .split(/^(?:[-*]|\d+\.) /m)
    .slice(1)
    .map((item) => (item.split(/\n\s*\n(?! )/)[0] ?? '').replace(/\s+/g, ' ').trim())
}

function quoteIn(section: string): string | undefined {
  const lines = section.split('\n').filter((line) => line.startsWith('>'))
  return lines.length === 0 ? undefined : lines.map((line) => line.slice(1).trim()).join(' ').trim()
}
