import { spawn } from 'node:child_process'
import { join } from 'node:path'
import { parseArgs } from 'node:util'
import { build } from 'esbuild'
import type { Command } from '../command.js'
import { parsed } from '../arguments.js'
import { root } from '../exercises.js'

/**
 * The benchmark is compiled first, and runs in a process of its own: what runs TypeScript directly gives every function its name at
 * run time, and that would be measured, too.
 */
export const bench: Command = {
  usage: 'npm run bench [-- --quick] [--scheduler] [--model-checker]',
  summary: "Measures the engine, side by side with fast-check's scheduler, a run of 200,000 executions that must stay flat, the model checker beside TLC, and what the commands cost.",
  help: '--quick takes a tenth of the time; its figures are rougher. --scheduler and --model-checker measure that part alone. TLC is compared where it is installed, see npm run tlc -- --help.',
  async run(args) {
    const flag = { type: 'boolean', default: false } as const
    const { values } = parsed(() => parseArgs({ args: [...args], options: { quick: flag, scheduler: flag, 'model-checker': flag } }))
    const file = join(root, '.workshop', 'bench.mjs')
    await build({ entryPoints: [join(root, 'lib', 'bench', 'main.ts')], outfile: file, bundle: true, platform: 'node', format: 'esm', target: 'node20', external: ['better-sqlite3', 'fast-check', 'chalk'], logLevel: 'warning' })
    const child = spawn(process.execPath, ['--expose-gc', file, ...Object.entries(values).flatMap(([name, given]) => (given ? [`--${name}`] : []))], { stdio: 'inherit', cwd: root })
    return new Promise((resolve, reject) => {
      child.on('error', reject)
      child.on('exit', (code) => resolve(code ?? 1))
    })
  },
}
