import { ExplainedError } from './explained-error.js'
import { findExercise } from './exercises.js'

/** The flags of a command as they are typed, and whether a value follows. */
export type Flags = Readonly<Record<string, 'alone' | 'with value'>>

/**
 * Finds the flags that npm took for its own. It does so when there is no `--` before them, and PowerShell may drop that: until npm 10.9.3 and 11.4
 * `npm.ps1` passed on what PowerShell leaves of the line (npm/cli pull request 8343). What then arrives was tried with npm 10, 11 and 12:
 *
 * - `--watch` is in the environment, as `npm_config_watch=true`, and no longer among the arguments. npm 12 refuses it, and this is never run.
 * - `--junit=file.xml` is there as `npm_config_junit=file.xml`.
 * - `--junit file.xml` is there as `npm_config_junit=true`, and `file.xml` stays among the arguments, with nothing to say that it belongs to it.
 * - `--no-pdf` is there as `npm_config_pdf=`.
 * - `--apply` is no name to npm, but five of its one-letter options (-a -p -p -l -y). So `yes`, `all`, `long` and `parseable` are there as true: also
 *   with npm 12.
 *
 * @throws ExplainedError when it is not clear which argument belongs to which flag.
 */
export function withFlagsFromNpm(args: readonly string[], flags: Flags, usage: string, env: Readonly<Record<string, string | undefined>> = process.env): readonly string[] {
  if (env['npm_lifecycle_event'] === undefined) return args
  const taken = new Map(Object.entries(env).flatMap(([name, value]) => (/^npm_config_/i.test(name) && value !== undefined ? [[plain(name.slice('npm_config_'.length)), value]] : [])))
  const found: string[] = []
  const parted: string[] = []
  for (const [flag, kind] of Object.entries(flags)) {
    const value = taken.get(plain(flag.replace(/^--no-/, '')))
    if (args.some((each) => each === flag || each.startsWith(`${flag}=`))) continue
    if (kind === 'alone' && isSet(flag, value, taken)) found.push(flag)
    if (kind === 'alone' || value === undefined) continue
    if (value === 'true') parted.push(flag)
    else found.push(...(flag.startsWith('--') ? [`${flag}=${value}`] : [flag, value]))
  }
  const [first] = parted
  if (first === undefined) return [...args, ...found]
  const others = args.filter((each) => findExercise(each) === undefined)
  const [only] = others
  if (parted.length === 1 && others.length === 1 && only !== undefined) return [...args.filter((each) => each !== only), ...found, first, only]
  throw new ExplainedError({
    what: `npm took ${parted.join(' and ')} for ${parted.length === 1 ? 'an option' : 'options'} of its own.`,
    why: `So it is not clear what belongs to ${parted.length === 1 ? 'it' : 'them'} among: ${args.join(', ')}. Nothing was done.`,
    next: `Write -- before the options: ${usage.replace(/ -- .*/, '')} -- ${exampleIn(usage)}${parted.map((flag) => `${flag} …`).join(' ')}\nPowerShell may drop the --; npm.cmd instead of npm keeps it.`,
  })
}

/** What the flags of a command stand behind: an exercise, an address, or nothing. */
function exampleIn(usage: string): string {
  const [, first] = / -- ([^[\s-]\S*) /.exec(usage) ?? []
  if (first !== undefined) return `${first} `
  return usage.includes('exercise') ? 'exercise-01 ' : ''
}

function isSet(flag: string, value: string | undefined, taken: ReadonlyMap<string, string>): boolean {
  if (flag === '--apply' && value === undefined) return ['yes', 'all', 'long', 'parseable'].every((name) => taken.get(name) === 'true')
  return flag.startsWith('--no-') ? value === '' || value === 'false' : value === 'true'
}

/** npm writes `keep-db` as `keep_db`, and `testNamePattern` in small letters. */
function plain(name: string): string {
  return name.replace(/[-_]/g, '').toLowerCase()
}
