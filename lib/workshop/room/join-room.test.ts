import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { createServer as createHttpServer } from 'node:http'
import { createServer, type AddressInfo, type Server } from 'node:net'
import { once } from 'node:events'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { Chalk } from 'chalk'
import { afterAll, afterEach, beforeEach, describe, expect, test, vi } from 'vitest'
import { openRoom, type OpenRoom } from './fixtures/open-room.js'
import type { Terminal } from '../screen/terminal.js'

// A clone of its own for this file: its records, and nothing else.
const records = mkdtempSync(join(tmpdir(), 'joined-'))
vi.stubEnv('WORKSHOP_RECORDS', records)
const [{ joinRoom, leaveRoom, stateText }, { tellJoined }, { mostUntold, untold, writeDown }, { readJoined }, { forgetJoined }] = await Promise.all([import('./join-room.js'), import('./send-reports.js'), import('./outbox.js'), import('./joined.js'), import('./joined.js')])

const printed: string[] = []
const nothing = (): void => undefined
const screen: Terminal = { width: 80, colour: false, paint: new Chalk({ level: 0 }), interactive: false, print: (text) => printed.push(text), complain: nothing, wipe: nothing, whisper: nothing }
const plain = (text: string): string => text.replace(/\s+/g, ' ').trim()
const hint = { command: 'hint', exercise: 'exercise-01' } as const

let room: OpenRoom
const servers: Server[] = []
beforeEach(async () => {
  printed.length = 0
  forgetJoined()
  room = await openRoom()
})
afterEach(async () => {
  await room.remove()
  for (const server of servers.splice(0)) server.close()
})
afterAll(() => {
  vi.unstubAllEnvs()
  rmSync(records, { recursive: true, force: true })
})

const address = (): string => `127.0.0.1:${room.port}`
const joinAs = (name: string, at = address(), code = room.code): Promise<string> => joinRoom({ address: at, code, name }, screen)
const reports = (): readonly number[] => room.room.people.map((person) => person.reports)
const listening = async (server: Server): Promise<string> => {
  servers.push(server)
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  return `127.0.0.1:${(server.address() as AddressInfo).port}`
}
const record = join(records, 'joined', 'room.json')
/** As if the room were at another address. */
const lead = (to: string): void => writeFileSync(record, readFileSync(record, 'utf8').replaceAll(address(), to))

describe('joining', () => {
  test('says all that is sent from then on, and how to end it', async () => {
    expect(plain(await joinAs('Ada'))).toBe(
      `✓ You have joined the room at ${address()} as Ada. From now on test, hint, solution --apply and reset tell the room: your name as you have typed it, the command, the exercise, its stars, how many checks pass, the name of the first check that fails, and how long ago that was. Never code, never a file, never the name of your machine. npm run join -- --leave ends it`,
    )
    expect(plain(stateText(screen))).toBe(`You have joined the room at ${address()} as Ada. npm run join -- --leave ends it`)
  })

  test('twice makes nobody twice', async () => {
    await joinAs('Ada')
    await joinAs('Ada L.')
    expect(room.room.people.map(({ name }) => name)).toEqual(['Ada L.'])
  })

  test('when no response came the first time, neither', async () => {
    await joinAs('Ada')
    rmSync(record)
    expect(plain(stateText(screen))).toBe('You have not joined a room, so nothing is sent anywhere. The facilitator’s screen shows how to join: npm run join -- 192.168.1.20:4000 --code KLIF --name Ada')
    await joinAs('Ada')
    expect(room.room.people.map(({ name }) => name)).toEqual(['Ada'])
  })

  test('as the second of one name says so', async () => {
    await room.join('Ada')
    expect(plain(await joinAs('Ada'))).toMatch(/ as Ada \(2\)\. There is another Ada in it\. From now on /)
  })

  test('another room takes nothing along from the one before', async () => {
    await joinAs('Ada')
    writeDown([hint])
    const other = await openRoom()
    await joinAs('Ada', `127.0.0.1:${other.port}`, other.code)
    await tellJoined([hint], screen)
    expect(other.room.people.map((person) => person.reports)).toEqual([1])
    await other.remove()
  })

  test('with a wrong code is refused', async () => {
    await expect(joinAs('Ada', address(), 'XXXX')).rejects.toThrow(`XXXX is not the code of the room at ${address()}.\nYou have not joined.\nIt stands on the facilitator’s screen. After five wrong codes you have to wait.`)
    expect(readJoined()).toBeUndefined()
  })

  test('where no room answers is explained', async () => {
    await room.close()
    await expect(joinAs('Ada')).rejects.toThrow(
      `No room answers at ${address()}: connect ECONNREFUSED ${address()}.\nNobody there knows of you. All exercises work without.\nCompare the address with the facilitator’s screen. Both machines have to be in the same network; networks for guests often keep them apart.`,
    )
    await expect(joinAs('Ada', 'nobody.invalid:4000')).rejects.toThrow('No room answers at nobody.invalid:4000: ')
  })

  const noRoom = (at: string): string => `What answers at ${at} is not a room.\nYou have not joined. All exercises work without.\nCompare the address, and the port behind the colon, with the facilitator’s screen.`
  test.each<[number, string]>([
    [200, 'hello'],
    [200, '{"room":7}'],
    [404, '<html>'],
    [500, '[]'],
  ])('where something else answers with %i %s is explained', async (status, text) => {
    const at = await listening(createHttpServer((_request, response) => void response.writeHead(status).end(text)))
    await expect(joinAs('Ada', at)).rejects.toThrow(noRoom(at))
  })

  test('where something answers without end is explained', async () => {
    const at = await listening(createHttpServer((_request, response) => {
      response.on('error', nothing)
      const more = setInterval(() => response.write('x'.repeat(60_000)), 5)
      response.on('close', () => clearInterval(more))
    }))
    await expect(joinAs('Ada', at)).rejects.toThrow(`No room answers at ${at}: the response is not that of a room.`)
  })

  test.each([
    [429, 'Too many wrong codes came from this address. Wait 4 s.', 'Too many wrong codes came from this address. Wait 4 s.\nSo nobody can guess the code. Others behind the same address wait, too.\nThen try again, with the code on the facilitator’s screen.'],
    [409, 'The room is full: 200 people have joined.', 'The room is full: 200 people have joined.\nYou have not joined. All exercises work without.\nAsk the facilitator to begin an empty one: npm run room -- --new'],
    [400, 'A name is needed.', 'The room at ADDRESS refused: A name is needed.\nYou have not joined. All exercises work without.\nIs your clone as new as the facilitator’s? git pull brings it up to date.'],
  ])('that is refused with %i is explained', async (status, error, text) => {
    const at = await listening(createHttpServer((_request, response) => void response.writeHead(status).end(JSON.stringify({ error }))))
    await expect(joinAs('Ada', at)).rejects.toThrow(text.replace('ADDRESS', at))
  })
})

