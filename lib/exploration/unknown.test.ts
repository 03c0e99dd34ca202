import { describe, expect, test } from 'vitest'
import { endpoint, insert } from '../index.js'
import { check, explore, type CheckOptions } from './index.js'

const orders = endpoint('orders', {
  async Submit(_message: { readonly type: string }, context) {
    await context.store.commit(insert('orders', context.messageId, {}))
  },
})

const sound: CheckOptions = {
  system: () => [orders],
  scenario: ({ send }) => send('orders', { type: 'Submit' }),
  faults: { copies: 1 },
  atRest: { kept: () => true },
}

describe('a pass is never luck', () => {
  test('what a pass rests on is said', async () => {
    expect(await explore(sound)).toMatchObject({
      verdict: 'passed',
      evidence: expect.stringMatching(/^exhaustive: all \d+ executions within 1 copy · \d+ cop(y|ies) happened · \d+ states/) as string,
    })
  })

  test('nothing happened', async () => {
    expect(await explore({ ...sound, scenario: () => Promise.resolve() })).toMatchObject({
      verdict: 'unknown',
      explanation: { what: 'Nothing happened: no message was sent and no request was made.' },
    })
  })

  test('no fault was possible', async () => {
    expect(await explore({ ...sound, faults: { ambiguousCommits: 1 }, system: () => [endpoint('orders', { Submit: () => Promise.resolve() })] })).toMatchObject({
      verdict: 'unknown',
      explanation: { what: 'None of the faults could happen, because the code did nothing that they could happen to.' },
    })
  })

  test('one of several faults was not possible: a pass, which says so', async () => {
    expect(await explore({ ...sound, faults: { copies: 1, lostResponses: 1 } })).toMatchObject({
      verdict: 'passed',
      evidence: expect.stringContaining('nothing that a lost response could happen to') as string,
    })
  })

  test('a limit was hit', async () => {
    expect(await explore({ ...sound, faults: { copies: 1, crashes: 2 }, limit: 10 })).toMatchObject({
      verdict: 'unknown',
      coverage: { complete: false },
      explanation: {
        what: expect.stringMatching(/^Not exhaustive: stopped after \d+ executions, with at least [1-9]\d* more to try\.$/) as string,
        why: expect.stringContaining('300 schedules drawn at random broke nothing either. That is weaker evidence') as string,
        next: expect.stringContaining('Your code may well be right.') as string,
      },
    })
  })

  test('a limit is certain to be hit: then nobody waits for it', async () => {
    const finding = await explore({ ...sound, faults: { copies: 2, crashes: 3 }, limit: 60 })
    expect(finding).toMatchObject({ verdict: 'unknown', coverage: { complete: false } })
    const { executions = 0 } = finding.verdict === 'unknown' ? (finding.coverage ?? {}) : {}
    expect(executions).toBeGreaterThanOrEqual(6)
    expect(executions).toBeLessThan(60)
  })

  test('a limit was hit, and a schedule drawn at random breaks a promise: then it is broken', async () => {
    const twice = endpoint('orders', {
      async Submit(_message: { readonly type: string }, { store }) {
        await store.commit(insert('orders', crypto.randomUUID(), {}))
      },
    })
    const options: CheckOptions = { ...sound, system: () => [twice], limit: 1, atRest: { 'one order': ({ stores }) => stores['orders']?.ids('orders').length === 1 || 'two orders' } }
    const finding = await explore(options)
    expect(finding).toMatchObject({ verdict: 'broken', violation: { promise: 'one order' } })
    expect(await explore(options)).toEqual(finding)
  })

  test('without a promise, or with options that do not exist, there is no verdict at all', async () => {
    const { atRest: _, ...promiseless } = sound
    await expect(explore(promiseless)).rejects.toThrow('check() was called without a promise.')
    await expect(explore({ ...sound, atRest: {} })).rejects.toThrow('check() was called without a promise.')
    const misspelt = { ...sound, fauls: { crashes: 1 } }
    await expect(explore(misspelt)).rejects.toThrow('check() has no option fauls.')
    await expect(explore({ ...sound, faults: { crashes: -1 } })).rejects.toThrow('The budget of crashes is -1.')
    await expect(explore({ ...sound, clockSkew: { orders: 0.5 } })).rejects.toThrow('The clockSkew of orders is 0.5.')
    await expect(explore({ ...sound, longestStall: { orders: -1 } })).rejects.toThrow('The longestStall of orders is -1.')
    await expect(explore({ ...sound, longestStall: { ordes: 1_000 } })).rejects.toThrow('clockSkew or longestStall names ordes, which is no part of the system.')
    const unheardOf = { crashes: 1, meteorites: 1 }
    await expect(explore({ ...sound, faults: unheardOf })).rejects.toThrow('There is no fault called meteorites.')
  })

  test('a check that answers neither true nor a sentence is a mistake in the check', async () => {
    const forgetful = (() => undefined) as unknown as () => true
    await expect(explore({ ...sound, atRest: { forgetful } })).rejects.toThrow('The promise "forgetful" was judged with undefined.')
    await expect(explore({ ...sound, atRest: { mute: () => '' } })).rejects.toThrow('The promise "mute" was judged with an empty text.')
    const clumsy = (): true => {
      throw new TypeError('Cannot read properties of undefined')
    }
    await expect(explore({ ...sound, atRest: { clumsy } })).rejects.toThrow(/The promise "clumsy" could not be judged.*\nThis is a mistake in the check, not in the code that it judges\./)
  })

  test('check() throws for unknown as it does for broken, under another name', async () => {
    await expect(check({ ...sound, scenario: () => Promise.resolve() })).rejects.toMatchObject({ name: 'Unknown', message: expect.stringMatching(/^\? neither kept nor broken: unknown\n\nNothing happened/) as string })
    await expect(check({ ...sound, atRest: { never: () => 'it happened' } })).rejects.toMatchObject({ name: 'BrokenPromise', message: expect.stringMatching(/^✗ never/) as string })
  })
})
