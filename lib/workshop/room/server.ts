import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http'
import { page } from './page/page.js'
import { program, type Column } from './page/program.js'
import { style } from './page/style.js'
import { isId, mostReports, nameIn, only, reportIn, type Report } from './report.js'
import { mostPeople, type Room } from './room.js'
import { mostWatchers, Watchers } from './watchers.js'
import { WrongCodes } from './wrong-codes.js'

/** The largest body that is read, in bytes: fifty reports with the longest names fit. */
export const largestBody = 32_768

export interface RoomServer {
  readonly server: Server
  readonly watchers: Watchers
  /** Ends all connections, and takes no others. */
  close(): Promise<void>
}

/** What cannot be done, as a response. */
class Refusal extends Error {
  constructor(
    readonly status: number,
    message: string,
    readonly headers: Readonly<Record<string, string>> = {},
  ) {
    super(message)
  }
}

/**
 * A room over HTTP. It reads from nowhere but its own memory and writes nowhere but to the room's state: what a request says is never a path, a
 * command or HTML.
 *
 * - `GET /`, `/style.css`, `/program.js`: the page, which has nobody's data in it
 * - `POST /look` with the code: a cookie that the next one asks for
 * - `GET /events`: who is where, live; `GET /looking`: whether the cookie still holds
 * - `POST /join` with the code, `POST /reports`, `POST /leave` with the token that was joined with
 */
export function serveRoom(room: Room, exercises: readonly Column[], now: () => number = Date.now): RoomServer {
  const known = new Set(exercises.map(({ name }) => name))
  const watchers = new Watchers(room, now)
  const wrongCodes = new WrongCodes()
  const cookie = `room-${room.about.id.slice(0, 8)}`

  const withCode = (request: IncomingMessage, code: unknown): void => {
    const address = request.socket.remoteAddress ?? ''
    const waits = wrongCodes.wait(address, now())
    if (waits > 0) throw tooMany(waits)
    if (room.isCode(code)) {
      wrongCodes.right(address)
      return
    }
    const wait = wrongCodes.wrong(address, now())
    throw wait > 0 ? tooMany(wait) : new Refusal(403, 'This is not the code of this room.')
  }

  const mayLook = ({ headers: { cookie: cookies = '' } }: IncomingMessage): void => {
    const secret = new RegExp(`(?:^|; )${cookie}=([\\w-]+)`).exec(cookies)?.[1] ?? ''
    if (!room.mayLook(secret)) throw new Refusal(403, 'The code of this room is needed to look.')
  }

  const routes: Readonly<Record<string, (request: IncomingMessage, response: ServerResponse) => Promise<void> | void>> = {
    'GET /': (_request, response) => send(response, 200, page, 'text/html'),
    'GET /style.css': (_request, response) => send(response, 200, style, 'text/css'),
    'GET /program.js': (_request, response) => send(response, 200, program(exercises), 'text/javascript'),
    async 'POST /look'(request, response) {
      const { code } = fieldsIn(await jsonIn(request), ['code'])
      withCode(request, code)
      response.setHeader('set-cookie', `${cookie}=${room.about.looking}; Path=/; HttpOnly; SameSite=Strict`)
      send(response, 204)
    },
    'GET /looking'(request, response) {
      mayLook(request)
      send(response, 204)
    },
    'GET /events'(request, response) {
      mayLook(request)
      if (watchers.size >= mostWatchers) throw new Refusal(503, `${mostWatchers} pages look at this room already.`)
      response.writeHead(200, { ...headers, 'content-type': 'text/event-stream; charset=utf-8' })
      request.socket.setNoDelay(true)
      watchers.add(response, textIn(request.headers['last-event-id']) ?? new URL(request.url ?? '/', 'http://room').searchParams.get('after') ?? undefined)
    },
    async 'POST /join'(request, response) {
      const { code, token, name: asked } = fieldsIn(await jsonIn(request), ['code', 'token', 'name'])
      withCode(request, code)
      const name = nameIn(asked)
      if (name === undefined || !isId(token)) throw new Refusal(400, 'A name of 1 to 40 characters and a token are needed.')
      const person = room.join(token, name)
      if (person === undefined) throw new Refusal(409, `The room is full: ${mostPeople} people have joined.`)
      sendJson(response, { room: room.about.id, name: person.name })
    },
    async 'POST /reports'(request, response) {
      const token = tokenIn(request)
      if (!room.knows(token)) throw new Refusal(410, 'Nobody has joined this room with this token.')
      const { reports } = fieldsIn(await jsonIn(request), ['reports'])
      if (!Array.isArray(reports) || reports.length === 0 || reports.length > mostReports) throw new Refusal(400, `1 to ${mostReports} reports are taken at once.`)
      const read = reports.map((each) => reportIn(each, known))
      const taken = read.filter((report): report is Report => report !== undefined)
      room.take(token, taken)
      // What is refused now is refused always: whoever sends it is told, and need not send it again.
      sendJson(response, { taken: taken.map(({ id }) => id), refused: read.length - taken.length })
    },
    'POST /leave'(request, response) {
      if (!room.leave(tokenIn(request))) throw new Refusal(410, 'Nobody has joined this room with this token.')
      request.resume()
      send(response, 204)
    },
  }

  const answer = async (request: IncomingMessage, response: ServerResponse): Promise<void> => {
    const path = (request.url ?? '').split('?')[0] ?? ''
    const route = `${request.method ?? ''} ${path}`
    const handle = Object.hasOwn(routes, route) ? routes[route] : undefined
    if (handle === undefined) throw new Refusal(404, 'There is nothing here.')
    await handle(request, response)
  }

  const server = createServer({ maxHeaderSize: 8_192, requestTimeout: 10_000, headersTimeout: 10_000, keepAliveTimeout: 5_000 }, (request, response) => {
    // Whoever asked may have gone, at any moment: then nobody reads the answer, and nothing is wrong.
    response.on('error', () => undefined)
    answer(request, response).catch((error: unknown) => {
      if (response.headersSent || response.destroyed) {
        response.destroy()
        return
      }
      const refusal = error instanceof Refusal ? error : new Refusal(500, 'The room could not write this down.')
      for (const [name, value] of Object.entries(refusal.headers)) response.setHeader(name, value)
      // Whatever else is on its way is not read.
      if (!request.complete) response.setHeader('connection', 'close')
      sendJson(response, { error: refusal.message }, refusal.status)
    })
  })
  server.maxConnections = 600
  return {
    server,
    watchers,
    async close() {
      watchers.close()
      await new Promise<void>((resolve) => {
        server.close(() => resolve())
        server.closeAllConnections()
      })
    },
  }
}

