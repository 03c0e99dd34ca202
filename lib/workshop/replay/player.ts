import { endings, listenToKeys, type Key } from '../screen/keys.js'
import { legible } from '../screen/old-console.js'
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
    stdout.write(legible(`\u001B[H${lines.map((line) => `${line}\u001B[K`).join('\r\n')}\u001B[J`))
  }
  const restore = (): void => {
    stdout.write(leave)
  }
  let end: () => void = () => undefined
  const ended = new Promise<void>((resolve) => {
    end = resolve
  })
  stdout.write(enter)
  process.once('exit', restore)
  const releaseKeys = listenToKeys((key) => {
    const target = targetOf(key, after, last)
    if (target === 'end') {
      end()
      return
    }
    after = Math.max(0, Math.min(last, target))
    draw()
  })
  for (const signal of endings) process.once(signal, end)
  stdin.on('end', end)
  stdout.on('resize', draw)
  try {
    draw()
    await ended
  } finally {
    for (const signal of endings) process.removeListener(signal, end)
    stdin.removeListener('end', end)
    stdout.removeListener('resize', draw)
    releaseKeys()
    process.removeListener('exit', restore)
    restore()
  }
}

/** Where a key leads. */
export function targetOf({ name, ctrl }: Key, after: number, last: number): number | 'end' {
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
