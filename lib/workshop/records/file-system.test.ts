import { describe, expect, test } from 'vitest'
import { moveOver, type Moves } from './file-system.js'

/** A file system on which renaming fails so many times. */
function failing(times: number, code: string): { readonly moves: Moves; readonly calls: string[] } {
  const calls: string[] = []
  let left = times
  return {
    calls,
    moves: {
      rename: () => {
        calls.push('rename')
        if (left-- > 0) throw Object.assign(new Error(code), { code })
      },
      copy: () => calls.push('copy'),
      remove: () => calls.push('remove'),
      pause: () => calls.push('pause'),
    },
  }
}

describe('a file that another program has open, as on Windows', () => {
  test.each(['EPERM', 'EACCES', 'EBUSY'])('%s: is tried again after a moment', (code) => {
    const { moves, calls } = failing(2, code)
    moveOver('draft', 'file', moves)
    expect(calls).toEqual(['rename', 'pause', 'rename', 'pause', 'rename'])
  })

  test('is overwritten where it is when it stays open', () => {
    const { moves, calls } = failing(Infinity, 'EPERM')
    moveOver('draft', 'file', moves)
    expect(calls.filter((call) => call === 'rename').length).toBe(6)
    expect(calls.slice(-2)).toEqual(['copy', 'remove'])
  })

  test('what else is wrong is said at once', () => {
    const { moves, calls } = failing(1, 'ENOSPC')
    expect(() => moveOver('draft', 'file', moves)).toThrow('ENOSPC')
    expect(calls).toEqual(['rename'])
  })
})
