import { describe as group, expect, test } from 'vitest'
import { counters, dieHard, peterson, philosophers } from './classics.fixture.js'
import { add, check, describe, explain, ModelError, printTrace, remove, same, verify, type Specification } from './index.js'

function failure(run: () => unknown): ModelError {
  try {
    run()
  } catch (error) {
    if (error instanceof ModelError) return error
    throw error
  }
  throw new Error('nothing was thrown')
}

group('counts, as TLC gives them', () => {
  test('Die Hard: 16 distinct states; every state has six next states', () => {
    const report = check(dieHard)
    expect(report).toMatchObject({ verdict: 'holds', distinct: 16, generated: 1 + 16 * 6, depth: 8 })
  })

  test.each([
    [1, 10],
    [2, 7],
    [3, 4],
    [6, 2],
  ])('%i counters up to %i: (k + 1)ⁿ states, n · k + 1 deep', (n, k) => {
    const distinct = (k + 1) ** n
    // Every state has one next state for each counter that is not at its end: n · k · (k + 1)ⁿ⁻¹ in all.
    const generated = 1 + n * k * (k + 1) ** (n - 1)
    expect(check(counters(n, k))).toMatchObject({ verdict: 'holds', distinct, generated, depth: n * k + 1 })
  })

  test('several initial states, duplicates among them', () => {
    const report = check({
      initial: [{ n: 3 }, { n: 1 }, { n: 3 }],
      actions: { Down: ({ n }) => (n > 0 ? [{ n: n - 1 }] : []) },
      terminal: ({ n }) => n === 0,
    })
    expect(report).toMatchObject({ distinct: 4, generated: 6, depth: 2, actions: { Down: { generated: 3, distinct: 2 } } })
  })

  test('the order of properties does not make another state, the order of elements does, and so do places', () => {
    const initial: readonly unknown[] = [{ a: 1, b: [1, 2] }, { b: [1, 2], a: 1 }, { a: 1, b: [2, 1] }, { a: [1, 2], b: 1 }, [1, [2]], [[1], 2], [[1, 2]], 0.5, -0.5, '0.5', null, false, 0, '', [], {}]
    expect(check<unknown>({ initial, actions: { Stay: (state) => [state] } }).distinct).toBe(initial.length - 1)
  })
})

group('invariants', () => {
  test('the shortest way to four gallons, step by step', () => {
    const report = check({ ...dieHard, invariants: { 'no four gallons': ({ big }) => big !== 4 } })
    expect(report.verdict).toBe('broken')
    expect(report.findings.map(explain).join('\n')).toBe(
      [
        '✗ no four gallons',
        '  no four gallons is false after 6 steps, the last of them BigToSmall.',
        '',
        '   1  at first',
        '        small  0',
        '        big    0',
        '   2  FillBig',
        '        big  0 → 5',
        '   3  BigToSmall',
        '        small  0 → 3',
        '        big    5 → 2',
        '   4  EmptySmall',
        '        small  3 → 0',
        '   5  BigToSmall',
        '        small  0 → 2',
        '        big    2 → 0',
        '   6  FillBig',
        '        big  0 → 5',
        '   7  BigToSmall',
        '        small  2 → 3',
        '        big    5 → 4',
        '',
        '  This run is possible, so it will happen. No shorter run breaks no four',
        '  gallons: every state that fewer steps can reach was seen, and was fine.',
        '  Read the run from the end: is the last step wrong, or did an earlier one leave',
        '  it no choice? And if every step is right, then no four gallons asks for too',
        '  much.',
      ].join('\n'),
    )
  })

  test('an initial state can be wrong already', () => {
    const error = failure(() => verify({ ...dieHard, invariants: { 'never empty': ({ big }) => big > 0 } }))
    expect(error.kind).toBe('invariant')
    expect(error.message).toContain('false before anything has happened')
  })

  test('Peterson keeps the two apart', () => {
    expect(verify(peterson('every action')).verdict).toBe('holds')
  })

  test('whenever …, then …: judged where it applies', () => {
    const full = { when: ({ big }: { big: number }) => big === 5, holds: ({ small }: { small: number }) => small <= 3 }
    expect(verify({ ...dieHard, invariants: { full } }).verdict).toBe('holds')
    expect(failure(() => verify({ ...dieHard, invariants: { full: { ...full, holds: ({ small }) => small < 3 } } })).kind).toBe('invariant')
  })
})

group('deadlock', () => {
  test.each([2, 3, 4, 5])('%i philosophers all hold their left fork after as many steps', (n) => {
    const report = check(philosophers(n))
    expect(report.findings).toMatchObject([{ kind: 'deadlock' }])
    expect(report.findings[0]?.trace?.steps).toHaveLength(n + 1)
    expect(report.findings[0]?.trace?.steps.slice(1).map(({ action }) => action)).toEqual(Array(n).fill('TakeLeft'))
  })

  test('a terminal state is an end, not a deadlock', () => {
    const one = counters(1, 1)
    expect(check(one).verdict).toBe('holds')
    expect(check({ initial: one.initial, actions: one.actions }).findings).toMatchObject([{ kind: 'deadlock' }])
  })

  test('a step that changes nothing is a step', () => {
    expect(check({ initial: [0], actions: { Stay: (state: number) => [state] } })).toMatchObject({ verdict: 'holds', generated: 2, distinct: 1 })
  })
})