describe('telling', () => {
  test('nobody, where no room was joined: nothing is written down', async () => {
    await tellJoined([hint], screen)
    expect([printed, readdirSync(records)]).toEqual([[], []])
  })

  test('what happened while the room was away, once, in order, and one line says so once', async () => {
    await joinAs('Ada')
    await room.close()
    for (let count = 0; count < 3; count++) await tellJoined([hint], screen)
    expect(printed.map(plain)).toEqual([`The room at ${address()} does not answer. What you do is kept, and told when it does; npm run join -- --leave ends that.`])
    room = await room.reopen()
    await tellJoined([{ command: 'reset', exercise: 'exercise-02' }], screen)
    expect(room.room.people).toMatchObject([{ reports: 4, work: { 'exercise-01': { hints: 3 } }, last: { command: 'reset', number: 4 } }])
    expect(untold()).toEqual([])
    await room.close()
    await tellJoined([hint], screen)
    expect(printed).toHaveLength(2)
    expect(readJoined()?.said).toBe(true)
  })

  test('more than fits into one request', async () => {
    await joinAs('Ada')
    writeDown(Array.from({ length: 120 }, () => hint))
    await tellJoined([hint], screen)
    await expect.poll(async () => {
      await tellJoined([], screen)
      if (untold().length > 0) await tellJoined([hint], screen)
      return untold().length
    }).toBe(0)
    expect(reports()[0]).toBeGreaterThanOrEqual(121)
  })

  test('what was told already, because the response was lost, counts once', async () => {
    await joinAs('Ada')
    writeDown([hint])
    await room.report(readJoined()?.token ?? '', ...untold())
    await tellJoined([hint], screen)
    expect(reports()).toEqual([2])
  })

  test('a room that never answers: no longer than 300 ms, and nothing is lost', async () => {
    await joinAs('Ada')
    let asked = ''
    lead(await listening(createServer((socket) => void socket.on('error', nothing).on('data', (piece: Buffer) => (asked += piece.toString())))))
    const began = performance.now()
    await tellJoined([hint], screen)
    const took = performance.now() - began
    expect(took).toBeGreaterThanOrEqual(200)
    expect(took).toBeLessThan(1_500) // 300 ms, and what a busy machine makes of them
    expect(printed.join()).toContain('does not answer')
    expect(untold()).toHaveLength(1)

    // All that is ever sent.
    const [head = '', body = ''] = asked.split('\r\n\r\n')
    expect(head.split('\r\n')[0]).toBe('POST /reports HTTP/1.1')
    expect(head.split('\r\n').slice(1).map((line) => line.split(':')[0]?.toLowerCase()).sort()).toEqual(['authorization', 'connection', 'content-length', 'content-type', 'host'])
    expect(JSON.parse(body)).toEqual({ reports: [{ id: expect.any(String) as string, number: 1, ago: expect.any(Number) as number, command: 'hint', exercise: 'exercise-01' }] })
  })

  test.each<[string, number, string]>([
    ['has trouble', 500, '{"error":"The room could not write this down."}'],
    ['is another program', 200, '<html>'],
    ['is another program with JSON', 200, '{}'],
  ])('a room that %s: it is kept', async (_, status, text) => {
    await joinAs('Ada')
    lead(await listening(createHttpServer((_request, response) => void response.writeHead(status).end(text))))
    await tellJoined([hint], screen)
    expect(printed.join()).toContain('does not answer')
    expect(untold()).toHaveLength(1)
  })

  test('a room that will never take it: it is not kept, so that the next one gets through', async () => {
    await joinAs('Ada')
    lead(await listening(createHttpServer((_request, response) => void response.writeHead(400).end('{"error":"no"}'))))
    await tellJoined([hint], screen)
    expect([printed, untold()]).toEqual([[], []])
  })

  test('a room that was begun anew: one line says so, once, and it gets nothing that is not its own', async () => {
    await joinAs('Ada')
    const other = await openRoom()
    lead(`127.0.0.1:${other.port}`)
    for (let count = 0; count < 2; count++) await tellJoined([hint], screen)
    expect(printed.map(plain)).toEqual([`The room at 127.0.0.1:${other.port} was begun anew, and does not know you any more. Join again, or npm run join -- --leave.`])
    expect([untold(), other.room.people]).toEqual([[], []])
    await other.remove()
  })

  test('two commands at once take two numbers, and both are told', async () => {
    await joinAs('Ada')
    await Promise.all([tellJoined([hint], screen), tellJoined([hint], screen), tellJoined([hint], screen)])
    await tellJoined([hint], screen)
    expect(room.room.people).toMatchObject([{ reports: 4, last: { number: 4 } }])
  })

  test('a clone whose clock is wrong, or is set meanwhile', async () => {
    await joinAs('Ada')
    const began = room.room.people[0]?.joined ?? 0
    writeDown([hint], Date.now() - 60_000)
    room.pass(10 * 60_000)
    await tellJoined([], screen)
    vi.setSystemTime(Date.now() - 365 * 24 * 3_600_000)
    await tellJoined([{ command: 'test', exercise: 'exercise-01', result: { stars: 1, passed: 4, total: 11, whole: true, loads: true, failing: 'a' } }], screen)
    vi.useRealTimers()
    expect(room.room.people).toMatchObject([{ reports: 2, last: { at: began + 10 * 60_000, number: 2 }, work: { 'exercise-01': { hints: 1, red: { since: began + 10 * 60_000 } } } }])
  })

  test('a room that is away for long: the oldest go', () => {
    writeDown(Array.from({ length: mostUntold + 5 }, () => hint))
    expect([readdirSync(join(records, 'joined', 'untold')).length, untold()[0]?.number]).toEqual([mostUntold, 6])
  })

  test('what cannot be read is passed over', async () => {
    await joinAs('Ada')
    writeDown([hint])
    writeFileSync(join(records, 'joined', 'untold', '000000007.json'), '{"id":')
    await tellJoined([hint], screen)
    expect(reports()).toEqual([2])
  })
})

