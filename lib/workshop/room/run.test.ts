import { Chalk } from 'chalk'
import { expect, test } from 'vitest'
import type { Terminal } from '../screen/terminal.js'
import { closedText, notOpened, openText } from './run.js'

const nothing = (): void => undefined
const screen: Terminal = { width: 80, colour: false, paint: new Chalk({ level: 0 }), interactive: false, print: nothing, complain: nothing, wipe: nothing, whisper: nothing }
const plain = (text: string): string => text.replace(/\s+/g, ' ').trim()
const lan = { address: '192.168.1.20', name: 'en0' }
const others = [lan, { address: '10.0.0.5', name: 'en7' }]

test('an open room says where it is, how to join it, and where else it could be', () => {
  const text = openText(lan, 4000, { code: 'KLEF', began: new Date(2026, 10, 21, 9, 5).getTime(), people: 0 }, screen, others)
  expect(text.split('\n')).toEqual([
    'The room is open: http://192.168.1.20:4000/  code KLEF',
    '',
    'With the code in it, for your own browser:',
    '  http://192.168.1.20:4000/#KLEF',
    'Everybody who wants to be seen types in their own clone:',
    '  npm run join -- 192.168.1.20:4000 --code KLEF --name Ada',
    '',
    'It listens on 192.168.1.20 (en0) alone.',
    'If others cannot reach it, there is also --host 10.0.0.5 (en7).',
    'Nobody has joined yet.',
    'Ctrl-C closes it; npm run room opens it again with everybody in it.',
  ])
  const again = openText({ address: 'fe80::1', name: 'en0' }, 4001, { code: 'KLEF', began: new Date(2026, 10, 21, 9, 5).getTime(), people: 12 }, { ...screen, width: 50 }, others)
  expect(again).toContain('http://[fe80::1]:4001/#KLEF')
  expect(plain(again)).toContain('there are also --host 192.168.1.20 (en0), --host 10.0.0.5 (en7).')
  expect(plain(again)).toContain('It goes on with 12 people, from 2026-11-21 09:05. --new begins an empty room.')
  expect(again.split('\n').filter((line) => line.length > 50 && !/http:|npm run join/.test(line))).toEqual([])
})

test.each([
  [0, 'The room is closed. Nobody had joined.'],
  [1, 'The room is closed. One person has joined.'],
  [12, 'The room is closed. 12 people have joined.'],
])('a room that is closed says how many had joined: %i', (count, text) => {
  expect(closedText(count, screen).split('\n')).toEqual([text, '  npm run room             opens it again', '  npm run room -- --csv    who has reached what, for a spreadsheet', '  npm run room -- --json   the same, with every detail'])
})

test.each([
  ['EADDRINUSE', 4000, 'Port 4000 of 192.168.1.20 is in use.\nAnother program listens there, so the room cannot be reached at it.\nTake another port: npm run room -- --port 4001'],
  ['EADDRINUSE', 65_535, 'Port 65535 of 192.168.1.20 is in use.\nAnother program listens there, so the room cannot be reached at it.\nTake another port: npm run room -- --port 4000'],
  ['EACCES', 80, 'Port 80 must not be used by you.\nPorts below 1024 are often for administrators only.\nTake another port: npm run room -- --port 4000'],
  ['EADDRNOTAVAIL', 4000, 'The room cannot listen on 192.168.1.20, port 4000: gone.\nNobody could reach it.\nnpm run room -- --host 127.0.0.1 opens it for this machine alone.'],
])('%s at port %i is explained', (code, port, text) => {
  const error = notOpened(Object.assign(new Error('gone'), { code }), '192.168.1.20', port)
  expect([error.message, error.exitCode]).toEqual([text, 1])
})
