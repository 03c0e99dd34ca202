import type { TestUserConfig } from 'vitest/node'
import { ExplainedError } from './explained-error.js'

/** The flags that `vitest --help` lists, by their long names. Vitest's own parser lets every other flag pass in silence when it does not run itself. */
export const knownFlags: readonly string[] = [
  'allowOnly', 'api', 'attachmentsDir', 'bail', 'browser', 'cache', 'changed', 'clearCache', 'clearScreen', 'color', 'config', 'configLoader',
  'coverage', 'dangerouslyIgnoreUnhandledErrors', 'detectAsyncLeaks', 'diff', 'dir', 'disableConsoleIntercept', 'dom', 'environment', 'exclude',
  'execArgv', 'expandSnapshotDiff', 'expect', 'experimental', 'fileParallelism', 'globals', 'hideSkippedTests', 'hookTimeout', 'includeTaskLocation',
  'inspect', 'inspectBrk', 'isolate', 'listTags', 'logHeapUsage', 'maxConcurrency', 'maxWorkers', 'mergeReports', 'mode', 'open', 'outputFile',
  'passWithNoTests', 'pool', 'printConsoleTrace', 'project', 'reporter', 'retry', 'root', 'run', 'sequence', 'shard', 'silent', 'slowTestThreshold',
  'standalone', 'strictTags', 'tagsFilter', 'teardownTimeout', 'testNamePattern', 'testTimeout', 'typecheck', 'ui', 'update', 'vmMemoryLimit', 'watch',
]

export interface VitestArguments {
  /** What stands between the flags. */
  readonly names: readonly string[]
  readonly flags: TestUserConfig
  /** Vitest's reporters, where somebody asks for them. */
  readonly reporters: readonly string[]
}

/**
 * Names, and perhaps `-t` with a text: for these nobody has to wait for vitest to be loaded.
 *
 * @returns undefined for everything else.
 */
export function plainArguments(args: readonly string[]): { readonly names: readonly string[]; readonly only: RegExp | undefined } | undefined {
  const names: string[] = []
  let only: RegExp | undefined
  for (let index = 0; index < args.length; index++) {
    const argument = args[index] ?? ''
    const value = args[index + 1]
    if (!argument.startsWith('-')) names.push(argument)
    else if ((argument === '-t' || argument === '--testNamePattern') && only === undefined && value !== undefined && !value.startsWith('-')) {
      only = patternIn(value)
      if (only === undefined) return undefined
      index += 1
    } else return undefined
  }
  return { names, only }
}

/** What `-t` means; undefined for what is no regular expression. */
export function patternIn(text: string): RegExp | undefined {
  try {
    return new RegExp(withWords(text))
  } catch {
    return undefined // vitest says what is wrong with it
  }
}

/** The name of an export, such as `lostUpdate`, also means its words, as the names of checks have them: `lost update`. */
function withWords(text: string): string {
  return /^[a-z]+(?:[A-Z][a-z]+)+$/.test(text) ? `${text}|${text.replaceAll(/[A-Z]/g, (letter) => ` ${letter.toLowerCase()}`)}` : text
}

/** @throws ExplainedError for a flag that vitest does not know. */
export async function parseVitestArguments(args: readonly string[]): Promise<VitestArguments> {
  const { parseCLI, ReportersMap } = await import('vitest/node')
  const { filter, options } = parse(() => parseCLI(['vitest', ...args]))
  const { '--': _rest, color: _color, reporter, ...given } = options as Record<string, unknown>
  // Short forms come together with the long ones.
  const flags = Object.fromEntries(Object.entries(given).filter(([name]) => name.length > 1).map(([name, value]): [string, unknown] => [name, name === 'testNamePattern' && typeof value === 'string' ? withWords(value) : value]))
  const unknown = [...Object.keys(flags), ...Object.keys(given).filter((name) => name.length === 1 && !shortForms.includes(name))].filter((name) => !knownFlags.includes(name))
  if (unknown.length > 0) throw wrong(`There is no flag ${unknown.map((name) => `${name.length > 1 ? '--' : '-'}${name}`).join(', ')}.`)
  if (given['testNamePattern'] === true || given['testNamePattern'] === '') throw new ExplainedError({ what: '-t needs a part of the name of a check.', why: 'Nothing was run.', next: 'Give it after -t, in quotes where it has blanks: -t "two clicks"' })
  const reporters = Array.isArray(reporter) ? reporter.map(String) : []
  const missing = reporters.find((name) => !Object.hasOwn(ReportersMap, name) && !/[./\\]/.test(name))
  if (missing !== undefined) throw wrong(`There is no reporter "${missing}".`)
  return { names: filter.map(String), flags, reporters }
}

const shortForms = ['r', 'c', 'u', 'w', 't', 'h', 'v']

function parse<Result>(call: () => Result): Result {
  try {
    return call()
  } catch (error) {
    throw wrong(`${error instanceof Error ? error.message : String(error)}.`)
  }
}

function wrong(what: string): ExplainedError {
  return new ExplainedError({ what, why: 'Whatever is not an exercise is passed to Vitest, which does not know this.', next: 'Leave it out, or see npm test -- --help.' })
}
