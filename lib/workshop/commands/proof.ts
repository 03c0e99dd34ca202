import type { Command } from '../command.js'
import { ExplainedError } from '../explained-error.js'
import { proveWorkshop } from '../proof/workshop-proof.js'

export const proof: Command = {
  usage: 'npm run proof',
  summary: 'Proves the workshop itself at full length.',
  help: [
    'npm test without an argument is the short form. In addition, this judges all near misses of the electives, shows that every near miss passes all checks before the one that rejects it, and that the screen is the same with and without Vitest for the starter, the solution and a near miss of every exercise.',
    'For those who work on the workshop itself: run it when you have changed a check or how checks are run.',
  ].join('\n'),
  async run(args) {
    if (args.length > 0) {
      throw new ExplainedError({
        what: 'npm run proof takes no arguments.',
        why: 'It proves the whole workshop; nothing was run.',
        next: 'To judge your own files: npm test -- exercise-01. To prove one module: npx vitest run lib/workshop/proof/module-2.test.ts',
      })
    }
    process.env['WORKSHOP_PROOF'] = 'full'
    return proveWorkshop()
  },
}
