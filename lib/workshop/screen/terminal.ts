import { Chalk, type ChalkInstance } from 'chalk'
import { legible } from './old-console.js'
import { wantsColour } from '../../story/colours.js'

/** Where the commands write. */
export interface Terminal {
  /** Columns; 80 where nobody knows. */
  readonly width: number
  readonly colour: boolean
  readonly paint: ChalkInstance
  /** Someone is looking, and can press keys. */
  readonly interactive: boolean
  print(text: string): void
  /** To standard error. */
  complain(text: string): void
  /** Empties the screen and what can be scrolled back to, so that what comes is all that is seen; nothing in a pipe. */
  wipe(): void
  /** Shows a line that the next one replaces; nothing in a pipe. */
  whisper(text: string): void
}

export function terminal(): Terminal {
  const colour = wantsColour()
  const { stdout, stderr } = process
  let whispered = false
  const clear = (): void => {
    if (whispered) stdout.write('\r\u001B[K')
    whispered = false
  }
  return {
    width: columnsOf(stdout),
    colour,
    paint: new Chalk({ level: colour ? 1 : 0 }),
    interactive: stdout.isTTY && process.stdin.isTTY,
    print(text) {
      clear()
      stdout.write(`${legible(text)}\n`)
    },
    complain(text) {
      clear()
      stderr.write(`${legible(text)}\n`)
    },
    wipe() {
      if (stdout.isTTY) stdout.write('\u001B[2J\u001B[3J\u001B[H')
      whispered = false
    },
    whisper(text) {
      if (!stdout.isTTY) return
      clear()
      stdout.write(legible(text.slice(0, columnsOf(stdout) - 1)))
      whispered = true
    },
  }
}

/** In a pipe there are no columns, whatever the type says; COLUMNS may tell. Diagrams do not get better beyond 160. */
function columnsOf(stream: NodeJS.WriteStream): number {
  const columns = stream.columns || Number(process.env['COLUMNS']) || 80
  return Math.min(160, Math.max(40, columns))
}
