import { spawnSync } from 'node:child_process'
import { copyFileSync, existsSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { homedir, tmpdir } from 'node:os'
import { basename, join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { ModelError } from './errors.js'

/** The model checker of TLA+, run on an exercise's specification, where Java and TLC are installed. Nothing is downloaded. */

export interface TlcOptions {
  /** `exercises` for the attendee's own file, `solutions` for the reference solution. */
  readonly tree?: 'exercises' | 'solutions'
  /** Other values for the constants of the configuration, by name. */
  readonly constants?: Readonly<Record<string, number>>
  readonly environment?: Readonly<Record<string, string | undefined>>
  readonly home?: string
  readonly root?: string
  /** Starts a program and waits for it. */
  readonly launch?: Launch
}

export type Launch = (program: string, parameters: readonly string[], folder: string) => { readonly status: number | null; readonly output: string }

export interface TlcResult {
  /** Whether TLC found nothing wrong. */
  readonly passed: boolean
  /** What TLC printed. */
  readonly output: string
  /** What TLC counted, when it came to its end. */
  readonly generated?: number
  readonly distinct?: number
  readonly depth?: number
}

const repository = fileURLToPath(new URL('../../', import.meta.url))

/** Runs TLC, with one worker, so that its depth is exact. Throws a `ModelError` of kind `tlc` that says how to get what is missing. */
export function runTlc(exercise: string, options: TlcOptions = {}): TlcResult {
  const { environment = process.env, home = homedir(), root = repository, launch = start } = options
  const module = findModule(join(root, options.tree ?? 'exercises'), exercise)
  const java = findJava(environment, launch)
  const jar = findTla2tools(environment, home)
  const scratch = mkdtempSync(join(tmpdir(), 'tlc-'))
  try {
    // TLC leaves files beside the module (states, traces), so it gets copies.
    const name = basename(module, '.tla')
    copyFileSync(module, join(scratch, `${name}.tla`))
    const config = readFileSync(module.replace(/\.tla$/, '.cfg'), 'utf8')
    writeFileSync(join(scratch, `${name}.cfg`), setConstants(config, options.constants ?? {}))
    const parameters = ['-XX:+UseParallelGC', '-cp', jar, 'tlc2.TLC', '-workers', '1', '-config', `${name}.cfg`, `${name}.tla`]
    const { status, output } = launch(java, parameters, scratch)
    return { passed: status === 0, output, ...readCounts(output) }
  } finally {
    rmSync(scratch, { recursive: true, force: true })
  }
}

/** TLC's archive: where TLA2TOOLS_JAR points, or inside the TLA+ extension of VS Code. */
export function findTla2tools(environment: Readonly<Record<string, string | undefined>>, home: string): string {
  const named = environment['TLA2TOOLS_JAR']
  if (named !== undefined && named !== '') {
    if (existsSync(named)) return named
    throw new ModelError('tlc', {
      what: `TLA2TOOLS_JAR names ${named}, and there is no such file.`,
      why: 'TLC lives in that file; nothing was run.',
      next: 'Let TLA2TOOLS_JAR name tla2tools.jar with its full path, or unset it to use the one of the VS Code extension.',
    })
  }
  const found = ['.vscode', '.vscode-server', '.vscode-insiders', '.vscode-oss']
    .map((product) => join(home, product, 'extensions'))
    .filter((folder) => existsSync(folder))
    .flatMap((folder) => readdirSync(folder).filter(isTlaExtension).map((name) => join(folder, name, 'tools', 'tla2tools.jar')))
    .filter((jar) => existsSync(jar))
    .sort((one, other) => one.localeCompare(other, 'en', { numeric: true }))
  const newest = found.at(-1)
  if (newest !== undefined) return newest
  throw new ModelError('tlc', {
    what: 'There is no tla2tools.jar: TLA2TOOLS_JAR is not set, and VS Code has no TLA+ extension.',
    why: 'TLC, the model checker of TLA+, lives in that file. The exercise itself does not need it: its checks run in TypeScript.',
    next: 'Install the extension "TLA+" in VS Code, which brings it along; or get tla2tools.jar from github.com/tlaplus/tlaplus/releases and let TLA2TOOLS_JAR name it.',
  })
}

function isTlaExtension(name: string): boolean {
  return /^(alygin\.vscode-tlaplus|tlaplus\.(vscode-ide|vscode-tlaplus))/.test(name)
}

function findJava(environment: Readonly<Record<string, string | undefined>>, launch: Launch): string {
  const home = environment['JAVA_HOME']
  const java = home === undefined || home === '' ? 'java' : join(home, 'bin', 'java')
  if (launch(java, ['-version'], tmpdir()).status === 0) return java
  throw new ModelError('tlc', {
    what: `"${java} -version" does not run: there is no Java here.`,
    why: 'TLC is a Java program. The exercise itself does not need it: its checks run in TypeScript.',
    next: 'Install Java 11 or newer (adoptium.net), and let JAVA_HOME name its folder if it is not on the path.',
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
    next: 'Try exercise-12.',
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

const start: Launch = (program, parameters, folder) => {
  const { status, stdout, stderr } = spawnSync(program, parameters, { cwd: folder, encoding: 'utf8', maxBuffer: 64 * 1024 * 1024 })
  return { status, output: `${stdout}${stderr}` }
}