group('leads to', () => {
  const waits = 'who wants gets in'

  test('Peterson: kept with fairness; without it the run may stop', () => {
    expect(check(peterson('every action')).verdict).toBe('holds')
    const [finding] = check(peterson()).findings
    expect(finding).toMatchObject({ kind: 'leads-to', name: waits, trace: { loopsTo: 'stops' } })
    expect(finding?.explanation.next).toContain('No action is declared fair')
  })

  test('without the turn both may wait: no loop, no fair action enabled, a plain standstill', () => {
    const findings = check({ ...peterson('every action', false), terminal: () => true }).findings
    expect(findings).toMatchObject([{ kind: 'leads-to', name: waits, trace: { loopsTo: 'stops' } }])
    expect(findings[0]?.trace?.steps).toHaveLength(5)
  })

  /** A server takes one of two customers again and again. Fair to its own action, it may still forget the second customer. */
  const server = (actions: 'one' | 'two'): Specification<{ served: 'nobody' | 'anne' | 'bob' }> => ({
    initial: [{ served: 'nobody' }],
    actions:
      actions === 'one'
        ? { *Serve({ served }) { if (served === 'nobody') yield* [{ served: 'anne' }, { served: 'bob' }] }, Free: ({ served }) => (served === 'nobody' ? [] : [{ served: 'nobody' }]) }
        : {
            ServeAnne: ({ served }) => (served === 'nobody' ? [{ served: 'anne' }] : []),
            ServeBob: ({ served }) => (served === 'bob' ? [] : [{ served: 'bob' }]),
            Free: ({ served }) => (served === 'nobody' ? [] : [{ served: 'nobody' }]),
          },
    leadsTo: { 'bob is served': { from: () => true, to: ({ served }) => served === 'bob' } },
    fairness: 'every action',
  })

  test('fairness is by name: an action that takes either of two may take the same one for ever', () => {
    const [finding] = check(server('one')).findings
    expect(finding).toMatchObject({ kind: 'leads-to', trace: { loopsTo: 0 } })
    expect(finding?.trace?.steps.map(({ action }) => action)).toEqual([null, 'Serve', 'Free'])
    expect(finding?.trace && printTrace(finding.trace)).toContain('… and from here back to 1, for ever.')
  })

  test('an action of its own that stays enabled is taken in the end', () => {
    expect(check(server('two')).verdict).toBe('holds')
    expect(check({ ...server('two'), fairness: ['ServeAnne', 'Free'] }).verdict).toBe('broken')
  })

  test('every state has a way out does not mean that it is taken', () => {
    const walk = (fairness: readonly string[]): Specification<{ at: number }> => ({
      initial: [{ at: 0 }],
      actions: {
        Right: ({ at }) => (at < 3 ? [{ at: at + 1 }] : []),
        Left: ({ at }) => (at > 0 && at < 3 ? [{ at: at - 1 }] : []),
      },
      terminal: ({ at }) => at === 3,
      leadsTo: { 'gets to 3': { from: () => true, to: ({ at }) => at === 3 } },
      fairness,
    })
    expect(check(walk([])).findings).toMatchObject([{ trace: { loopsTo: 'stops' } }])
    expect(check(walk(['Right', 'Left'])).findings).toMatchObject([{ trace: { loopsTo: 0 } }])
  })

  test('a promise whose beginning never comes is not kept but unknown', () => {
    const report = check({ ...server('two'), leadsTo: { never: { from: () => false, to: () => false } } })
    expect(report).toMatchObject({ verdict: 'unknown', findings: [{ kind: 'vacuous', name: 'never' }] })
  })
})

