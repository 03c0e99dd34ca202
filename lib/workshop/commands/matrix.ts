import { parseArgs } from 'node:util'
import type { Command } from '../command.js'
import { parsed } from '../arguments.js'
import { defaultNodes, defaultNpms, pairsOf } from '../matrix/plan.js'
import { runMatrix, type PairResult } from '../matrix/run.js'
import { allWell, tableHeading, tableNotes, tableRow } from '../matrix/table.js'
import { terminal } from '../screen/terminal.js'

export const matrix: Command = {
  usage: `npm run matrix -- [--node ${defaultNodes}] [--npm ${defaultNpms}] [--test]`,
  summary: 'Follows the README in a fresh clone on each pair of a Node.js and an npm, and prints a table of what came of it.',
  help: [
    'Both are installed from the npm registry into a temporary folder, and what is committed is cloned there. --test runs npm test, too, which takes minutes for each pair.',
    '--without-compiler hides Python and the C++ compiler; --without-scripts keeps npm ci from running install scripts.',
  ].join('\n'),
  flags: { '--node': 'with value', '--npm': 'with value', '--test': 'alone', '--without-compiler': 'alone', '--without-scripts': 'alone' },
  async run(args) {
    const flag = { type: 'boolean', default: false } as const
    const options = { node: { type: 'string', default: defaultNodes }, npm: { type: 'string', default: defaultNpms }, test: flag, 'without-compiler': flag, 'without-scripts': flag } as const
    const { values } = parsed(() => parseArgs({ args: [...args], options }))
    const plan = { pairs: pairsOf(values.node, values.npm), test: values.test, withoutCompiler: values['without-compiler'], ignoreScripts: values['without-scripts'] }
    const screen = terminal()
    const results: PairResult[] = []
    screen.print(tableHeading)
    await runMatrix(
      plan,
      ({ node, npm }, command) => screen.whisper(`  node ${node}, npm ${npm}: ${command} …`),
      (result) => {
        results.push(result)
        screen.print(tableRow(result))
      },
    )
    screen.print(tableNotes(results, screen.width))
    return allWell(results) ? 0 : 1
  },
}
