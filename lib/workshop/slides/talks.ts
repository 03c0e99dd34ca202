import { modules } from '../exercises.js'
import { expandBlocks } from './blocks.js'
import { listCourses, type Course } from './courses.js'
import { joined, listDecks, split, type Deck } from './decks.js'

/**
 * Everything that can be shown: for the two days a talk per file, for each shorter course one talk. All are made of the same slides; electives have
 * a file, and a talk, of their own. Above a slide can stand
 *
 *     <!-- exercises: 05 07 -->     it, and those after it, belong to these exercises; a course with none of them leaves them out
 *     <!-- courses: two-days -->    it alone is for these courses only
 *
 * Until a file of a module says for which exercises, its slides are for whoever does any exercise of the module.
 */
export function listTalks(courses = listCourses(), decks = listDecks()): readonly Deck[] {
  return courses.flatMap((course) => {
    const elective = isElective(course.name)
    const own = decks.filter(({ name }) => (elective ? name === course.name : !isElective(name)))
    const talks = own.map((deck) => ({ name: deck.name, front: split(deck).front, slides: slidesFor(course, deck) }))
    const parts = course.name === 'two-days' ? talks : [{ name: course.name, front: talks[0]?.front ?? '', slides: talks.flatMap(({ slides }) => slides) }]
    return parts.map(({ name, ...slides }) => ({ name, markdown: expandBlocks(joined(slides), course) }))
  })
}

/** Whether a course or a deck belongs to a module of electives. */
export function isElective(name: string): boolean {
  return modules.some(({ number, elective }) => elective && name === `module-${number}`)
}

/** The slides of a file that a course shows, without the comments that say so. */
export function slidesFor(course: Course, deck: Deck): readonly string[] {
  let exercises = modules.find(({ number }) => deck.name === `module-${number}`)?.exercises ?? []
  return split(deck).slides.flatMap((slide) => {
    const sticky = attribute(slide, 'exercises')
    if (sticky !== undefined) exercises = sticky.map(Number)
    const wanted = exercises.length === 0 || exercises.some((number) => course.exercises.has(number))
    const only = attribute(slide, 'courses')
    return wanted && (only === undefined || only.includes(course.name)) ? [slide.replace(/^<!-- (?:exercises|courses): .* -->\n+/gm, '')] : []
  })
}

/** The words of `<!-- courses: two-days one-day -->`. */
export function attribute(slide: string, name: 'exercises' | 'courses'): readonly string[] | undefined {
  return new RegExp(`^<!-- ${name}: (.+) -->$`, 'm').exec(slide)?.[1]?.split(' ')
}