describe('leaving', () => {
  test('forgets everything, and the room is told', async () => {
    await joinAs('Ada')
    expect(plain(await leaveRoom(screen))).toBe(`You have left the room at ${address()}. Nothing is sent any more.`)
    expect([room.room.people[0]?.left, readdirSync(records), readJoined()]).toEqual([true, [], undefined])
    expect(plain(await leaveRoom(screen))).toBe('You have not joined a room, so nothing is sent anywhere.')
  })

  test('a room that is gone is no obstacle', async () => {
    await joinAs('Ada')
    await room.close()
    expect(plain(await leaveRoom(screen))).toBe(`You have left the room at ${address()}. Nothing is sent any more. It did not answer, so it shows you until it is closed.`)
    expect(readdirSync(records)).toEqual([])
  })

  test('a record that is broken is as good as none', async () => {
    await joinAs('Ada')
    for (const text of ['{', '{}', '{"token":"x"}', 'null']) {
      writeFileSync(record, text)
      await tellJoined([hint], screen)
      expect([printed, readJoined()]).toEqual([[], undefined])
    }
  })
})

test('a narrow terminal loses nothing, with colours and without', async () => {
  const narrow = { ...screen, width: 50 }
  const texts = [stateText(narrow), await joinRoom({ address: address(), code: room.code, name: 'Ada' }, narrow), stateText(narrow)]
  await room.close()
  await tellJoined([hint], narrow)
  for (const text of [...texts, ...printed, await leaveRoom(narrow)]) {
    expect(text).not.toContain('\u001B')
    expect(text.split('\n').filter((line) => line.length > 50 && !line.includes('npm run join -- 192.'))).toEqual([])
  }
  expect(stateText({ ...narrow, paint: new Chalk({ level: 1 }) })).toContain('\u001B[36mnpm run join')
})

test('results of a room that there never was', async () => {
  const { room: command } = await import('../commands/room.js')
  await expect(command.run(['--csv'])).rejects.toThrow('There was no room in this clone.\nSo there is nothing to print.\nnpm run room opens one.')
})
