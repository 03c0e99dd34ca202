import { spawn, type ChildProcess } from 'node:child_process'
import { once } from 'node:events'
import { existsSync, mkdirSync, readdirSync, rmSync, writeFileSync } from 'node:fs'
import { connect, createServer, type AddressInfo, type Server } from 'node:net'
import { join } from 'node:path'
import { afterAll, afterEach, describe, expect, test, vi } from 'vitest'
import { copyWorkshop, type Copy } from '../fixtures/copy.js'
import { Keeping } from './room-database.js'

// Each starts processes, and a machine may be busy with others.
vi.setConfig({ testTimeout: 120_000, hookTimeout: 60_000 })

const copies: Copy[] = []
const copy = (): Copy => {
  const made = copyWorkshop()
  copies.push(made)
  return made
}
const processes: ChildProcess[] = []
const servers: Server[] = []
afterEach(async () => {
  for (const child of processes.splice(0)) {
    if (child.exitCode !== null || child.signalCode !== null) continue
    const closed = once(child, 'close')
    child.kill('SIGKILL')
    await closed
  }
  for (const server of servers.splice(0)) server.close()
})
afterAll(() => {
  for (const each of copies) each.remove()
})

interface Running {
  readonly text: () => string
  readonly address: string
  readonly code: string
  /** As Ctrl-C would; gives the exit code. */
  end(signal?: NodeJS.Signals): Promise<number | null>
}

async function openRoom(workshop: Copy, ...args: readonly string[]): Promise<Running> {
  const child = spawn(process.execPath, [join(workshop.root, 'lib', 'workshop', 'launch.mjs'), 'room', '--host', '127.0.0.1', '--port', String(await freePort()), ...args], { cwd: workshop.root, stdio: ['ignore', 'pipe', 'pipe'], env: { ...process.env, COLUMNS: '80', NO_COLOR: '1' } })
  processes.push(child)
  let printed = ''
  for (const stream of [child.stdout, child.stderr]) stream.setEncoding('utf8').on('data', (piece: string) => (printed += piece))
  await expect.poll(() => /Ctrl-C closes it/.test(printed) || child.exitCode !== null, { timeout: 60_000 }).toBe(true)
  const [, address = '', code = ''] = /http:\/\/(127\.0\.0\.1:\d+)\/ {2}code ([A-Z]{4})/.exec(printed) ?? []
  return {
    text: () => printed,
    address,
    code,
    async end(signal = 'SIGINT') {
      const closed = once(child, 'close') as Promise<[number | null]>
      child.kill(signal)
      return (await closed)[0]
    },
  }
}

async function freePort(): Promise<number> {
  const server = createServer().listen(0, '127.0.0.1')
  await once(server, 'listening')
  const { port } = server.address() as AddressInfo
  await new Promise((resolve) => server.close(resolve))
  return port
}

async function listening(server: Server): Promise<string> {
  servers.push(server)
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  return `127.0.0.1:${(server.address() as AddressInfo).port}`
}

function answers(host: string, address: string): Promise<boolean> {
  return new Promise((resolve) => {
    const socket = connect(Number(address.split(':')[1]), host)
    socket.on('connect', () => resolve(true)).on('error', () => resolve(false))
    socket.on('connect', () => socket.destroy())
  })
}

/** In the words, wherever the lines end. */
const plain = (text: string): string => text.replace(/\s+/g, ' ').trim()

interface Kept {
  readonly people: readonly { readonly name: string; readonly left: boolean; readonly reports: number; readonly last: unknown; readonly exercises: readonly Readonly<Record<string, unknown>>[] }[]
}
const kept = async (workshop: Copy): Promise<Kept> => JSON.parse((await workshop.run(['room', '--json'])).stdout) as Kept

