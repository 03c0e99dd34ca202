import { emitKeypressEvents } from 'node:readline'

export interface Key {
  readonly name?: string | undefined
  readonly ctrl?: boolean | undefined
}

/** What can be read key by key: `process.stdin` on a terminal. */
export type KeyInput = NodeJS.ReadableStream & { setRawMode(raw: boolean): unknown }

/** What ends a command from outside. Windows knows SIGBREAK (Ctrl-Break) and SIGHUP (the window is closed), and never sends SIGTERM. */
export const endings = ['SIGINT', 'SIGTERM', 'SIGHUP', 'SIGBREAK'] as const

/**
 * Calls for each key that is pressed.
 *
 * @returns what ends it; however the process ends, the terminal is as it was before.
 */
export function listenToKeys(onKey: (key: Key) => void, input: KeyInput = process.stdin): () => void {
  const restore = (): void => {
    input.setRawMode(false)
  }
  const listen = (_text: string | undefined, key: Key): void => onKey(key)
  input.setRawMode(true)
  emitKeypressEvents(input)
  input.resume()
  input.on('keypress', listen)
  process.once('exit', restore)
  return () => {
    process.removeListener('exit', restore)
    input.removeListener('keypress', listen)
    input.pause()
    restore()
  }
}
