import { PassThrough } from 'node:stream'
import { describe, expect, test } from 'vitest'
import { meaningOf, watchKeys } from './watch.js'

class Keyboard extends PassThrough {
  raw = false
  setRawMode(raw: boolean): this {
    this.raw = raw
    return this
  }
}

describe('keys while files are watched', () => {
  test.each([
    ['q', 0],
    ['\u0003', 130], // Ctrl-C
    ['\u0004', 130], // Ctrl-D
  ])('%j ends it, whatever is under way', async (text, code) => {
    const input = new Keyboard()
    const watch = watchKeys(() => undefined, input)
    expect(input.raw).toBe(true)
    input.write(text)
    expect(await watch.ended).toBe(code)
    watch.close()
    expect(input.raw).toBe(false)
  })

  test('a and Enter run again, others do nothing', async () => {
    const input = new Keyboard()
    const runs: string[] = []
    const watch = watchKeys(() => runs.push('run'), input)
    input.write('a')
    input.write('x')
    input.write('\r')
    input.write('q')
    await watch.ended
    watch.close()
    expect(runs).toEqual(['run', 'run'])
  })

  test('Escape ends it too', () => {
    expect(meaningOf({ name: 'escape' })).toBe('end')
    expect(meaningOf({ name: 'q', ctrl: true })).toBeUndefined()
  })
})
