import { EventEmitter } from 'node:events'
import { expect, test } from 'vitest'
import { endWithReader } from './closed-pipe.js'

test.each(['EPIPE', 'EOF', 'ERR_STREAM_DESTROYED'])('%s: nobody reads any more, and nothing is said', (code) => {
  const stream = new EventEmitter()
  const codes: number[] = []
  endWithReader([stream], (exit) => codes.push(exit))
  stream.emit('error', Object.assign(new Error('write'), { code }))
  expect(codes).toEqual([141])
})

test('another error is not kept back', () => {
  const stream = new EventEmitter()
  endWithReader([stream], () => undefined)
  expect(() => stream.emit('error', Object.assign(new Error('no space'), { code: 'ENOSPC' }))).toThrow('no space')
})
