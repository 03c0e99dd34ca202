import { readFileSync, writeFileSync } from 'node:fs'
import { join, relative } from 'node:path'
import type { Command } from '../command.js'
import { listExercises, root, solutionFolder, testFile, type Exercise } from '../exercises.js'
import { ExplainedError } from '../explained-error.js'
import { loadPath } from '../overlay.js'
import { withQuote } from '../quotes.js'
import { terminal } from '../screen/terminal.js'
import type { LoadChecks } from '../slides/stories.js'

export const quotes: Command = {
  usage: 'npm run quotes',
  summary: 'Writes what the starters print now into the READMEs that quote it.',
  help: 'For those who work on the workshop itself: after a change of wording, run it, and read the difference before you commit it.',
  async run() {
    const { withChecks } = await import('../slides/loading.js')
    const screen = terminal()
    await withChecks(async (load) => {
      for (const exercise of listExercises()) {
        const quote = await firstFailure(exercise, load)
        const places = [join('exercises', exercise.folder, 'README.md'), ...(exercise.number === 1 ? ['README.md'] : [])]
        for (const place of places) if (replaceQuote(join(root, place), quote)) screen.print(`  ✓ ${place}`)
      }
    })
    return 0
  },
}

/** What the pristine starter's first failure prints. */
async function firstFailure(exercise: Exercise, load: LoadChecks): Promise<string> {
  for (const { run } of await load(loadPath(testFile(exercise), join(relative(root, solutionFolder(exercise)), 'starter')))) {
    try {
      await run()
    } catch (error) {
      return error instanceof Error ? error.message : String(error)
    }
  }
  throw new ExplainedError({ what: `The starter of ${exercise.name} passes every check.`, why: 'So there is no failure to quote.', next: 'Look at its checks: a starter has to break a promise.' })
}

/** True when the file had to be changed. */
function replaceQuote(file: string, quote: string): boolean {
  const text = readFileSync(file, 'utf8')
  const replaced = withQuote(text, quote)
  if (replaced === undefined) throw new ExplainedError({ what: `${relative(root, file)} quotes no failure.`, why: 'There is no ```text block with a line that begins with ✗ in it.', next: 'Write one where the quote belongs, with any text behind the ✗.' })
  if (replaced === text) return false
  writeFileSync(file, replaced)
  return true
}
