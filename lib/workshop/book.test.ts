import { existsSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, test } from 'vitest'
import { listAgendas, minutesOf, numbersIn, partsOf } from './agendas.js'
import { existingModules, findExercise, listExercises, listSubmissions, modules, root, type Exercise } from './exercises.js'
import { missing, namedThings } from './references.js'

/** The facilitator's book, and what belongs to it. */
const books = ['WORKSHOP.md', 'GLOSSARY.md', 'FURTHER-READING.md']

/** Only what there is: a module of electives begins with its first exercise. */
const electives = existingModules().filter(({ elective }) => elective)

const sheetOf = (exercise: Exercise): string => `facilitation/${exercise.folder}.md`

const textOf = (file: string): string => readFileSync(join(root, file), 'utf8').replaceAll('\r\n', '\n')

describe('the book', () => {
  test('names only what exists', () => {
    const named = namedThings().filter(({ by }) => books.includes(by) || by.startsWith('facilitation/'))
    expect(new Set(named.map(({ by }) => by))).toEqual(new Set([...books, ...listExercises().map(sheetOf)]))
    expect(named.flatMap((thing) => missing(thing) ?? [])).toEqual([])
  })

  test.each([...books, 'README.md'])('%s points only at headings that it has', (file) => {
    const text = textOf(file)
    const anchors = Array.from(text.matchAll(/^#+ (.+)$/gm), ([, heading = '']) => anchorOf(heading))
    const pointed = Array.from(text.matchAll(/\]\(#([^)]+)\)/g), ([, anchor]) => anchor)
    expect(anchors).toEqual(expect.arrayContaining(pointed))
  })

  test('links to the sheet of every exercise, and to the book from the README', () => {
    const text = textOf('WORKSHOP.md')
    const index = text.slice(text.indexOf('## The sheets'))
    for (const exercise of listExercises()) expect(index).toContain(`](${sheetOf(exercise)})`)
    for (const book of books) expect(textOf('README.md')).toContain(`](${book})`)
  })

  test('has its electives in the README, by module, and no others', () => {
    const rows = Array.from(textOf('README.md').matchAll(/^\| (\d+ · .+) \| (.+) \|$/gm), ([, module, links = '']) => ({ module, exercises: Array.from(links.matchAll(/\[(\d\d · [a-z-]+)\]\(exercises\/([a-z0-9-]+)\/README\.md\)/g), ([, name, folder]) => ({ name, folder })) }))
    expect(rows).toEqual(
      electives.map(({ number, title }) => ({
        module: `${number} · ${title}`,
        exercises: listExercises().flatMap((exercise) => (exercise.module.number === number ? [{ name: `${exercise.name.slice(-2)} · ${exercise.title}`, folder: exercise.folder }] : [])),
      })),
    )
  })
})

describe.each(listExercises())('the sheet of $folder', (exercise) => {
  const text = existsSync(join(root, sheetOf(exercise))) ? textOf(sheetOf(exercise)) : ''

  test('has all its parts, in order', () => {
    const parts = ['**Goal.**', '**Leaves out.**', '## Prediction', '\n> ', '## Wrong answers', '## Discussion', '## When time runs out']
    const places = parts.map((part) => text.indexOf(part))
    expect(places).not.toContain(-1)
    expect(places).toEqual(places.toSorted((a, b) => a - b))
    expect(textBetween(text, '\n> ', '\n\n')).toContain('?')
  })

  test('says what to ask for each near miss, and knows no other', () => {
    // Answers that are wrong in one way may share a row.
    const rows = Array.from(text.matchAll(/^\| (\[.+?\)): .+ \| (.+) \|$/gm), ([, named = '', ask]) => ({ links: Array.from(named.matchAll(/\[([^\]]+)\]\(([^)]+)\)/g), ([, name, link]) => ({ name: `${name}.ts`, link })), ask }))
    expect(rows.flatMap(({ links }) => links.map(({ name }) => name)).sort()).toEqual([...listSubmissions(exercise, 'near-misses')].sort())
    for (const { links, ask } of rows) {
      for (const { name, link } of links) expect(link).toBe(`../solutions/${exercise.folder}/near-misses/${name}`)
      expect(ask, links[0]?.name).toMatch(/\?|Show me/)
    }
  })

  test('answers every question that it puts', () => {
    const answers = textBetween(text, '## Discussion', '## When').split('\n\n').slice(1).filter((paragraph) => paragraph.trim() !== '')
    expect(answers.length).toBeGreaterThan(2)
    for (const paragraph of answers) expect(paragraph.replaceAll('\n', ' ')).toMatch(/^\*\*[^*]+[?.:]\*\* ?\S/)
  })
})

describe('the agendas', () => {
  const all = listAgendas()
  const twoDays = all.filter(({ title }) => title.startsWith('Day '))

  test('are for two days, one day, half a day, two hours, and each module of electives', () => {
    const [core, others] = [all.filter(({ title }) => !title.startsWith('Module ')), all.filter(({ title }) => title.startsWith('Module '))]
    expect(others.map(({ title }) => title.replace(/, \d+:\d\d to \d+:\d\d$/, ''))).toEqual(electives.map(({ number }) => `Module ${number}`))
    expect(core.map(({ title }) => title)).toEqual([
      'Day 1, 9:30 to 17:30',
      'Day 2, 9:30 to 17:30',
      'One day, 9:30 to 17:30',
      'Half a day, 13:30 to 17:30',
      'Two hours, 14:00 to 16:00',
    ])
  })

  test.each(all)('$title adds up', ({ title, rows }) => {
    const [from, to] = Array.from(title.matchAll(/\d+:\d\d/g), ([time]) => minutesOf(time))
    expect(rows[0]?.from).toBe(from)
    expect(rows.at(-1)?.to).toBe(to)
    for (const [index, row] of rows.entries()) {
      const place = `${clock(row.from)} ${row.what}`
      expect(row.to - row.from, place).toBe(row.minutes)
      expect(['lecture', 'set-up', 'predict', 'exercise', 'break', 'buffer', 'closing'], place).toContain(row.kind)
      if (index > 0) expect(row.from, place).toBe(rows[index - 1]?.to)
    }
  })

  test.each(all)('$title gives each exercise its time', ({ rows }) => {
    for (const { kind, minutes, what } of rows) {
      if (kind !== 'exercise') continue
      const { alone, mob, reflect } = partsOf({ what }) ?? { alone: 0, mob: 0, reflect: 0 }
      expect(alone + mob + reflect, what).toBe(minutes)
      expect(alone === 0 || alone >= 10, what).toBe(true)
      expect(mob, what).toBeGreaterThanOrEqual(10)
    }
  })

  test.each(all)('$title has time to predict, observe and discuss before each exercise', ({ rows }) => {
    for (const [index, { kind, what }] of rows.entries()) {
      if (kind !== 'exercise') continue
      const before = rows[index - 1]
      expect(['lecture', 'predict'], what).toContain(before?.kind)
      expect(before?.minutes, what).toBeGreaterThanOrEqual(before?.kind === 'predict' ? 5 : 10)
    }
  })

  test.each(all)('$title lets nobody sit for more than 90 minutes', ({ rows }) => {
    let sat = 0
    for (const { kind, minutes } of rows) {
      sat = kind === 'break' ? 0 : sat + minutes
      expect(sat).toBeLessThanOrEqual(90)
    }
  })

  test('the two days have every exercise of the core once, in order', () => {
    const planned = modules.flatMap(({ exercises, elective }) => (elective ? [] : exercises))
    expect(planned).toHaveLength(16)
    expect(twoDays.flatMap(({ rows }) => rows.flatMap(numbersIn))).toEqual(planned)
  })

  test('the agenda of each elective module has all of its exercises that there are, in order', () => {
    for (const { number } of electives) {
      const agenda = all.find(({ title }) => title.startsWith(`Module ${number},`))
      expect(agenda?.rows.flatMap(numbersIn)).toEqual(listExercises().flatMap((exercise) => (exercise.module.number === number ? [exercise.number] : [])))
    }
  })

  test.each(all)('$title has no exercise twice, and links to their sheets', ({ rows }) => {
    const numbers = rows.flatMap(numbersIn)
    expect(new Set(numbers).size).toBe(numbers.length)
    for (const row of rows) {
      const exercise = findExercise(String(numbersIn(row)[0] ?? 'none'))
      if (exercise !== undefined) expect(row.what).toContain(`](${sheetOf(exercise)})`)
    }
  })
})

describe('the glossary', () => {
  // The vocabulary that the exercises are written in.
  const vocabulary = [
    ...['endpoint', 'handler', 'command', 'event', 'message id', 'correlation id', 'causation id', 'header'],
    ...['peek-lock', 'lock lost', 'settle', 'ack', 'abandon', 'dead-letter', 'delivery count', 'poison message', 'dead-letter queue'],
    ...['visibility timeout', 'delayed delivery', 'dispatch', 'outbox', 'inbox', 'at-least-once', 'ghost message', 'zombie record'],
    ...['idempotency key', 'optimistic concurrency', 'compensation', 'fencing token', 'saga'],
    ...['intent', 'lost message', 'reordering', 'copy', 'response', 'instance', 'process', 'consumer', 'attempt', 'ambiguous failure'],
    ...['promise', 'check', 'schedule', 'execution', 'story', 'unknown', 'rejected and refused', 'pipeline step', 'near miss', 'sheet', 'mob'],
    ...['back-off', 'transient failure', 'jitter', 'circuit breaker', 'fair queueing', 'work stealing', 'list scheduling', 'lease', 'clock skew'],
  ]
  const entries = new Map(
    Array.from(textOf('GLOSSARY.md').matchAll(/^- \*\*([^*]+)\*\*: ([\s\S]*?)(?=\n- |\n\n|\n*$(?![\s\S]))/gm), ([, term = '', text = '']) => [term, text.replace(/\s+/g, ' ')]),
  )

  test.each(vocabulary)('explains %s', (term) => {
    expect(entries.get(term)).toMatch(/\w{3}.*exercise \d\d/)
  })

  test('points from each term to the exercise that teaches it', () => {
    for (const [term, text] of entries) {
      const [, digits = ''] = /exercise (\d\d)\b[^a-z]*(?:\([^)]*\))?\.?$/.exec(text) ?? []
      const exercise = findExercise(digits)
      expect(listExercises().map(({ number }) => number), term).toContain(Number(digits))
      if (exercise !== undefined) expect(text, term).toContain(`](exercises/${exercise.folder}/README.md)`)
    }
  })
})

test('there is further reading for every module', () => {
  const headings = Array.from(textOf('FURTHER-READING.md').matchAll(/^## Module (\d+) · (.+)$/gm), ([, number, title]) => ({ number: Number(number), title }))
  expect(headings).toEqual(existingModules().map(({ number, title }) => ({ number, title })))
})

function clock(minutes: number): string {
  return `${Math.floor(minutes / 60)}:${String(minutes % 60).padStart(2, '0')}`
}

/** As GitHub makes it from a heading. */
function anchorOf(heading: string): string {
  return heading.toLowerCase().replace(/[^\p{L}\p{N} _-]/gu, '').replaceAll(' ', '-')
}

function textBetween(text: string, start: string, end: string): string {
  const from = text.indexOf(start)
  if (from < 0) return ''
  const to = text.indexOf(end, from + start.length)
  return text.slice(from, to < 0 ? undefined : to)
}
