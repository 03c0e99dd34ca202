import { expect, test } from 'vitest'
import { withoutNativeTraces } from './native-traces.js'

/** What is left of a text that comes in pieces. */
function filter(...pieces: readonly string[]): string {
  let shown = ''
  const stream = withoutNativeTraces({ write: (text) => (shown += text) })
  for (const piece of pieces) stream.write(piece)
  stream.end()
  return shown
}

test('what process.abort prints is left out, what somebody wrote is not', () => {
  const trace = '----- Native stack trace -----\n\n 1: 0xd3a3c0  [/usr/bin/node]\n\n----- JavaScript stack trace -----\n\n1: file:///tmp/checks.mjs:23:9\n2: run (node:internal/modules/esm/module_job:325:25)\n\n\n'
  expect(filter(`before\n${trace}after\n`)).toBe('before\nafter\n')
  expect(filter('before\n-----', ' Native stack trace -----\n 1: 0xd3', 'a3c0 [node]\nlast')).toBe('before\nlast')
})

test('so is what V8 prints when the heap is full', () => {
  const trace = [
    '<--- Last few GCs --->',
    '',
    '[31:0x2a] 900 ms: Mark-Compact 45.1 (46.2) -> 44.9 (46.5) MB',
    '',
    '<--- JS stacktrace --->',
    '',
    'FATAL ERROR: Reached heap limit Allocation failed - JavaScript heap out of memory',
    '----- Native stack trace -----',
    ' 1: 0xca5580 node::Abort() [/usr/bin/node]',
    '',
  ]
  expect(filter(trace.join('\n'))).toBe('')
})

test('lines that only look like it stay', () => {
  const text = '1: one\n[2] two\nno ----- Native stack trace -----\n\n'
  expect(filter(text)).toBe(text)
})
