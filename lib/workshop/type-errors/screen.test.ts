import { Chalk } from 'chalk'
import { describe, expect, test } from 'vitest'
import { displayWidth } from '../../story/width.js'
import { listExercises } from '../exercises.js'
import type { Terminal } from '../screen/terminal.js'
import type { TypeCheck } from './beside-run.js'
import { typesBeside } from './screen.js'
import { typeLines, type TypeProblem } from './type-problem.js'

const printed: string[] = []
const nothing = (): void => undefined
const terminal: Terminal = { width: 80, colour: false, paint: new Chalk({ level: 0 }), interactive: false, print: (text) => printed.push(text), complain: nothing, wipe: nothing, whisper: nothing }
const problem: TypeProblem = { file: 'submit-cart.ts', line: 7, message: "Property 'gett' does not exist on type 'StoreContext'. Did you mean 'get'?" }
const exercises = listExercises().slice(0, 1)

describe('type errors', () => {
  test('have a line each, with their place', () => {
    expect(typeLines([problem], terminal)).toEqual(['! one type error; checks run all the same', "  submit-cart.ts:7  Property 'gett' does not exist on type 'StoreContext'. Did…"])
  })

  test('do not fill the screen', () => {
    const lines = typeLines(Array<TypeProblem>(9).fill(problem), terminal)
    expect(lines.length).toBe(7)
    expect(lines.at(-1)).toContain('and 4 more')
    expect(lines.filter((line) => displayWidth(line) > 80)).toEqual([])
  })
})

describe('beside a run', () => {
  const known = (problems: readonly TypeProblem[] | undefined): TypeCheck => ({ within: async () => problems })

  test('they come below the verdict', async () => {
    printed.length = 0
    const types = typesBeside(exercises, terminal, () => known([problem]))
    types.begin()
    await types.show()
    expect(printed).toEqual([`\n${typeLines([problem], terminal).join('\n')}`])
  })

  test.each([[[]], [undefined]])('nothing is said when there are none, or none are known: %j', async (problems) => {
    printed.length = 0
    const types = typesBeside(exercises, terminal, () => known(problems))
    types.begin()
    await types.show()
    expect(printed).toEqual([])
  })

  test('those of an earlier run are given up', async () => {
    printed.length = 0
    const waits: number[] = []
    let answer: (problems: readonly TypeProblem[]) => void = () => undefined
    const late = new Promise<readonly TypeProblem[]>((resolve) => {
      answer = resolve
    })
    const types = typesBeside(exercises, terminal, () => ({ within: (milliseconds) => (waits.push(milliseconds), late) }))
    types.begin()
    const shown = types.show()
    types.begin()
    answer([problem])
    await shown
    expect(waits.at(-1)).toBe(0)
    expect(printed).toEqual([])
  })

  test('where several exercises are judged nobody asks for them', async () => {
    const asked: string[] = []
    const types = typesBeside(listExercises().slice(0, 2), terminal, ({ name }) => (asked.push(name), known([])))
    types.begin()
    await types.show()
    expect(asked).toEqual([])
  })
})
