import { connect, createServer, type AddressInfo, type Server, type Socket } from 'node:net'
import type { How } from './protocol.js'

/**
 * A proxy in front of a server, for the connections of one process. It passes on every byte, until it is told to cut:
 *
 *     request lost    what the client says next is not passed on, and the connection is cut
 *     answer lost     what the client says next is passed on; when the server answers, the answer is not, and the connection is cut
 *     refused         connections are cut, and no new ones come about, until the door is opened again
 *
 * A server that has answered has done what it was asked for: so it is known which of the two it was, and only the client does not know.
 */
export class Door {
  readonly #server: Server
  readonly #pairs = new Set<readonly [client: Socket, upstream: Socket]>()
  #order: How = 'plain'
  /** Told when the ordered cut has come about. */
  #cut: () => void = () => undefined

  private constructor(readonly target: { readonly host: string; readonly port: number }) {
    this.#server = createServer({ noDelay: true }, (client) => this.#admit(client))
  }

  static async open(target: URL): Promise<Door> {
    const door = new Door({ host: target.hostname.replace(/^\[|\]$/g, ''), port: Number(target.port) })
    await new Promise<void>((resolve, reject) => {
      door.#server.once('error', reject)
      door.#server.listen(0, '127.0.0.1', resolve)
    })
    return door
  }

  get port(): number {
    return (this.#server.address() as AddressInfo).port
  }

  /** How many connections go through it at this moment. */
  get connections(): number {
    return this.#pairs.size
  }

  /** What is to become of the next exchange. `cut` is called when it has come about. */
  order(how: How, cut: () => void = () => undefined): void {
    this.#order = how
    this.#cut = cut
    if (how === 'refused') this.#cutAll()
  }

  close(): void {
    this.#server.close()
    this.#cutAll()
  }

  #admit(client: Socket): void {
    if (this.#order === 'refused') {
      client.on('error', ignore)
      client.destroy()
      return
    }
    const upstream = connect({ ...this.target, noDelay: true })
    const pair = [client, upstream] as const
    this.#pairs.add(pair)
    const end = (): void => {
      this.#pairs.delete(pair)
      client.destroy()
      upstream.destroy()
    }
    for (const socket of pair) socket.on('error', ignore).on('close', end)
    client.on('data', (piece: Buffer) => {
      if (this.#order !== 'request lost') upstream.write(piece)
      else this.#obey(end)
    })
    upstream.on('data', (piece: Buffer) => {
      if (this.#order !== 'answer lost') client.write(piece)
      else this.#obey(end)
    })
    // What was said before the end is passed on before it.
    client.on('end', () => upstream.end())
    upstream.on('end', () => client.end())
  }

  #obey(end: () => void): void {
    this.#order = 'plain'
    end()
    this.#cut()
  }

  #cutAll(): void {
    for (const [client, upstream] of this.#pairs) {
      client.destroy()
      upstream.destroy()
    }
    this.#pairs.clear()
  }
}

function ignore(): void {
  // The other half is closed, too; that says it all.
}
