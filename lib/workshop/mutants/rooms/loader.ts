/**
 * Loads the engine with one file of it changed, and its tests, within a process that has loaded it before: only what depends on that file is loaded
 * anew. That takes milliseconds, where a process for each mutant would take half a second. Runs in the process of `judging/judge-process.ts`.
 */
import { appendFileSync, readFileSync } from 'node:fs'
import { createRequire, SourceMap, type SourceMapPayload } from 'node:module'
import { join, posix } from 'node:path'
import { compileFunction } from 'node:vm'
import type * as vitest from 'vitest'
import { test as collected } from '../../collector.js'
import { root } from '../../exercises.js'
import { reachedName } from './regions.js'
import { leftOut } from './rooms.js'
import { standInFor, type EngineTest } from './stand-in.js'
import type { Reached, SuiteWork } from './work.js'

type Code = (require: (name: string) => unknown, module: { exports: unknown }, exports: unknown) => void

interface Engine {
  readonly texts: ReadonlyMap<string, string>
  readonly code: Map<string, Code>
  /** The engine as it is. */
  readonly loaded: Map<string, unknown>
  /** What each file imports. */
  readonly imports: Map<string, Set<string>>
  readonly packages: ReadonlyMap<string, unknown>
  readonly vitest: typeof vitest
}

const engines = new Map<string, Promise<Engine>>()
const hits = new Set<number>()
const note = appendFileSync

/** Leaves the tests in the collector. */
export async function loadSuite({ modules, replaced, tests, reached }: SuiteWork): Promise<void> {
  const opened = engines.get(modules) ?? openEngine(modules)
  engines.set(modules, opened)
  const engine = await opened
  // What depends on what is known when it was loaded as it is.
  for (const file of Object.keys(tests)) if (!engine.imports.has(file)) new Loading(engine, new Map()).test(file)
  const loading = new Loading(engine, new Map(Object.entries(replaced)))
  for (const [file, names] of Object.entries(tests)) {
    for (const test of loading.test(file)) if (names === 'all' ? !leftOut.test(test.name) : names.includes(test.name)) collected(test.name, () => (reached === undefined ? test.run() : reaching(test, reached)))
  }
}

async function openEngine(modules: string): Promise<Engine> {
  const texts = new Map(Object.entries(JSON.parse(readFileSync(modules, 'utf8')) as Readonly<Record<string, string>>))
  const [tester, check, chalk] = await Promise.all([import('vitest'), import('fast-check'), import('chalk')])
  const packages = new Map<string, unknown>([['fast-check', { __esModule: true, ...check }], ['chalk', { __esModule: true, ...chalk }]])
  Object.assign(globalThis, { [reachedName]: (region: number) => hits.add(region) })
  compareSnapshots(tester)
  mapStacks(texts)
  return { texts, code: new Map(), loaded: new Map(), imports: new Map(), packages, vitest: tester }
}

async function reaching({ name, file, run }: EngineTest, reached: string): Promise<void> {
  hits.clear()
  try {
    await run()
  } finally {
    note(reached, `${JSON.stringify({ test: name, file, regions: [...hits] } satisfies Reached)}\n`)
  }
}

class Loading {
  readonly #own = new Map<string, unknown>()
  readonly #asItIs: Map<string, unknown>
  readonly #changed: ReadonlySet<string>

  constructor(
    private readonly engine: Engine,
    private readonly replaced: ReadonlyMap<string, string>,
  ) {
    this.#asItIs = replaced.size === 0 ? this.#own : engine.loaded
    if (replaced.size === 0) this.#own = engine.loaded
    this.#changed = dependents(engine.imports, new Set(replaced.keys()))
  }

  /** Test files are loaded each time. */
  test(file: string): readonly EngineTest[] {
    const { exports, tests } = standInFor(this.engine.vitest, file)
    this.#run(file, exports)
    return tests
  }

