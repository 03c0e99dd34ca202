import { parseArgs } from 'node:util'
import type { Command } from '../command.js'
import { oneExercise, parsed } from '../arguments.js'
import { storyAgain } from '../replay/rerun.js'
import { play } from '../replay/player.js'
import { tell } from '../replay/story-text.js'
import { terminal } from '../screen/terminal.js'

export const replay: Command = {
  usage: 'npm run replay -- exercise-01 [--plain]',
  summary: 'The last broken promise again, step by step, with the stores and queues after each step.',
  help: ['The story is not read from a file: it is run again with your files as they are now.', 'In a terminal, the arrow keys step through it and q quits. With --plain, or in a pipe, all of it is printed.'].join('\n'),
  flags: { '--plain': 'alone' },
  async run(args) {
    const { values, positionals } = parsed(() => parseArgs({ args: [...args], allowPositionals: true, options: { plain: { type: 'boolean', default: false } } }))
    const story = await storyAgain(oneExercise(positionals))
    const screen = terminal()
    if (screen.interactive && !values.plain) await play(story)
    else screen.print(tell(story, screen))
    return 0
  },
}