/** The page gets everything from here, runs nothing else, and shows itself in nobody's frame. */
const headers = {
  'cache-control': 'no-store',
  'content-security-policy': "default-src 'none'; script-src 'self'; style-src 'self'; connect-src 'self'; img-src data:; base-uri 'none'; form-action 'none'; frame-ancestors 'none'",
  'referrer-policy': 'no-referrer',
  'x-content-type-options': 'nosniff',
}

function send(response: ServerResponse, status: number, text = '', type = ''): void {
  response.writeHead(status, { ...headers, ...(type === '' ? {} : { 'content-type': `${type}; charset=utf-8` }) })
  response.end(text)
}

function sendJson(response: ServerResponse, value: object, status = 200): void {
  send(response, status, JSON.stringify(value), 'application/json')
}

function tooMany(milliseconds: number): Refusal {
  const seconds = Math.ceil(milliseconds / 1000)
  return new Refusal(429, `Too many wrong codes came from this address. Wait ${seconds} s.`, { 'retry-after': String(seconds) })
}

/** @throws Refusal for what is too large, no JSON, or not declared as JSON: a form of another site cannot declare that. */
async function jsonIn(request: IncomingMessage): Promise<unknown> {
  if (!/^application\/json\b/i.test(request.headers['content-type'] ?? '')) throw new Refusal(415, 'The body has to be application/json.')
  const pieces: Buffer[] = []
  let size = 0
  for await (const piece of request as AsyncIterable<Buffer>) {
    size += piece.length
    if (size > largestBody) throw new Refusal(413, `The body is larger than ${largestBody} bytes.`)
    pieces.push(piece)
  }
  try {
    return JSON.parse(Buffer.concat(pieces).toString('utf8'))
  } catch {
    throw new Refusal(400, 'The body is no JSON.')
  }
}

function fieldsIn(value: unknown, fields: readonly string[]): Readonly<Record<string, unknown>> {
  const found = only(value, fields)
  if (found === undefined) throw new Refusal(400, `The body has to be an object of ${fields.join(', ')}.`)
  return found
}

function tokenIn(request: IncomingMessage): string {
  return /^Bearer ([0-9a-f-]{36})$/.exec(request.headers.authorization ?? '')?.[1] ?? ''
}

function textIn(header: string | string[] | undefined): string | undefined {
  return Array.isArray(header) ? header[0] : header
}
