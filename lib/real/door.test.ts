import { connect, createServer, type AddressInfo, type Server, type Socket } from 'node:net'
import { afterEach, describe, expect, test } from 'vitest'
import { Door } from './door.js'

const opened: { close(): unknown }[] = []
afterEach(() => {
  for (const each of opened.splice(0)) each.close()
})

/** A server that answers each line with the same in capitals, and what it was told. */
async function shouter(): Promise<{ readonly url: URL; readonly told: string[] }> {
  const told: string[] = []
  const server: Server = createServer((socket) => {
    socket.on('error', () => undefined)
    socket.on('data', (piece) => {
      told.push(piece.toString())
      socket.write(piece.toString().toUpperCase())
    })
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  opened.push(server)
  return { url: new URL(`tcp://127.0.0.1:${(server.address() as AddressInfo).port}`), told }
}

async function throughDoor(): Promise<{ readonly door: Door; readonly told: string[] }> {
  const { url, told } = await shouter()
  const door = await Door.open(url)
  opened.push(door)
  return { door, told }
}

/** A client, and what it hears: texts, and the end of the connection. */
function client(door: Door): { readonly socket: Socket; readonly heard: () => Promise<string> } {
  const socket = connect(door.port, '127.0.0.1')
  const heard: string[] = []
  const waiting: ((text: string) => void)[] = []
  const hear = (text: string): void => {
    const next = waiting.shift()
    if (next === undefined) heard.push(text)
    else next(text)
  }
  socket.on('error', () => undefined)
  socket.on('data', (piece) => hear(piece.toString()))
  socket.on('close', () => hear('closed'))
  opened.push({ close: () => socket.destroy() })
  return {
    socket,
    heard: () => {
      const text = heard.shift()
      return text === undefined ? new Promise((resolve) => waiting.push(resolve)) : Promise.resolve(text)
    },
  }
}

describe('a door', () => {
  test('passes on what both say', async () => {
    const { door, told } = await throughDoor()
    const { socket, heard } = client(door)
    socket.write('commit')
    expect(await heard()).toBe('COMMIT')
    socket.write('again')
    expect(await heard()).toBe('AGAIN')
    expect(told).toEqual(['commit', 'again'])
  })

  test('answer lost: the server has heard it, and the client never hears the answer', async () => {
    const { door, told } = await throughDoor()
    const { socket, heard } = client(door)
    socket.write('begin')
    expect(await heard()).toBe('BEGIN')
    const cut = new Promise<void>((resolve) => door.order('answer lost', resolve))
    socket.write('commit')
    expect(await heard()).toBe('closed')
    await cut
    expect(told).toEqual(['begin', 'commit'])
  })

  test('request lost: the server never hears it', async () => {
    const { door, told } = await throughDoor()
    const { socket, heard } = client(door)
    socket.write('begin')
    expect(await heard()).toBe('BEGIN')
    door.order('request lost')
    socket.write('commit')
    expect(await heard()).toBe('closed')
    expect(told).toEqual(['begin'])
  })

  test('a cut is for one exchange: the next connection is as good as new', async () => {
    const { door } = await throughDoor()
    door.order('answer lost')
    const first = client(door)
    first.socket.write('one')
    expect(await first.heard()).toBe('closed')
    const second = client(door)
    second.socket.write('two')
    expect(await second.heard()).toBe('TWO')
  })

  test('refused: connections are cut, and new ones too, until it is opened again', async () => {
    const { door } = await throughDoor()
    const before = client(door)
    before.socket.write('here')
    expect(await before.heard()).toBe('HERE')
    door.order('refused')
    expect(await before.heard()).toBe('closed')
    expect(await client(door).heard()).toBe('closed')
    door.order('plain')
    const after = client(door)
    after.socket.write('back')
    expect(await after.heard()).toBe('BACK')
  })
})
