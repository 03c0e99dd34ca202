import { execFile } from 'node:child_process'
import { fileURLToPath } from 'node:url'
import { promisify } from 'node:util'
import { describe, expect, test } from 'vitest'
import { endpoint, put, service } from '../index.js'
import { manifold } from './fixtures/manifold.js'
import { tellAll } from './fixtures/stories.js'
import { explore, replay, type CheckOptions, type Finding } from './index.js'

async function broken(options: CheckOptions): Promise<Extract<Finding, { verdict: 'broken' }>> {
  const finding = await explore(options)
  if (finding.verdict !== 'broken') throw new Error(`The verdict is ${finding.verdict}.`)
  return finding
}

describe('the same schedule gives the same trace', () => {
  test('every execution of a system, told twice', async () => {
    const system = () => ({ nodes: manifold.system(), scenario: manifold.scenario as Parameters<typeof tellAll>[0]['scenario'], faults: { crashes: 1 } })
    expect(JSON.stringify(await tellAll(system()))).toBe(JSON.stringify(await tellAll(system())))
  })

  test('as it was found, replayed', async () => {
    const { schedule, trace } = await broken(manifold)
    const again = await replay(manifold, schedule)
    expect(again.schedule).toEqual(schedule)
    expect(JSON.stringify(again.trace)).toBe(JSON.stringify(trace))
  })

  test('byte for byte, in another process', async () => {
    const { schedule, trace } = await broken(manifold)
    const script = fileURLToPath(new URL('./fixtures/replay-in-another-process.ts', import.meta.url))
    const { stdout } = await promisify(execFile)(process.execPath, ['--import', 'tsx', script, JSON.stringify(schedule)], { maxBuffer: 2 ** 24 })
    expect(stdout).toBe(JSON.stringify(trace))
  })

  test('and the same search finds the same, with the same numbers', async () => {
    expect(JSON.stringify(await explore(manifold))).toBe(JSON.stringify(await explore(manifold)))
  })
})

describe('a schedule that no longer fits', () => {
  test('says what was expected and what was found', async () => {
    const { schedule } = await broken(manifold)
    const changed: CheckOptions = {
      ...manifold,
      system: () => [service('web', { 'POST /orders': (_request, { store }) => store.get('orders', 'other').then(() => ({ status: 200 })) }), ...manifold.system().slice(1)],
    }
    await expect(replay(changed, schedule)).rejects.toThrow(/^Step \d+ of the recorded story does not fit any more: expected ".*", found ".*"/)
  })

  test('a story that is longer than the code goes now', async () => {
    const { schedule } = await broken(manifold)
    await expect(replay({ ...manifold, scenario: () => Promise.resolve() }, schedule)).rejects.toThrow(/expected ".*", found nothing that could happen/)
  })
})

describe('code that does not do the same twice is found out', () => {
  const twoMessages: Pick<CheckOptions, 'scenario' | 'faults' | 'atRest'> = {
    async scenario({ send }) {
      await send('worker', { type: 'Go' })
      await send('worker', { type: 'Go' })
    },
    faults: { crashes: 1 },
    atRest: { kept: () => true },
  }

  test('a variable at module level', async () => {
    let count = 0
    const worker = endpoint('worker', {
      async Go(_message, { store }) {
        count += 1
        await store.commit(put('things', `x${count}`, {}))
      },
    })
    expect(await explore({ ...twoMessages, system: () => [worker] })).toMatchObject({
      verdict: 'misuse',
      kind: 'not-deterministic',
      explanation: {
        what: expect.stringContaining('the code did not do the same') as string,
        why: expect.stringContaining('a variable at module level that outlives a process (in production a crash empties it') as string,
        next: expect.stringContaining('the factory form') as string,
      },
    })
  })

  test('real chance, taken before the simulation began', async () => {
    const random = Math.random.bind(Math)
    const worker = endpoint('worker', { Go: (_message, { store }) => store.commit(put('things', String(random()), {})).then(() => undefined) })
    expect(await explore({ ...twoMessages, system: () => [worker] })).toMatchObject({ verdict: 'misuse', kind: 'not-deterministic' })
  })
})
