import { relative } from 'node:path'
import { pathToFileURL } from 'node:url'
import { parseArgs } from 'node:util'
import { parsed } from '../arguments.js'
import type { Command } from '../command.js'
import { comparisons } from '../compare/comparisons.js'
import { legendOfTable, distributionPage } from '../compare/distribution-page.js'
import { drawDistribution } from '../compare/distribution.js'
import { root } from '../exercises.js'
import { ExplainedError } from '../explained-error.js'
import { writeText } from '../records/folder.js'
import { terminal, type Terminal } from '../screen/terminal.js'
import { wrap } from '../screen/wrap.js'
import { opener } from './story.js'

export const compare: Command = {
  usage: 'npm run compare [-- distribution --seed 1]',
  summary: 'Ways to do the same thing beside each other: deduplication (exercises 15 and 16), or giving out work (19).',
  help: [
    'deduplication, or no name: what an inbox and tokens cost, in round trips, and what is left. It takes the solutions, not your files.',
    '',
    'distribution: a day of 226 cars and three studios under seven ways of giving out work: when it ends, and how long dealers wait, as a table and as pictures on a page. --seed draws another day; one seed is always the same day.',
  ].join('\n'),
  async run(args) {
    const { values, positionals } = parsed(() => parseArgs({ args: [...args], allowPositionals: true, options: { seed: { type: 'string' } } }))
    const [what = 'deduplication', ...more] = positionals
    if (more.length > 0 || !comparisons.includes(what)) {
      throw new ExplainedError({ what: `There is no comparison "${positionals.join(' ')}".`, why: 'Nothing was compared.', next: `The comparisons are ${comparisons.join(' and ')}.` })
    }
    if (what === 'distribution') showDistribution(seedOf(values.seed ?? '1'), terminal())
    else if (values.seed === undefined) await showDeduplication(terminal())
    else throw new ExplainedError({ what: 'The comparison of deduplications draws nothing.', why: 'A seed would have no effect.', next: 'Leave out --seed.' })
    return 0
  },
}

/** Over so many days an average is taken. */
export const days = 100

async function showDeduplication(screen: Terminal): Promise<void> {
  const { compareDeduplication, drawComparison } = await import('./compare-deduplication.js')
  screen.print(drawComparison(await compareDeduplication()))
}

function showDistribution(seed: number, screen: Terminal): void {
  const file = writeText(`comparisons/distribution-${seed}.html`, distributionPage(seed, days))
  const place = relative(root, file)
  screen.print(
    [
      drawDistribution(seed, days),
      '',
      wrap(legendOfTable(days), screen.width),
      '',
      `The same as pictures is in ${screen.paint.cyan(place)}`,
      'Open it in a browser, for example with:',
      '',
      `  ${screen.paint.cyan(opener(place))}`,
      `  ${screen.paint.dim(pathToFileURL(file).href)}`,
    ].join('\n'),
  )
}

function seedOf(text: string): number {
  const seed = Number(text)
  if (/^\d{1,9}$/.test(text) && seed >= 1) return seed
  throw new ExplainedError({ what: `--seed ${text} is no seed.`, why: 'It is the number of the day that is drawn.', next: 'Write a whole number from 1 to 999999999.' })
}
