import type { Flags } from './npm-options.js'

/** One of the workshop's commands: `npm run <name> -- <arguments>`. */
export interface Command {
  /** As it is typed: `npm run hint -- exercise-01`. */
  readonly usage: string
  /** One line. */
  readonly summary: string
  /** What `--help` shows below the summary. */
  readonly help: string
  /** Those that npm may take for its own; see `withFlagsFromNpm`. */
  readonly flags?: Flags
  /** @returns the exit code. @throws ExplainedError when it cannot do what it was asked for. */
  readonly run: (args: readonly string[]) => Promise<number>
}
