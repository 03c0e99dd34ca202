import { join, relative } from 'node:path'
import { pathToFileURL } from 'node:url'
import { parseArgs } from 'node:util'
import type { Command } from '../command.js'
import { oneExercise, parsed } from '../arguments.js'
import { root } from '../exercises.js'
import { writeText } from '../records/folder.js'
import { storyAgain } from '../replay/rerun.js'
import { nextLines } from '../screen/next-commands.js'
import { terminal } from '../screen/terminal.js'
import { wrap } from '../screen/wrap.js'
import { storyPage } from '../story-page/page.js'

export const story: Command = {
  usage: 'npm run story -- exercise-01',
  summary: 'The last broken promise as a page for a browser: a diagram to step through, with the messages, stores, queues and choices of each step.',
  help: ['The story is run again with your files as they are now, and written to a single HTML file that needs no network.', 'The page can be used by keyboard, follows the light or dark colours of your system, and can be printed.'].join('\n'),
  async run(args) {
    const { positionals } = parsed(() => parseArgs({ args: [...args], allowPositionals: true, options: {} }))
    const exercise = oneExercise(positionals)
    const told = await storyAgain(exercise)
    const file = writeText(join('stories', `${exercise.name}.html`), storyPage(told))
    const screen = terminal()
    const place = relative(root, file)
    screen.print(
      [
        screen.paint.bold(`exercise ${exercise.name.slice(-2)} · ${exercise.title}`),
        '',
        wrap(told.ending[0] ?? '', screen.width),
        `The story is in ${screen.paint.cyan(place)}`,
        'Open it in a browser, for example with:',
        '',
        `  ${screen.paint.cyan(opener(place))}`,
        `  ${screen.paint.dim(pathToFileURL(file).href)}`,
        '',
        exercise.name,
        ...nextLines([[`npm run replay -- ${exercise.name}`, 'the same story in the terminal'], [`npm test -- ${exercise.name}`, 'after you have changed something']], screen),
      ].join('\n'),
    )
    return 0
  },
}

/** What opens a file, typed in the repository's root. */
export function opener(file: string, platform: NodeJS.Platform = process.platform): string {
  switch (platform) {
    case 'darwin':
      return `open ${file}`
    case 'win32':
      return `explorer "${file}"` // in Git Bash a backslash would be lost otherwise
    default:
      return `xdg-open ${file}`
  }
}
