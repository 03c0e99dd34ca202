import { afterEach, describe, expect, test, vi } from 'vitest'
import { mob } from '../commands/mob.js'
import { slides } from '../commands/slides.js'
import { minutesOf, numbersIn } from '../agendas.js'
import { minutesInWords } from './blocks.js'
import { listCourses } from './courses.js'
import { joined, listDecks, split, type Deck } from './decks.js'
import { storyBlocks } from './story-blocks.js'
import { attribute, isElective, listTalks, slidesFor } from './talks.js'

const courses = listCourses()

/** The last minutes of a lecture are for the prediction, the story and a question; where there is no lecture, they have a line of their own. */
const beforehand = 5

/** Everything that a course shows, from the first to the last slide. */
function slidesOf(name: string): readonly string[] {
  return listTalks(courses.filter((course) => course.name === name)).flatMap((talk) => split(talk).slides)
}

const exerciseOf = (slide: string): number | undefined => (/^# \d\d · /m.test(slide) ? Number(/^# (\d\d) · /m.exec(slide)?.[1]) : undefined)

afterEach(() => void vi.restoreAllMocks())

test('there is a talk for each deck of the two days, one for each shorter course, and one for each module of electives', () => {
  const [electives, core] = [true, false].map((wanted) => listDecks().flatMap(({ name }) => (isElective(name) === wanted ? [name] : [])))
  expect(core).toHaveLength(7)
  expect(listTalks().map(({ name }) => name)).toEqual([...(core ?? []), 'one-day', 'half-a-day', 'two-hours', ...(electives ?? [])])
})

test('electives are shown in their own course, and in no other', () => {
  const slide = (name: string, text: string): Deck => ({ name, markdown: `---\nmarp: true\n---\n\n${text}\n` })
  const decks = [slide('opening', 'hello'), slide('module-5', 'core'), slide('module-6', 'elective'), slide('module-10', 'last')]
  const course = (name: string, ...numbers: number[]): (typeof courses)[number] => ({ name, rows: [], exercises: new Map(numbers.map((number) => [number, { alone: 10, mob: 10, reflect: 5 }])) })
  const told = listTalks([course('two-days', 15), course('half-a-day', 15), course('module-6', 17)], decks).map(({ name, markdown }) => [name, split({ markdown }).slides.join(' ')])
  expect(told).toEqual([['opening', 'hello'], ['module-5', 'core'], ['half-a-day', 'hello core'], ['module-6', 'elective']])
})

test('what is written above a slide is understood', () => {
  const names = courses.map(({ name }) => name)
  const numbers = courses.flatMap(({ exercises }) => [...exercises.keys()])
  for (const slide of listDecks().flatMap((deck) => split(deck).slides)) {
    for (const name of attribute(slide, 'courses') ?? []) expect(names).toContain(name)
    for (const number of attribute(slide, 'exercises') ?? []) expect(numbers).toContain(Number(number))
    expect(slide.match(/<!-- \w+: /g)?.length ?? 0, slide).toBe(['exercises', 'courses', '_class'].filter((name) => new RegExp(`^<!-- ${name}: .+ -->$`, 'm').test(slide)).length)
  }
})

test('a slide is left out with its exercises, or for a course', () => {
  const markdown = ['front: yes\n---\n', 'first', '<!-- exercises: 05 07 -->\n\nfive or seven', 'still', '<!-- courses: two-days -->\n<!-- exercises: 02 -->\n\ntwo'].join('\n\n---\n\n')
  const deck: Deck = { name: 'module-1', markdown: `---\n${markdown.replace('---\n\n\n---\n\n', '---\n\n')}` }
  const shown = (exercises: readonly number[], name = 'one-day'): readonly string[] =>
    slidesFor({ name, rows: [], exercises: new Map(exercises.map((number) => [number, { alone: 10, mob: 10, reflect: 5 }])) }, deck)
  expect(shown([1])).toEqual(['first'])
  expect(shown([7])).toEqual(['five or seven', 'still'])
  expect(shown([2])).toEqual(['first'])
  expect(shown([2], 'two-days')).toEqual(['first', 'two'])
  expect(split({ markdown: joined(split(deck)) })).toEqual(split(deck))
})

test('an exercise that a course leaves out cannot be announced in it', () => {
  const deck: Deck = { name: 'closing', markdown: '---\nmarp: true\n---\n\n```exercise 02\n```\n' }
  const [, oneDay] = courses
  expect(() => listTalks(oneDay === undefined ? [] : [oneDay], [deck])).toThrow(
    'A slide announces exercise 02, which is not in the agenda of one-day.\nIts minutes and its prediction question are taken from the agenda and the sheet.\nWORKSHOP.md has the agendas. Above the slide, <!-- exercises: 02 --> leaves it out where the exercise is left out.',
  )
})

test('a talk that nobody gives is not built', async () => {
  await expect(slides.run(['module-99', '--no-pdf'])).rejects.toThrow(`There is no talk "module-99".\nNothing was built.\nThe talks are ${['opening', 'module-1', 'module-2', 'module-3', 'module-4', 'module-5', 'closing', 'one-day', 'half-a-day', 'two-hours', ...courses.flatMap(({ name }) => (isElective(name) ? [name] : []))].join(', ')}.`)
})

describe.each(courses)('$name', ({ name, rows, exercises }) => {
  const shown = slidesOf(name)

  test('announces the exercises of its agenda, in order, with their minutes', () => {
    const announced = shown.flatMap((slide) => exerciseOf(slide) ?? [])
    expect(announced).toEqual([...exercises.keys()])
    for (const slide of shown) {
      const minutes = exercises.get(exerciseOf(slide) ?? 0)
      if (minutes !== undefined) expect(slide).toContain(`\n${minutesInWords(minutes)}\n`)
    }
  })

  test('gives the mob the minutes of its agenda', async () => {
    for (const slide of shown) {
      const minutes = exercises.get(exerciseOf(slide) ?? 0)
      if (minutes === undefined) continue
      const [, args = ''] = /npm run mob -- (.+)/.exec(slide) ?? []
      const write = vi.spyOn(process.stdout, 'write').mockReturnValue(true)
      await mob.run([...args.split(' '), '--plain'])
      const plan = write.mock.calls.join('')
      write.mockRestore()
      const planned = (part: string): number => {
        const [, from = '', to = ''] = new RegExp(`^(\\d+:\\d\\d)–(\\d+:\\d\\d) +${part}`, 'm').exec(plan) ?? []
        return (minutesOf(to) - minutesOf(from)) / 60 // the plan counts minutes and seconds
      }
      expect([planned('Implement, alone'), planned('Implement, as a mob'), planned('Reflect')], args).toEqual([minutes.alone, minutes.mob, minutes.reflect])
      expect(planned('Predict') + planned('Observe') + planned('Discuss'), args).toBe(beforehand)
    }
  })

  test('shows what a wrong answer does only after the room has predicted it', () => {
    const seen = new Set<string>()
    for (const slide of shown) {
      for (const { exercise, cut } of storyBlocks({ markdown: slide })) {
        if (cut.unfinished !== true) expect(seen, slide).toContain(exercise)
      }
      const number = exerciseOf(slide)
      if (number !== undefined) seen.add(`exercise-${String(number).padStart(2, '0')}`)
    }
  })

  test('has a minute or more for each slide: of the lecture before an exercise, and of the reflection on the one before', () => {
    let minutes = 0
    let next = 0
    for (const row of rows) {
      const [number] = numbersIn(row)
      if (number === undefined) {
        if (['lecture', 'set-up', 'predict', 'closing', 'buffer'].includes(row.kind)) minutes += row.minutes
        continue
      }
      const at = shown.findIndex((slide) => exerciseOf(slide) === number)
      expect(at - next, `slides before exercise ${number}, in ${minutes - beforehand} minutes`).toBeLessThanOrEqual(minutes - beforehand)
      next = at + 1
      minutes = exercises.get(number)?.reflect ?? 0
    }
    expect(shown.length - next, 'slides after the last exercise').toBeLessThanOrEqual(minutes)
  })
})

test('no slide and no note names the minutes of an exercise itself: they differ from course to course', () => {
  for (const { name, markdown } of listDecks()) expect(markdown, name).not.toMatch(/\b(?:\d+|five|ten|fifteen|twenty)[- ]minutes?\b/i)
})
