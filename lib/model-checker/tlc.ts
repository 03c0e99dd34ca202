import { spawn } from 'node:child_process'
import { copyFileSync, existsSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { homedir, tmpdir } from 'node:os'
import { basename, join, relative } from 'node:path'
import { fileURLToPath } from 'node:url'
import { ModelError } from './errors.js'
import { findJava, findTla2tools, type Launch } from './tla-tools.js'
import { hasAlgorithm, isTranslated, stale, withTranslation } from './translation.js'

/** The model checker of TLA+, run on an exercise's specification, where Java and TLC are installed. Nothing is downloaded. */

export interface TlcOptions {
  /** `exercises` for the attendee's own file, `solutions` for the reference solution. */
  readonly tree?: 'exercises' | 'solutions'
  /** Other values for the constants of the configuration, by name. */
  readonly constants?: Readonly<Record<string, number>>
  /** Called with the file and its new content when the translation is stale, in place of an error. */
  readonly translate?: (file: string, content: string) => void
  /** Gets what TLC prints, as it comes. */
  readonly show?: (text: string) => void
  readonly environment?: Readonly<Record<string, string | undefined>>
  readonly home?: string
  readonly root?: string
  readonly launch?: Launch
}

export interface TlcResult {
  /** Whether TLC found nothing wrong, and every invariant says something. */
  readonly passed: boolean
  /** What TLC printed. */
  readonly output: string
  /** The invariants that are true whatever happens, because no variable stands in them. */
  readonly empty: readonly string[]
  /** Whether the module has an algorithm in PlusCal, or was written in TLA+. */
  readonly algorithm: boolean
  /** What TLC counted, when it came to its end. */
  readonly generated?: number
  readonly distinct?: number
  readonly depth?: number
}

const repository = fileURLToPath(new URL('../../', import.meta.url))

/**
 * Translates the algorithm, where the module has one in PlusCal, and runs TLC on it, with one worker, so that its depth is exact.
 *
 * @throws ModelError of kind `tlc` that says what is missing, or that the file's own translation is stale.
 */
export async function runTlc(exercise: string, options: TlcOptions = {}): Promise<TlcResult> {
  const { environment = process.env, home = homedir(), root = repository, launch = start, show } = options
  const file = findModule(join(root, options.tree ?? 'exercises'), exercise)
  const java = await findJava(environment, launch)
  const jar = findTla2tools(environment, home)
  const scratch = mkdtempSync(join(tmpdir(), 'tlc-'))
  const release = removeAtExit(scratch)
  try {
    // Both tools leave files beside the module (states, traces, the old version), and TLC one in the temporary directory.
    const run = (main: string, parameters: readonly string[], shown?: (text: string) => void) =>
      launch(java, ['-XX:+UseParallelGC', `-Djava.io.tmpdir=${scratch}`, '-cp', jar, main, ...parameters], scratch, shown)
    const name = basename(file, '.tla')
    const copy = join(scratch, `${name}.tla`)
    copyFileSync(file, copy)
    const own = readFileSync(file, 'utf8')
    if (hasAlgorithm(own)) {
      const translation = await run('pcal.trans', ['-nocfg', '-unixEOL', copy])
      mustBeInThere(jar, translation.output)
      if (translation.status !== 0 || /Unrecoverable error/.test(translation.output)) throw notTranslatable(relative(root, file), translation.output)
      const translated = readFileSync(copy, 'utf8')
      if (!isTranslated(own, translated)) {
        if (options.translate === undefined) throw stale(relative(root, file), own, `npm run tlc -- ${exercise}`)
        options.translate(file, withTranslation(relative(root, file), own, translated))
      }
    }
    const content = readFileSync(copy, 'utf8')
    const config = setConstants(readFileSync(file.replace(/\.tla$/, '.cfg'), 'utf8'), options.constants ?? {})
    writeFileSync(join(scratch, `${name}.cfg`), config)
    const { status, output } = await run('tlc2.TLC', ['-workers', '1', '-noGenerateSpecTE', '-config', `${name}.cfg`, `${name}.tla`], show)
    mustBeInThere(jar, output)
    const empty = emptyInvariants(content, config, output)
    return { passed: status === 0 && empty.length === 0, output, empty, algorithm: hasAlgorithm(own), ...readCounts(output) }
  } finally {
    release()
  }
}

/** The folder goes, also when the command is left with Ctrl-C. */
function removeAtExit(folder: string): () => void {
  const remove = (): void => rmSync(folder, { recursive: true, force: true })
  const leave = (): void => {
    remove()
    process.exit(130)
  }
  process.once('SIGINT', leave)
  return () => {
    process.off('SIGINT', leave)
    remove()
  }
}

/**
 * The invariants of the configuration in which no variable stands: TRUE, for example. They can never be broken, and prove nothing. Newer versions
 * of TLC warn of them; for the older ones the definition is looked at.
 */
export function emptyInvariants(module: string, config: string, output: string): readonly string[] {
  const [, names = ''] = /^INVARIANTS?\b([\s\S]*?)(?=^[A-Z]+\b|(?![\s\S]))/m.exec(config) ?? []
  return names
    .split(/\s+/)
    .filter((name) => name !== '')
    .filter((name) => new RegExp(`invariant ${name} is a constant-level formula`).test(output) || new RegExp(`^\\s*${name} == TRUE\\s*$`, 'm').test(module))
}

function notTranslatable(file: string, output: string): ModelError {
  const said = output.split('\n').map((line) => line.trim()).filter((line) => line !== '' && !line.startsWith('pcal.trans') && !/^Unrecoverable error/.test(line))
  return new ModelError('tlc', {
    what: `${file} cannot be translated: ${said.join(' ').replace(/^-- /, '')}`,
    why: 'TLC checks the translation of the algorithm, so there is nothing to check yet.',
    next: 'Correct the algorithm at the place named above. The manual of PlusCal is at lamport.azurewebsites.net/tla/p-manual.pdf.',
  })
}

function mustBeInThere(jar: string, output: string): void {
  if (!/could not find or load main class|ClassNotFoundException|Invalid or corrupt jarfile/i.test(output)) return
  throw new ModelError('tlc', {
    what: `${jar} does not hold the tools of TLA+: Java found no ${/pcal/.test(output) ? 'PlusCal translator (pcal.trans)' : 'TLC (tlc2.TLC)'} in it.`,
    why: 'Nothing was checked.',
    next: 'Let TLA2TOOLS_JAR name a complete tla2tools.jar: the one in the TLA+ extension of VS Code, or from github.com/tlaplus/tlaplus/releases.',
  })
}

function findModule(tree: string, exercise: string): string {
  const folders = existsSync(tree) ? readdirSync(tree).filter((name) => name === exercise || name.startsWith(`${exercise}-`)) : []
  for (const folder of folders.map((name) => join(tree, name))) {
    const [module] = readdirSync(folder).filter((name) => name.endsWith('.tla'))
    if (module !== undefined) return join(folder, module)
  }
  throw new ModelError('tlc', {
    what: `${exercise} has no TLA+ specification.`,
    why: 'TLC checks a .tla file; only exercises about model checking have one.',
    next: 'Try exercise-12 or exercise-22.',
  })
}

/** The configuration with other values for some constants. */
export function setConstants(config: string, constants: Readonly<Record<string, number>>): string {
  return Object.entries(constants).reduce((text, [name, value]) => {
    const line = new RegExp(`^(\\s*${name}\\s*=\\s*).*$`, 'm')
    if (line.test(text)) return text.replace(line, `$1${value}`)
    throw new ModelError('tlc', {
      what: `The configuration has no constant ${name}.`,
      why: 'TLC would run with other numbers than were asked for.',
      next: 'Look at the CONSTANTS of the .cfg file for the names.',
    })
  }, config)
}

function readCounts(output: string): Pick<TlcResult, 'generated' | 'distinct' | 'depth'> {
  const number = (text: string | undefined) => Number((text ?? '').replaceAll(',', ''))
  const counts = /^([\d,]+) states generated, ([\d,]+) distinct states found/m.exec(output)
  const depth = /depth of the complete state graph search is ([\d,]+)/.exec(output)
  return {
    ...(counts ? { generated: number(counts[1]), distinct: number(counts[2]) } : {}),
    ...(depth ? { depth: number(depth[1]) } : {}),
  }
}

/** Both streams as one text, in the order in which they came. */
const start: Launch = (program, parameters, folder, show) =>
  new Promise((resolve) => {
    const child = spawn(program, parameters, { cwd: folder, stdio: ['ignore', 'pipe', 'pipe'] })
    let output = ''
    for (const stream of [child.stdout, child.stderr]) {
      stream.setEncoding('utf8').on('data', (text: string) => {
        output += text
        show?.(text)
      })
    }
    child.on('error', (error) => resolve({ status: null, output: String(error) }))
    child.on('close', (status) => resolve({ status, output }))
  })
