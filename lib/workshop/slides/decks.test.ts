import { existsSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, test } from 'vitest'
import { collect } from '../collector.js'
import { existingModules, findExercise, listExercises, root } from '../exercises.js'
import { questionsOf } from '../mob/questions.js'
import { listDecks, split } from './decks.js'
import { bodySize, captionSize, wordHeight, wordRoom, storySize } from './measure.js'
import { notesOf, renderPage } from './page.js'
import { drawStory, findStory, once, storyFinder } from './stories.js'
import { storyBlocks } from './story-blocks.js'
import { listTalks } from './talks.js'

const load = once((path) => collect(() => import(/* @vite-ignore */ path)))
const find = storyFinder(load)
const { scripts } = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8')) as { readonly scripts: Readonly<Record<string, string>> }
const talks = listTalks()
const isExercise = (slide: string): boolean => slide.includes('<!-- _class: exercise -->')

test('there is a deck for each module, an opening and a closing one, in the order of the talk', () => {
  expect(listDecks().map(({ name }) => name)).toEqual(['opening', ...existingModules().map(({ number }) => `module-${number}`), 'closing'])
})

describe.each(talks)('$name', (talk) => {
  const { slides } = split(talk)
  let rendered: ReturnType<typeof notesOf> | undefined
  const allNotes = (): ReturnType<typeof notesOf> => (rendered ??= notesOf(talk)) // the whole deck is rendered for them
  const announced = [...talk.markdown.matchAll(/npm (?:run )?(\S+) -- exercise-(\d\d)/g)]

  test('every slide has speaker notes', () => {
    allNotes().forEach((notes, index) => expect(notes.join(' ').length, `notes of slide ${index + 1}`).toBeGreaterThan(40))
  })

  test('every block is one that the build understands', () => {
    expect(talk.markdown.match(/^```story/gm)?.length ?? 0).toBe(storyBlocks(talk).length)
    expect(talk.markdown).not.toMatch(/^```(?:exercise|modules)|^<!-- (?:exercises|courses):/m)
  })

  test('every story can be read from the back of the room', async () => {
    for (const [index, block] of storyBlocks(talk).entries()) {
      const figure = drawStory(await find(block), block, String(index))
      const place = `${block.exercise} "${block.check}": the letters of its story, beside those of the slide's words. Show fewer steps or lanes`
      expect(storySize(figure) / bodySize, place).toBeGreaterThanOrEqual(0.75)
      const caption = /<figcaption>(.*)<\/figcaption>/.exec(figure)?.[1] ?? ''
      expect(caption.length * captionSize * 0.66, `${block.exercise}: the promise fits on one line`).toBeLessThan(1150)
    }
    expect(captionSize / bodySize).toBeGreaterThanOrEqual(0.75)
  })

  test('no slide has more words than room', () => {
    for (const slide of slides) {
      if (slide.includes('```story')) expect(slide.replace(/```story[\s\S]*?```|<!--[\s\S]*?-->|^## .{1,36}$/gm, '').trim(), 'words beside a picture').toBe('')
      else expect(wordHeight(slide), slide).toBeLessThanOrEqual(wordRoom.height[isExercise(slide) ? 'exercise' : 'plain'])
    }
  })

  test('every command is there, and names an exercise of the workshop', () => {
    for (const [command, name = '', digits] of announced) {
      expect(Object.keys(scripts), command).toContain(name)
      expect(listExercises().map(({ number }) => number), command).toContain(Number(digits))
    }
    for (const [command, name = ''] of talk.markdown.matchAll(/npm run ([a-z]+)/g)) expect(Object.keys(scripts), command).toContain(name)
    for (const [, path = ''] of talk.markdown.matchAll(/`((?:exercises|solutions|lib|slides)\/[^`]+)`/g)) expect(existsSync(join(root, path)), path).toBe(true)
  })

  test('each exercise has a slide of its name that asks what its sheet asks, and notes with the answer', () => {
    const notes = allNotes()
    for (const [index, slide] of slides.entries()) {
      if (!isExercise(slide)) continue
      const [, digits = '', title = ''] = /^# (\d\d) · (.+)$/m.exec(slide) ?? []
      const exercise = findExercise(digits)
      if (exercise === undefined) throw new Error(`There is no exercise for the slide\n${slide}`)
      expect(title.toLowerCase().replaceAll(' ', '-')).toBe(exercise.title)
      expect(slide).toContain(`npm test -- ${exercise.name}`)
      const { prediction } = questionsOf(exercise)
      expect(slide).toContain(`> ${prediction}`)
      expect(notes[index]?.[0]).toBe(`Predict, before anything runs: ${prediction.replace(/[`*]/g, '')}`)
      expect(notes[index]?.[1]).toMatch(/^Answer: \S.{20}/)
    }
  })

  test('the page needs no network, and keeps its notes', () => {
    const { html, slides: count } = renderPage(talk, new Map(storyBlocks(talk).map(({ source }) => [source, '<figure></figure>'])))
    expect(html).not.toMatch(/(?:src|href)="?https?:|url\(["']?https?:|@import/)
    expect(html).not.toMatch(/PICTURE-\d|\{\{/)
    expect(html.match(/<aside>/g)?.length).toBe(count)
    expect(count).toBe(slides.length)
  })
})

describe('a story', () => {
  const block = { source: '', exercise: 'exercise-01', submission: 'starter', check: '★ no such check', cut: {} }

  test('that cannot be drawn says which checks there are', async () => {
    await expect(findStory(block, load)).rejects.toThrow(/★★ two clicks at the same time/)
  })

  test('is not told by a check that passes', async () => {
    await expect(findStory({ ...block, check: '★ one click makes one order, and leads to it' }, load)).rejects.toThrow(/passes, so there is no story/)
  })

  test('is cut to the steps, the lanes and the kinds of steps that a slide asks for', async () => {
    const check = '★★ orders gets a copy of the message'
    const found = await findStory({ ...block, exercise: 'exercise-08', check }, load)
    const [written] = storyBlocks({ markdown: `\`\`\`story exercise-08 starter "${check}" steps 2-13 lanes broker orders without acks reads commits unfinished\n\`\`\`` })
    if (written === undefined) throw new Error('The block is not understood.')
    expect(written.cut).toEqual({ steps: [2, 13], lanes: ['broker', 'orders'], without: ['settle', 'read', 'commit'], unfinished: true })
    const steps = (figure: string): number[] => Array.from(figure.matchAll(/data-step="(\d+)"/g), ([, number]) => Number(number))
    const whole = drawStory(found, { ...block, cut: {} }, 'a')
    const cut = drawStory(found, written, 'b')
    expect(steps(whole)).toEqual(found.trace.steps.map(({ number }) => number))
    expect(steps(cut)).toEqual(found.trace.steps.filter(({ number, action }) => number >= 2 && number <= 13 && ['receive', 'publish'].includes(action) && number !== 7).map(({ number }) => number))
    expect(cut).not.toContain('figcaption')
    expect(whole).toContain(`<figcaption>✗ ${found.violation.promise}</figcaption>`)
    expect(() => drawStory(found, { ...block, cut: { lanes: ['orders', 'nobody'] } }, 'd')).toThrow(/Nobody in it is called nobody\. There are .*orders/)
    expect(() => drawStory(found, { ...block, cut: { steps: [200, 300] } }, 'e')).toThrow(/None of its \d+ steps is left/)
    expect(drawStory(found, { ...block, cut: { steps: [1, 3] } }, 'c')).toContain(`<figcaption>Later: ✗ ${found.violation.promise}</figcaption>`)
  })
})
