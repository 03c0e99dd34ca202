import { existsSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, test } from 'vitest'
import { collect } from '../collector.js'
import { findExercise, modules, root } from '../exercises.js'
import { listDecks, storyBlocks } from './decks.js'
import { notesOf, renderPage } from './page.js'
import { drawStory, findStory, once } from './stories.js'

const load = once((path) => collect(() => import(/* @vite-ignore */ path)))
const { scripts } = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8')) as { readonly scripts: Readonly<Record<string, string>> }

test('there is a deck for each module, an opening and a closing one, in the order of the talk', () => {
  expect(listDecks().map(({ name }) => name)).toEqual(['opening', ...modules.map(({ number }) => `module-${number}`), 'closing'])
})

describe.each(listDecks())('$name', (deck) => {
  const announced = [...deck.markdown.matchAll(/npm (?:run )?(\S+) -- exercise-(\d\d)/g)]

  test('every slide has speaker notes', () => {
    notesOf(deck).forEach((notes, index) => expect(notes.join(' ').length, `notes of slide ${index + 1}`).toBeGreaterThan(40))
  })

  test('every picture can be drawn', async () => {
    expect(deck.markdown.match(/^```story/gm)?.length ?? 0, 'blocks that the build understands').toBe(storyBlocks(deck).length)
    for (const [index, block] of storyBlocks(deck).entries()) {
      const svg = drawStory(await findStory(block, load), block, String(index))
      expect(svg.match(/class="step/g)?.length, `${block.exercise}: steps that are readable from the back of a room`).toBeLessThanOrEqual(10)
    }
  })

  test('every command is there, and names an exercise of the workshop', () => {
    for (const [command, name = '', digits] of announced) {
      expect(Object.keys(scripts), command).toContain(name)
      expect(modules.flatMap(({ exercises }) => exercises), command).toContain(Number(digits))
    }
    for (const [command, name = ''] of deck.markdown.matchAll(/npm run ([a-z]+)/g)) expect(Object.keys(scripts), command).toContain(name)
    for (const [, path = ''] of deck.markdown.matchAll(/`((?:exercises|solutions|lib|slides)\/[^`]+)`/g)) expect(existsSync(join(root, path)), path).toBe(true)
  })

  test('the exercises of its module are announced by a slide each, by name', () => {
    const number = Number(/^module-(\d)$/.exec(deck.name)?.[1])
    const module = modules.find((candidate) => candidate.number === number)
    const titles = [...deck.markdown.matchAll(/^# (\d\d) · (.+)$/gm)]
    expect(titles.map(([, digits]) => Number(digits))).toEqual(module?.exercises ?? [])
    for (const [, digits = '', title = ''] of titles) {
      const exercise = findExercise(digits)
      if (exercise !== undefined) expect(title.toLowerCase().replaceAll(' ', '-')).toBe(exercise.title)
      expect(announced.map(([command]) => command)).toContain(`npm test -- exercise-${digits}`)
    }
  })

  test('the page needs no network, and keeps its notes', () => {
    const { html, slides } = renderPage(deck, new Map(storyBlocks(deck).map(({ source }) => [source, '<figure></figure>'])))
    expect(html).not.toMatch(/(?:src|href)="?https?:|url\(["']?https?:|@import/)
    expect(html).not.toMatch(/PICTURE-\d|\{\{/)
    expect(html.match(/<aside>/g)?.length).toBe(slides)
  })
})

test('a picture that cannot be drawn says which checks there are', async () => {
  const block = { source: '', exercise: 'exercise-01', submission: 'starter', check: '★ no such check', steps: undefined }
  await expect(findStory(block, load)).rejects.toThrow(/★★ two clicks at the same time/)
})

test('a check that passes has no story', async () => {
  const block = { source: '', exercise: 'exercise-01', submission: 'starter', check: '★ one click makes one order, and leads to it', steps: undefined }
  await expect(findStory(block, load)).rejects.toThrow(/passes, so there is no story/)
})
