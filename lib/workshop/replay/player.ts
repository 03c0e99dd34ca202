import { emitKeypressEvents } from 'node:readline'
import { terminal } from '../screen/terminal.js'
import { page } from './page.js'
import type { Story } from './story.js'

const enter = '\u001B[?1049h\u001B[?25l' // another screen, no cursor: what was on the terminal comes back afterwards
const leave = '\u001B[?25h\u001B[?1049l'

/** Walks through a story by keys. However it ends, the terminal is as it was before. */
export async function play(story: Story): Promise<void> {
  const { stdin, stdout } = process
  const last = story.trace.steps.length
  let after = 0
  const draw = (): void => {
    const lines = page(story, after, stdout.rows, terminal())
    stdout.write(`\u001B[H${lines.map((line) => `${line}\u001B[K`).join('\r\n')}\u001B[J`)
  }
  const restore = (): void => {
    stdin.setRawMode(false)
    stdout.write(leave)
  }
  stdout.write(enter)
  stdin.setRawMode(true)
  emitKeypressEvents(stdin)
  stdin.resume()
  process.once('exit', restore)
  try {
    await new Promise<void>((resolve) => {
      stdout.on('resize', draw)
      for (const signal of ['SIGTERM', 'SIGHUP'] as const) process.once(signal, resolve)
      stdin.on('end', resolve)
      stdin.on('keypress', (_text, key: { readonly name?: string; readonly ctrl?: boolean }) => {
        const target = targetOf(key, after, last)
        if (target === 'end') {
          resolve()
          return
        }
        after = Math.max(0, Math.min(last, target))
        draw()
      })
      draw()
    })
  } finally {
    process.removeListener('exit', restore)
    stdout.removeAllListeners('resize')
    stdin.removeAllListeners('keypress')
    stdin.pause()
    restore()
  }
}

/** Where a key leads. */
export function targetOf({ name, ctrl }: { readonly name?: string; readonly ctrl?: boolean }, after: number, last: number): number | 'end' {
  if (ctrl === true) return name === 'c' || name === 'd' ? 'end' : after
  switch (name) {
    case 'q':
    case 'escape':
      return 'end'
    case 'right':
    case 'down':
    case 'space':
    case 'return':
      return after + 1
    case 'left':
    case 'up':
    case 'backspace':
      return after - 1
    case 'home':
      return 0
    case 'end':
      return last
    default:
      return after
  }
}
