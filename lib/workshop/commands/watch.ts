import { listenToKeys, type Key, type KeyInput } from '../screen/keys.js'

/** What a key means while files are watched. */
export function meaningOf({ name, ctrl }: Key): 'end' | 'interrupt' | 'run again' | undefined {
  if (ctrl === true) return name === 'c' || name === 'd' ? 'interrupt' : undefined
  if (name === 'q' || name === 'escape') return 'end'
  return name === 'a' || name === 'return' || name === 'enter' ? 'run again' : undefined
}

export interface Watch {
  /** The exit code: 0 when somebody has had enough, as a shell has it for Ctrl-C otherwise. */
  readonly ended: Promise<number>
  /** Gives the keyboard back. */
  close(): void
}

/** Listens to the keys, also during a run: whoever wants to end it does not wait for it. */
export function watchKeys(runAgain: () => void, input?: KeyInput): Watch {
  let end: (code: number) => void = () => undefined
  const ended = new Promise<number>((resolve) => {
    end = resolve
  })
  const close = listenToKeys((key) => {
    const meaning = meaningOf(key)
    if (meaning === 'end') end(0)
    if (meaning === 'interrupt') end(130)
    if (meaning === 'run again') runAgain()
  }, input)
  return { ended, close }
}