  #module(file: string): unknown {
    const known = this.#own.get(file) ?? (this.#changed.has(file) ? undefined : this.#asItIs.get(file))
    return known ?? this.#run(file, undefined)
  }

  #run(file: string, standIn: object | undefined): unknown {
    const module: { exports: unknown } = { exports: {} }
    if (standIn === undefined) this.#own.set(file, module.exports)
    const imports = this.engine.imports.get(file) ?? new Set()
    this.engine.imports.set(file, imports)
    const own = createRequire(join(root, ...file.split('/')))
    const require = (name: string): unknown => {
      if (name === 'vitest' && standIn !== undefined) return standIn
      const asked = fileFor(file, name)
      if (asked === undefined) return this.engine.packages.get(name) ?? (own(name) as unknown)
      imports.add(asked)
      return this.#module(asked)
    }
    this.#code(file)(require, module, module.exports)
    if (standIn === undefined) this.#own.set(file, module.exports)
    return module.exports
  }

  #code(file: string): Code {
    const replaced = this.replaced.get(file)
    if (replaced !== undefined) return compiled(file, replaced)
    const code = this.engine.code.get(file) ?? compiled(file, this.engine.texts.get(file) ?? notThere(file))
    this.engine.code.set(file, code)
    return code
  }
}

function compiled(file: string, text: string): Code {
  return compileFunction(text, ['require', 'module', 'exports'], { filename: join(root, ...file.split('/')) }) as Code
}

/** vitest's own would ask its runner, which is not here. It keeps texts in quotes. */
function compareSnapshots({ chai }: typeof vitest): void {
  chai.util.overwriteMethod(
    chai.Assertion.prototype,
    'toMatchInlineSnapshot',
    () =>
      function (this: Chai.AssertionStatic, inline: string): void {
        const [found, expected] = [blanksAside(String(chai.util.flag(this, 'object'))), blanksAside(inline.trim().replace(/^"|"$/g, ''))]
        this.assert(found === expected, 'expected #{exp}, found #{act}', 'expected something else than #{exp}', expected, found, true)
      },
  )
}

/** In a test, a snapshot is indented like the code around it. */
function blanksAside(text: string): string {
  return text.trim().replace(/\s*\n\s*/g, '\n')
}

/** The file of the engine that is meant; undefined for a package. */
function fileFor(importer: string, name: string): string | undefined {
  if (name.startsWith('.')) return posix.join(posix.dirname(importer), name).replace(/\.js$/, '.ts')
  return { '#lib': 'lib/index.ts', '#lib/testing': 'lib/testing.ts' }[name]
}

/** These files, and whatever imports them, over however many others. */
function dependents(imports: ReadonlyMap<string, ReadonlySet<string>>, files: ReadonlySet<string>): ReadonlySet<string> {
  const found = new Set(files)
  for (const file of found) for (const [importer, imported] of imports) if (imported.has(file)) found.add(importer)
  return found
}

/** What runs is a translation: a stack names the lines that somebody has written. */
function mapStacks(texts: ReadonlyMap<string, string>): void {
  const maps = new Map<string, SourceMap | undefined>()
  const mapOf = (path: string): SourceMap | undefined => {
    if (!maps.has(path)) {
      const [, encoded] = /base64,(.*)\s*$/.exec(texts.get(posix.relative(root.replaceAll('\\', '/'), path.replaceAll('\\', '/'))) ?? '') ?? []
      maps.set(path, encoded === undefined ? undefined : new SourceMap(JSON.parse(Buffer.from(encoded, 'base64').toString('utf8')) as SourceMapPayload))
    }
    return maps.get(path)
  }
  Error.prepareStackTrace = (error, sites) => {
    const lines = sites.map((site) => {
      const path = site.getFileName() ?? ''
      const [line, column] = [site.getLineNumber() ?? 1, site.getColumnNumber() ?? 1]
      const entry = mapOf(path)?.findEntry(line - 1, column - 1)
      return entry !== undefined && 'originalLine' in entry ? `${path}:${entry.originalLine + 1}:${entry.originalColumn + 1}` : `${path}:${line}:${column}`
    })
    return [String(error), ...lines.map((line) => `    at ${line}`)].join('\n')
  }
}

function notThere(file: string): never {
  throw new Error(`There is no ${file} among the engine's files.`)
}
