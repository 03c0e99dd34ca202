import { describe, expect, test } from 'vitest'
import { endpoint, put } from '../index.js'
import { explore } from '../exploration/index.js'
import { tell } from '../exploration/fixtures/stories.js'
import type { HandlerContext } from '../index.js'
import { drive, findDrain } from './drive.js'
import { Execution } from './execution.js'
import type { Stage } from './globals.js'
import { World } from './world.js'

/** Runs a handler against one that commits at once, and says which of the two was first in the store. */
async function run(before: (context: HandlerContext) => Promise<void>): Promise<unknown> {
  const worker = endpoint('worker', {
    async Go(_message, context) {
      await before(context)
      await context.store.commit(put('things', 'x', 'patient'))
    },
  }, { instances: 1 })
  const { end, schedule } = await tell({ nodes: [worker], scenario: ({ send }) => send('worker', { type: 'Go' }) })
  expect(schedule).toHaveLength(4) // send, receive, commit, ack
  return end.stores['worker']?.['things']
}

const patient = [{ id: 'x', version: 1, value: 'patient' }]

describe('code between two operations runs to its end before anything else happens', () => {
  test('however many promises it awaits', async () => {
    expect(
      await run(async () => {
        for (let turn = 0; turn < 1_000; turn++) await Promise.resolve(turn)
      }),
    ).toEqual(patient)
  })

  test('in chains, in parallel, and through generators', async () => {
    async function* numbers(): AsyncGenerator<number> {
      for (let number = 0; number < 20; number++) yield await Promise.resolve(number)
    }
    expect(
      await run(async () => {
        const deep = async (depth: number): Promise<number> => (depth === 0 ? 0 : 1 + (await deep(depth - 1)))
        await Promise.all(Array.from({ length: 20 }, (_, depth) => deep(depth)))
        for await (const _number of numbers()) await Promise.allSettled([Promise.reject(new Error('no')), Promise.resolve()])
      }),
    ).toEqual(patient)
  })

  test('through process.nextTick and queueMicrotask', async () => {
    expect(
      await run(async () => {
        for (let turn = 0; turn < 20; turn++) {
          await new Promise<void>((resolve) => process.nextTick(resolve))
          await new Promise<void>((resolve) => queueMicrotask(resolve))
        }
      }),
    ).toEqual(patient)
  })
})

describe('what nobody handles comes to light', () => {
  const check = (handler: () => void) => explore({ system: () => [endpoint('worker', { Go: async () => handler() })], scenario: ({ send }) => send('worker', { type: 'Go' }), atRest: { kept: () => true } })

  test('a rejected promise', async () => {
    const fails = (): Promise<never> => Promise.reject(new RangeError('too far'))
    expect(
      await check(() => {
        void fails()
      }),
    ).toMatchObject({ verdict: 'misuse', kind: 'unhandled-rejection', explanation: { what: 'A promise was rejected and nobody handled it: RangeError: too far.' } })
  })

  test('an error in a timer', async () => {
    expect(
      await check(() => {
        setTimeout(() => {
          throw new RangeError('too late')
        }, 100)
      }),
    ).toMatchObject({ verdict: 'misuse', kind: 'unhandled-rejection', explanation: { what: expect.stringContaining('RangeError: too late') as string } })
  })

  test('and the process around it keeps its own listeners', async () => {
    const listeners = process.listeners('unhandledRejection')
    await check(() => undefined)
    expect(process.listeners('unhandledRejection')).toEqual(listeners)
  })
})

describe('both ways to know that the microtask queue is empty', () => {
  const ways = { 'the callback of ticks': findDrain(process), 'a tick after each step': null }
  test('this version of Node.js has the first, and it is found by its name alone', () => {
    expect(ways['the callback of ticks']).toBeTypeOf('function')
    expect(findDrain({})).toBeNull()
  })

  for (const [name, drain] of Object.entries(ways)) {
    test(`${name}: code between two steps has run to its end, and ends in the order of the steps`, async () => {
      const seen: string[] = []
      const execution = new Execution(new World([]), false)
      const later = async (turns: number): Promise<void> => {
        for (let turn = 0; turn < turns; turn++) await Promise.resolve()
        seen.push(`after ${turns}`)
      }
      const steps = [100, 3, 0]
      await drive(
        execution,
        { execution: undefined },
        () => {
          const turns = steps.shift()
          seen.push('rest')
          if (turns !== undefined) void later(turns)
          return turns !== undefined
        },
        drain,
      )
      expect(seen).toEqual(['rest', 'after 100', 'rest', 'after 3', 'rest', 'after 0', 'rest'])
      expect(execution.over).toBe(true)
    })

    test(`${name}: an error ends it, and the stage is empty again`, async () => {
      const stage: Stage = { execution: undefined }
      const run = drive(new Execution(new World([]), false), stage, () => { throw new RangeError('broken') }, drain)
      await expect(run).rejects.toThrow('broken')
      expect(stage.execution).toBeUndefined()
    })
  }
})