group('neither passed nor failed', () => {
  const parts = { actions: { Up: ({ n }: { n: number }) => (n < 3 ? [{ n: n + 1 }] : []), Never: () => [] }, terminal: () => true }

  test('an action that is never enabled', () => {
    const report = check({ initial: [{ n: 0 }], ...parts })
    expect(report).toMatchObject({ verdict: 'unknown', findings: [{ kind: 'never-enabled', name: 'Never' }] })
    expect(describe(report)).toContain('? Never\n  The action Never was not enabled in any reachable state.')
  })

  test('an invariant that never has anything to say', () => {
    const invariants = { 'large is even': { when: ({ n }: { n: number }) => n > 3, holds: ({ n }: { n: number }) => n % 2 === 0 } }
    const report = check({ initial: [{ n: 0 }], actions: { Up: parts.actions.Up }, terminal: () => true, invariants })
    expect(report).toMatchObject({ verdict: 'unknown', findings: [{ kind: 'vacuous', name: 'large is even' }] })
  })

  test('an endless state space names what grows, and not what does not', () => {
    const endless: Specification<{ attempt: number; log: readonly string[]; busy: boolean; small: number }> = {
      initial: [{ attempt: 0, log: [], busy: false, small: 0 }],
      actions: {
        Try: (state) => [{ ...state, attempt: state.attempt + 1, busy: !state.busy, small: (state.small + 1) % 3 }],
        Log: (state) => (state.busy ? [{ ...state, log: [...state.log, 'x'], busy: false }] : []),
      },
    }
    const error = failure(() => verify(endless, { maxStates: 2000 }))
    expect(error.kind).toBe('limit')
    expect(error.message).toContain('Stopped after 2,000 distinct states')
    expect(error.message).toContain('attempt (')
    expect(error.message).toContain('length of log (')
    expect(error.message).not.toMatch(/busy|small/)
  })

  test('a large space in which nothing grows says so', () => {
    const ring: Specification<{ bits: readonly boolean[] }> = {
      initial: [{ bits: Array.from({ length: 16 }, () => false) }],
      actions: { *Flip({ bits }) { for (const [at, bit] of bits.entries()) yield { bits: bits.with(at, !bit) } } },
    }
    expect(failure(() => verify(ring, { maxStates: 1000 })).explanation.why).toContain('the space may just be large')
  })

  test('what should happen sometimes, and never does, is broken', () => {
    const sometimes = { 'reaches 3': ({ n }: { n: number }) => n === 3, 'reaches 4': ({ n }: { n: number }) => n === 4 }
    const report = check({ initial: [{ n: 0 }], actions: { Up: parts.actions.Up }, terminal: () => true, sometimes })
    expect(report).toMatchObject({ verdict: 'broken', findings: [{ kind: 'unreached', name: 'reaches 4' }] })
  })
})

group('a specification that is none', () => {
  const spec = (next: (state: { list: number[] }) => unknown): Specification<unknown> => ({
    initial: [{ list: [1] }],
    actions: { Step: (state) => [next(state as { list: number[] })] },
  })

  test.each<[string, () => unknown, string]>([
    ['undefined', () => ({ list: undefined }), 'undefined at state.list'],
    ['NaN', () => ({ list: [1, NaN] }), 'NaN at state.list[1]'],
    ['a Set', () => ({ list: new Set() }), 'a Set at state.list'],
    ['a function', () => ({ list: () => 1 }), 'a function at state.list'],
    ['nothing at all', () => undefined, 'undefined at state'],
  ])('%s in a state', (_, next, found) => {
    const error = failure(() => check(spec(next)))
    expect(error.kind).toBe('specification')
    expect(error.message).toContain(`A state from the action Step has ${found}.`)
  })

  test('an action that changes the state it was given', () => {
    const error = failure(() => check(spec((state) => (state.list.push(2), { list: [3] }))))
    expect(error.message).toContain('The action Step changed the state that it was given.')
  })

  test('an action that throws, with the place and the state', () => {
    const error = failure(() => check(spec(() => { throw new TypeError('no such message') })))
    expect(error.message).toMatch(/^The action Step threw TypeError: no such message \(at .*check\.test/)
    expect(error.message).toContain('{list: [1]}')
  })

  test('an action that depends on something else than the state', () => {
    let calls = 0
    const fickle: Specification<{ n: number }> = {
      initial: [{ n: 0 }],
      actions: { Step: ({ n }) => [{ n: n + (calls++ === 0 ? 1 : 2) }] },
      invariants: { 'still 0': ({ n }) => n === 0 },
    }
    expect(failure(() => check(fickle)).message).toContain('gave other next states when it was asked a second time')
  })

  test('an invariant without a return, no initial state, an unknown fair action', () => {
    const forgetful = (() => undefined) as unknown as () => boolean
    expect(failure(() => check({ ...dieHard, invariants: { forgetful } })).message).toContain('The invariant forgetful answered undefined')
    expect(failure(() => check({ ...dieHard, initial: [] })).message).toContain('no initial state')
    expect(failure(() => check({ ...dieHard, fairness: ['Fil'] })).message).toContain('The actions are: FillSmall')
  })
})

group('sets as plain data', () => {
  test('in one order, without duplicates, whatever they hold', () => {
    const one = add(add(add<unknown>([], { b: 2, a: [1] }), 'x'), 3)
    const other = add(add(add<unknown>([], 3), { a: [1], b: 2 }), 'x')
    expect(one).toEqual(other)
    expect(add(one, { b: 2, a: [1] })).toBe(one)
    expect(remove(one, { b: 2, a: [1] })).toEqual([3, 'x'])
    expect(remove(one, 4)).toBe(one)
    expect([5, 10, 1, 5].reduce(add<number>, [])).toEqual([1, 5, 10])
    expect(same({ a: 1, b: null }, { b: null, a: 1 })).toBe(true)
    expect(same({ a: 1 }, { a: 1, b: 2 })).toBe(false)
    expect(same([], {})).toBe(false)
  })
})