test('a course: join, work, see, break off, go on, leave', async () => {
  const [facilitator, ada] = [copy(), copy()]
  const first = await openRoom(facilitator)
  expect(first.text()).toContain(`npm run join -- ${first.address} --code ${first.code} --name Ada`)
  expect(first.text()).toContain(`http://${first.address}/#${first.code}`)
  expect(first.text()).not.toContain('\u001B')
  expect(plain(first.text())).toContain('Only this machine can reach it. WORKSHOP.md says how to bring in people who are elsewhere. ')
  expect(plain(first.text())).toContain('Nobody has joined yet. Ctrl-C closes it; npm run room opens it again with everybody in it.')

  const joined = await ada.run(['join', first.address, '--code', first.code.toLowerCase(), '--name', 'Ada'])
  expect({ code: joined.code, stderr: joined.stderr }).toEqual({ code: 0, stderr: '' })
  expect(joined.stdout).toContain(`✓ You have joined the room at ${first.address} as Ada.`)
  expect((await ada.run(['start'])).stdout).toContain(`✓ in the room at ${first.address} as Ada`)

  // On the chosen address alone.
  if (process.platform === 'linux') await expect(answers('127.0.0.2', first.address)).resolves.toBe(false)
  await expect(answers('127.0.0.1', first.address)).resolves.toBe(true)

  await ada.run(['test', '1'])
  await ada.run(['hint', '1'])
  const { people } = await kept(facilitator)
  expect(people).toMatchObject([{ name: 'Ada', reports: 2, last: { command: 'hint' }, exercises: [{ exercise: 'exercise-01', stars: 1, passed: 4, total: 11, done: false, hints: 1, failing: { check: 'the response is lost, and the browser sends the click again' } }] }])

  // The mob's clock, which another command of this clone shows.
  const look = await fetch(`http://${first.address}/look`, { method: 'POST', headers: { 'content-type': 'application/json' }, body: JSON.stringify({ code: first.code }) })
  const page = await fetch(`http://${first.address}/events`, { headers: { cookie: look.headers.getSetCookie()[0]?.split(';')[0] ?? '' } })
  const record = join(facilitator.root, '.workshop', 'mob.json')
  const written = { exercise: 'exercise-07', part: 'mob', running: false, left: 60_000, driver: 'Ben' }
  writeFileSync(record, JSON.stringify({ ...written, at: Date.now() }))
  let told = ''
  for await (const piece of page.body ?? []) {
    told += Buffer.from(piece as Uint8Array).toString()
    if (/event: clock\ndata: \{"exercise".*\n\n/.test(told)) break
  }
  expect(JSON.parse(/event: clock\ndata: (\{"exercise".*)\n/.exec(told)?.[1] ?? '{}')).toMatchObject(written)
  rmSync(record)

  expect(await first.end()).toBe(0)
  expect(plain(first.text())).toContain('The room is closed. One person has joined. npm run room opens it again npm run room -- --csv who has reached what, for a spreadsheet npm run room -- --json the same, with every detail')

  // Nothing is written anywhere else.
  expect(readdirSync(join(facilitator.root, '.workshop'))).toEqual(['room'])

  // The room is gone: everything works, and one line says so, once.
  const applied = await ada.run(['solution', '1', '--apply'])
  expect({ code: applied.code, stderr: applied.stderr }).toEqual({ code: 0, stderr: '' })
  expect(plain(applied.stdout).endsWith(`The room at ${first.address} does not answer. What you do is kept, and told when it does; npm run join -- --leave ends that.`)).toBe(true)
  const judged = await ada.run(['test', '1', '--reporter', 'json']) // by Vitest, for a program to read
  expect(judged.code).toBe(0)
  expect(JSON.parse(judged.stdout)).toMatchObject({ success: true })
  expect(judged.stdout).not.toContain('room')
  expect(plain((await ada.run(['start'])).stdout)).toContain(`! the room at ${first.address} does not answer You have joined it, and your results wait for it. Nothing else does. npm run join -- --leave ends that.`)

  // It comes back, with everybody in it; what was kept is told, in order, once.
  const again = await openRoom(facilitator, '--port', first.address.split(':')[1] ?? '')
  expect(again.code).toBe(first.code)
  expect(plain(again.text())).toMatch(/It goes on with one person, from \d{4}-\d\d-\d\d \d\d:\d\d\. --new begins an empty room\./)
  expect((await ada.run(['reset', '1'])).stdout).not.toContain('room')
  expect(Keeping.look(join(facilitator.root, '.workshop', 'room'))?.people.map(({ person }) => person)).toMatchObject([{ reports: 5, last: { command: 'reset' }, work: { 'exercise-01': { stars: 0, done: false, applied: false, hints: 1 } } }])

  // It is killed: nothing is lost that it had acknowledged. A new one is told apart from it.
  await again.end('SIGKILL')
  expect((await facilitator.run(['room', '--csv'])).stdout).toMatch(/^name,joined,last,done,hints,solutions,exercise-01\r\nAda,\S+Z,\S+Z,0,1,0,0\n$/)
  const other = await openRoom(facilitator, '--new', '--port', first.address.split(':')[1] ?? '')
  expect(plain(other.text())).toMatch(/^The room before is kept in \.workshop.room.room-[\dTZ-]+\.sqlite\. /)
  expect(plain(other.text())).toContain('Nobody has joined yet.')
  expect(plain((await ada.run(['hint', '1'])).stdout).endsWith(`The room at ${first.address} was begun anew, and does not know you any more. Join again, or npm run join -- --leave.`)).toBe(true)
  const left = await ada.run(['join', '--leave'])
  expect(plain(left.stdout)).toBe(`You have left the room at ${first.address}. Nothing is sent any more.`)
  expect(existsSync(join(ada.root, '.workshop', 'joined'))).toBe(false)
  expect(await other.end('SIGTERM')).toBe(0)
})

describe('what cannot be done is explained', () => {
  const workshop = copy()

  test('the port is in use', async () => {
    const [, port = ''] = (await listening(createServer())).split(':')
    const { code, stderr } = await workshop.run(['room', '--host', '127.0.0.1', '--port', port])
    expect({ code, text: plain(stderr) }).toEqual({ code: 1, text: `✗ Port ${port} of 127.0.0.1 is in use. Another program listens there, so the room cannot be reached at it. Take another port: npm run room -- --port ${Number(port) + 1}` })
  })

  test('the state cannot be read; --new begins another one', async () => {
    const folder = join(workshop.root, '.workshop', 'room')
    rmSync(folder, { recursive: true, force: true })
    mkdirSync(folder, { recursive: true })
    writeFileSync(join(folder, 'room.sqlite'), 'broken'.repeat(1_000))
    const { code, stderr } = await workshop.run(['room', '--host', '127.0.0.1'])
    expect(code).toBe(1)
    expect(plain(stderr)).toContain('npm run room -- --new begins an empty room, and puts this file aside.')
    const fresh = await openRoom(workshop, '--new')
    expect(fresh.code).toMatch(/^[A-Z]{4}$/)
    const without = await workshop.run(['room', '--csv'], { WORKSHOP_SQLITE: 'mysql' })
    expect({ code: without.code, text: plain(without.stderr) }).toEqual({ code: 1, text: '✗ WORKSHOP_SQLITE is "mysql". The room keeps its state in SQLite, so it cannot be opened. Set it to better or node, or leave it out: then the first one that loads is used.' })
    const second = await workshop.run(['room', '--host', '127.0.0.1'])
    expect({ code: second.code, text: plain(second.stderr) }).toEqual({ code: 1, text: `✗ This room is open already. Another npm run room has its state, in ${join('.workshop', 'room')}. End that one first, with Ctrl-C in its terminal.` })
  })
})
