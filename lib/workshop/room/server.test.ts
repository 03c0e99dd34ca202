import { connect } from 'node:net'
import { join } from 'node:path'
import { PassThrough } from 'node:stream'
import { afterEach, describe, expect, test } from 'vitest'
import { requireSqlite } from '../../store/index.js'
import { crowd } from './fixtures/crowd.js'
import { did, openRoom, tested, type Event, type OpenRoom } from './fixtures/open-room.js'
import { newId } from './report.js'
import { mostPeople, type Row } from './room.js'
import { largestBody } from './server.js'
import { mostWatchers, type Stream } from './watchers.js'

const open: OpenRoom[] = []
const opened = async (): Promise<OpenRoom> => {
  const room = await openRoom()
  open.push(room)
  return room
}
afterEach(async () => {
  for (const each of open.splice(0)) await each.remove()
})

const rowsIn = (event: Event | undefined): readonly Row[] => (event?.data as { readonly rows: readonly Row[] } | undefined)?.rows ?? []

describe('the page', () => {
  test('has nothing of other sites in it, and may load nothing from them', async () => {
    const room = await opened()
    const [html, css, program] = await Promise.all(['/', '/style.css', '/program.js'].map((path) => room.get(path)))
    for (const got of [html, css, program]) {
      expect(got?.status).toBe(200)
      expect(got?.headers['content-security-policy']).toContain("default-src 'none'")
      expect(got?.headers['content-security-policy']).not.toMatch(/unsafe|https?:/)
      expect(got?.headers['x-content-type-options']).toBe('nosniff')
      expect(got?.text).not.toMatch(/https?:|\/\/[a-z]/)
    }
    expect(html?.text).not.toContain(room.code)
    expect(program?.text).toContain('"exercise-16"')
  })

  test('puts nothing in as HTML', async () => {
    expect((await (await opened()).get('/program.js')).text).not.toMatch(/innerHTML|insertAdjacentHTML|document\.write|eval\(|new Function/)
  })

  test.each(['/room.sqlite', '/../package.json', '/%2e%2e/package.json', '//', '/constructor', '/style.css/'])('there is nothing at %s', async (path) => {
    expect(await (await opened()).get(path)).toMatchObject({ status: 404, body: { error: 'There is nothing here.' } })
  })
})

describe('looking', () => {
  test('takes the code', async () => {
    const room = await opened()
    await room.join('Ada')
    for (const cookie of ['', 'room=x', `${(await room.look()).split('=')[0] ?? ''}=`]) {
      for (const path of ['/events', '/looking']) expect(await room.get(path, { cookie })).toMatchObject({ status: 403, body: { error: 'The code of this room is needed to look.' } })
    }
    const { headers } = await room.post('/look', { code: room.code.toLowerCase() })
    expect(headers['set-cookie']?.[0]).toMatch(/^room-[0-9a-f]{8}=[0-9a-f-]{36}; Path=\/; HttpOnly; SameSite=Strict$/)
    expect((await room.get('/looking', { cookie: await room.look() })).status).toBe(204)
  })

  test('survives a restart of the command', async () => {
    const room = await opened()
    const cookie = await room.look()
    const again = await room.reopen()
    open.push(again)
    expect((await again.get('/looking', { cookie })).status).toBe(204)
  })

  test('is for so many pages', async () => {
    const room = await opened()
    const cookie = await room.look()
    const pages = await Promise.all(Array.from({ length: mostWatchers }, () => room.events(cookie)))
    expect(await room.get('/events', { cookie })).toMatchObject({ status: 503, body: { error: '50 pages look at this room already.' } })
    pages[0]?.end()
    await expect.poll(() => room.watchers.size).toBe(mostWatchers - 1)
    for (const page of pages) page.end()
  })
})

describe('joining', () => {
  test('takes the code, and gives two people of one name two names', async () => {
    const room = await opened()
    expect(await room.post('/join', { code: 'XXXX', token: newId(), name: 'Ada' })).toMatchObject({ status: 403, body: { error: 'This is not the code of this room.' } })
    const [one, other] = [newId(), newId()]
    const join = async (token: string, name: string): Promise<unknown> => (await room.post('/join', { code: room.code, token, name })).body['name']
    expect([await join(one, 'Ada'), await join(other, 'Ada'), await join(one, 'Ada'), await join(other, 'Ada')]).toEqual(['Ada', 'Ada (2)', 'Ada', 'Ada (2)'])
    expect(await join(other, 'Ben')).toBe('Ben')
    expect(room.room.people.map(({ number, name }) => `${number} ${name}`)).toEqual(['1 Ada', '2 Ben'])
  })

  test('a name is free again when its owner has left', async () => {
    const room = await opened()
    const token = await room.join('Ada')
    await room.post('/leave', {}, { authorization: `Bearer ${token}` })
    await room.join('Ada')
    expect(room.room.people.map(({ name, left }) => ({ name, left }))).toEqual([{ name: 'Ada', left: true }, { name: 'Ada', left: false }])
  })

  test.each<[string, object]>([
    ['an empty name', { name: '' }],
    ['too long a name', { name: 'a'.repeat(41) }],
    ['a token that is none', { token: '1' }],
  ])('is refused with %s', async (_, wrong) => {
    const room = await opened()
    expect(await room.post('/join', { code: room.code, token: newId(), name: 'Ada', ...wrong })).toMatchObject({ status: 400, body: { error: 'A name of 1 to 40 characters and a token are needed.' } })
  })

  test('is refused with a field that nobody knows', async () => {
    const room = await opened()
    expect(await room.post('/join', { code: room.code, token: newId(), name: 'Ada', host: 'x' })).toMatchObject({ status: 400, body: { error: 'The body has to be an object of code, token, name.' } })
  })

  test('two hundred people have room', async () => {
    const room = await opened()
    for (let count = 0; count < mostPeople; count++) room.room.join(newId(), `Person ${count}`)
    expect(await room.post('/join', { code: room.code, token: newId(), name: 'Ada' })).toMatchObject({ status: 409, body: { error: 'The room is full: 200 people have joined.' } })
    expect(room.room.people).toHaveLength(200)
  })

  test('wrong codes are slowed down, for joining and for looking together, and then not even the right one helps', async () => {
    const room = await opened()
    const statuses: number[] = []
    for (let count = 0; count < 6; count++) statuses.push((await room.post(count % 2 === 0 ? '/look' : '/join', { code: 'XXXX' })).status)
    expect(statuses).toEqual([403, 403, 403, 403, 429, 429])
    const slowed = await room.post('/look', { code: room.code })
    expect(slowed).toMatchObject({ status: 429, body: { error: 'Too many wrong codes came from this address. Wait 1 s.' } })
    expect(slowed.headers['retry-after']).toBe('1')
    room.pass(1_000)
    expect((await room.post('/look', { code: room.code })).status).toBe(204)
  })
})

describe('a body', () => {
  test.each<[string, string | object, Readonly<Record<string, string>>, number, string]>([
    ['no JSON', '{', {}, 400, 'The body is no JSON.'],
    ['a list', '[]', {}, 400, 'The body has to be an object of code.'],
    ['what a form of another site can send', 'code=X', { 'content-type': 'text/plain' }, 415, 'The body has to be application/json.'],
    ['too large', { code: 'x'.repeat(largestBody) }, {}, 413, 'The body is larger than 32768 bytes.'],
  ])('is refused when it is %s', async (_, body, headers, status, error) => {
    expect(await (await opened()).post('/look', body, headers)).toMatchObject({ status, body: { error } })
  })

  test('that never ends is not waited for', async () => {
    const room = await opened()
    const socket = connect(room.port, '127.0.0.1')
    socket.write('POST /look HTTP/1.1\r\nhost: x\r\ncontent-type: application/json\r\ntransfer-encoding: chunked\r\n\r\n')
    let received = ''
    socket.setEncoding('utf8').on('data', (piece: string) => (received += piece))
    socket.on('error', () => undefined)
    const piece = 'x'.repeat(4_096)
    const more = setInterval(() => socket.write(`1000\r\n${piece}\r\n`), 1)
    await new Promise((resolve) => socket.once('close', resolve))
    clearInterval(more)
    expect(received).toMatch(/^HTTP\/1\.1 413 [\s\S]*connection: close/i)
  })

  test('of somebody who goes away meanwhile harms nobody else', async () => {
    const room = await opened()
    for (const rest of ['', '{"code"']) {
      const socket = connect(room.port, '127.0.0.1')
      socket.on('error', () => undefined)
      socket.write(`POST /look HTTP/1.1\r\nhost: x\r\ncontent-type: application/json\r\ncontent-length: 100\r\n\r\n${rest}`)
      await new Promise((resolve) => setTimeout(resolve, 30))
      socket.destroy()
    }
    const page = await room.events(await room.look())
    page.end()
    await room.join('Ada')
    expect((await room.get('/')).status).toBe(200)
  })

  test('that cannot be written down is answered, and has changed nothing', async () => {
    const room = await opened()
    const token = await room.join('Ada')
    const other = requireSqlite().open(join(room.folder, 'room.sqlite'))
    other.exec("CREATE TRIGGER full BEFORE UPDATE ON people BEGIN SELECT RAISE(ABORT, 'disk full'); END")
    expect(await room.report(token, did(1, 'hint'))).toMatchObject({ status: 500, body: { error: 'The room could not write this down.' } })
    expect(room.room.people[0]?.reports).toBe(0)
    other.exec('DROP TRIGGER full')
    other.close()
    expect((await room.report(token, did(1, 'hint'))).status).toBe(200)
    expect(room.room.people[0]?.reports).toBe(1)
  })

  test('of a request with very long headers is not read', async () => {
    expect((await (await opened()).get('/', { cookie: 'x'.repeat(9_000) })).status).toBe(431)
  })
})

describe('reports', () => {
  test('need a token that somebody has joined with', async () => {
    const room = await opened()
    for (const token of [newId(), 'x', '']) expect(await room.report(token, tested(1))).toMatchObject({ status: 410, body: { error: 'Nobody has joined this room with this token.' } })
    expect((await room.post('/leave', {}, { authorization: `Bearer ${newId()}` })).status).toBe(410)
  })

  test('count once, however often they come, also after a restart', async () => {
    const room = await opened()
    const token = await room.join('Ada')
    const [hint, run] = [did(1, 'hint'), tested(2)]
    expect(await room.report(token, hint, run, hint)).toMatchObject({ status: 200, body: { taken: [hint.id, run.id, hint.id], refused: 0 } })
    await room.report(token, run, hint)
    expect(room.room.people[0]).toMatchObject({ reports: 2, work: { 'exercise-01': { hints: 1 } } })
    const again = await room.reopen()
    open.push(again)
    expect(await again.report(token, hint, run)).toMatchObject({ status: 200 })
    expect(again.room.people[0]).toMatchObject({ reports: 2, work: { 'exercise-01': { hints: 1 } } })
  })

  test('the same id from two people is two reports', async () => {
    const room = await opened()
    const report = did(1, 'hint')
    for (const name of ['Ada', 'Ben']) await room.report(await room.join(name), report)
    expect(room.room.people.map(({ reports }) => reports)).toEqual([1, 1])
  })

  test('what is refused keeps nobody else waiting', async () => {
    const room = await opened()
    const token = await room.join('Ada')
    const good = tested(2)
    expect((await room.report(token, { ...tested(1), code: 'secret' }, good)).body).toEqual({ taken: [good.id], refused: 1 })
    expect(await room.report(token)).toMatchObject({ status: 400, body: { error: '1 to 50 reports are taken at once.' } })
    expect((await room.report(token, ...Array.from({ length: 51 }, (_, index) => did(index + 3, 'hint')))).status).toBe(400)
    expect(room.room.people[0]?.reports).toBe(1)
  })

  test('fifty of the longest fit into a body', async () => {
    const room = await opened()
    const token = await room.join('Ada')
    const longest = Array.from({ length: 50 }, (_, index) => tested(999_999_900 + index, { failing: 'x'.repeat(200), ago: 86_400_000, stars: 0, passed: 100, total: 100 }))
    expect((await room.report(token, ...longest)).body['refused']).toBe(0)
  })

  test('bring somebody back who had left', async () => {
    const room = await opened()
    const token = await room.join('Ada')
    await room.post('/leave', {}, { authorization: `Bearer ${token}` })
    expect(room.room.people[0]?.left).toBe(true)
    await room.report(token, did(1, 'hint'))
    expect(room.room.people[0]?.left).toBe(false)
  })
})

describe('what pages are told', () => {
  test('everything at first, then each row that changes', async () => {
    const room = await opened()
    const token = await room.join('Ada')
    const page = await room.events(await room.look())
    expect(page.response.headers['content-type']).toBe('text/event-stream; charset=utf-8')
    const [everybody] = await page.until(1, 'everybody')
    expect(rowsIn(everybody)).toMatchObject([{ number: 1, name: 'Ada', reports: 0, need: { kind: 'new' } }])
    await room.report(token, tested(1, { failing: 'two clicks' }))
    const [person] = await page.until(1, 'person')
    expect(person?.data).toMatchObject({ number: 1, reports: 1, need: { kind: 'red', check: 'two clicks' }, last: { exercise: 'exercise-01', command: 'test' }, work: { 'exercise-01': { stars: 1, passed: 4, total: 11 } } })
    expect(JSON.stringify(page.all)).not.toContain(token)
    page.end()
  })

  test('that somebody is stuck, when time alone has made it so', async () => {
    const room = await opened()
    const token = await room.join('Ada')
    await room.report(token, tested(1, { failing: 'two clicks' }))
    const page = await room.events(await room.look())
    await page.until(1, 'everybody')
    room.pass(6 * 60_000)
    room.pass(1)
    const [person] = await page.until(1, 'person')
    expect(person?.data).toMatchObject({ need: { kind: 'stuck', check: 'two clicks' } })
    page.end()
  })

  test('after a reconnect: what has changed since, each row once, and nothing that was seen', async () => {
    const room = await opened()
    const [ada, ben, chris] = [await room.join('Ada'), await room.join('Ben'), await room.join('Chris')]
    const cookie = await room.look()
    const first = await room.events(cookie)
    await first.until(1, 'everybody')
    await room.report(ada, did(1, 'hint'))
    const [seen] = await first.until(1, 'person')
    first.end()
    await room.report(ben, did(1, 'hint'))
    await room.report(ben, did(2, 'hint'))
    const second = await room.events(cookie, seen?.id)
    await second.until(1, 'person')
    await room.report(chris, did(1, 'hint'))
    const told = await second.until(2, 'person')
    expect(told.map(({ data }) => [data['name'], data['reports']])).toEqual([['Ben', 2], ['Chris', 1]])
    expect(second.all.some(({ name }) => name === 'everybody')).toBe(false)
    second.end()
  })

  test('at a break within what is told: the rest', async () => {
    const room = await opened()
    const tokens = [await room.join('Ada'), await room.join('Ben'), await room.join('Chris')]
    const cookie = await room.look()
    const page = await room.events(cookie)
    const [everybody] = await page.until(1, 'everybody')
    page.end()
    for (const token of tokens) await room.report(token, did(1, 'hint'))
    const half = await room.events(cookie, everybody?.id)
    const [first] = await half.until(3, 'person')
    half.end()
    const rest = await room.events(cookie, first?.id)
    expect((await rest.until(2, 'person')).map(({ data }) => data['name'])).toEqual(['Ben', 'Chris'])
    rest.end()
  })

  test.each(['', 'x', '12', 'other123.1', '../..', `${'9'.repeat(40)}.1`])('everything, to whoever has seen last %j, which is none of this start', async (id) => {
    const room = await opened()
    await room.join('Ada')
    const page = await room.events(await room.look(), id)
    expect(rowsIn((await page.until(1, 'everybody'))[0])).toHaveLength(1)
    page.end()
  })

  test('everything, after a restart of the command', async () => {
    const room = await opened()
    await room.join('Ada')
    const cookie = await room.look()
    const page = await room.events(cookie)
    const [before] = await page.until(1, 'everybody')
    const again = await room.reopen()
    open.push(again)
    await again.join('Ben')
    const back = await again.events(cookie, before?.id)
    expect(rowsIn((await back.until(1, 'everybody'))[0]).map(({ name }) => name)).toEqual(['Ada', 'Ben'])
    back.end()
  })

  test('what the mob’s clock shows, at once and when it changes', async () => {
    const room = await opened()
    const clock = { exercise: 'exercise-07', part: 'mob', running: true, left: 60_000, driver: 'Ben' } as const
    const page = await room.events(await room.look())
    await page.until(1, 'clock')
    room.watchers.setClock(clock)
    const [none, shown] = await page.until(2, 'clock')
    expect([none?.data['exercise'], shown?.data]).toEqual([undefined, { ...clock, now: 1_800_000_000_000 }])
    const other = await room.events(await room.look())
    expect((await other.until(1, 'clock'))[0]?.data).toMatchObject(clock)
    page.end()
    other.end()
  })

  test('nothing is gathered for a page that does not read: it gets what is true when it reads on', async () => {
    const room = await opened()
    const token = await room.join('Ada')
    const slow = Object.assign(new PassThrough({ highWaterMark: 64 }), { written: 0 }) as unknown as Stream & PassThrough
    room.watchers.add(slow, undefined)
    expect(slow.writableNeedDrain).toBe(true)
    for (let count = 1; count <= 100; count++) room.room.take(token, [did(count, 'hint')])
    await new Promise((resolve) => setTimeout(resolve, 120))
    const before = slow.writableLength
    room.watchers.beat()
    expect(slow.writableLength).toBe(before)
    let received = ''
    slow.setEncoding('utf8').on('data', (piece: string) => (received += piece))
    await expect.poll(() => received.match(/"reports":\d+/g)).toEqual(['"reports":0', '"reports":100'])
  })
})

test('forty people at fifty times the speed of a course: every report counts once, whatever is sent twice, and every page shows it', async () => {
  const room = await opened()
  const people = crowd(40)
  for (const { token, name } of people) await room.post('/join', { code: room.code, token, name })
  const cookie = await room.look()
  const page = await room.events(cookie)
  const counts = await Promise.all(
    people.map(async (person, index) => {
      let sent = 0
      for (let count = 0; count < 10; count++) {
        const report = person.report(person.next())
        sent += 1
        await room.report(person.token, report)
        if ((index + count) % 5 === 0) await room.report(person.token, report)
      }
      return sent
    }),
  )
  expect(room.room.people.map(({ reports }) => reports)).toEqual(counts)
  const shown = (): number => {
    const rows = new Map<number, number>()
    for (const { name, data } of page.all) for (const row of name === 'everybody' ? rowsIn({ name, data, id: undefined }) : name === 'person' ? [data as unknown as Row] : []) rows.set(row.number, row.reports)
    return [...rows.values()].reduce((sum, each) => sum + each, 0)
  }
  await expect.poll(shown, { timeout: 20_000 }).toBe(400)
  expect(new Set(room.room.people.map(({ name }) => name)).size).toBe(40)
  page.end()
})
