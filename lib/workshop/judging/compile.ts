import { existsSync, readdirSync, statSync } from 'node:fs'
import { basename, dirname, extname, join, resolve } from 'node:path'
import { pathToFileURL } from 'node:url'
import { build, type BuildFailure, type BuildOptions, type BuildResult, type Plugin } from 'esbuild'
import { isBelow } from '../../simulation/source-path.js'
import { builtFile } from '../built-file.js'
import { attendeeFiles, exerciseFolder, readHeader, root, solutionFolder, testFile, type Exercise } from '../exercises.js'

/**
 * What stands in for the files that an attendee edits, wherever it lies. In these files `./given.js` is that of the exercise, as if they lay in the
 * exercise's folder.
 */
export interface Answer {
  /** The name of an edited file → the file that replaces it. */
  readonly files: ReadonlyMap<string, string>
  /** Where the edited files come from that are not among them. */
  readonly rest: 'solution' | 'starter'
  /** The texts of files that are not to be read from the disk, by their paths. */
  readonly texts?: ReadonlyMap<string, string>
  /** Files of the exercise that are there already, as {@link compileGiven} made them. */
  readonly given?: Given
}

/** The path of a file that no answer changes → the module that it was made into. */
export type Given = ReadonlyMap<string, string>

/** An answer that cannot be compiled, or that imports what is not there. The message is one line. */
export class NotCompiled extends Error {
  override readonly name = 'NotCompiled'
}

/**
 * A single file replaces the edited file that its header names (`Replaces: …`), or the one that has its name, or the main one; the rest is the
 * solution's, as for a near miss. A folder is all that somebody has edited: what is not in it is still the starter's.
 */
export function answerAt(exercise: Exercise, path: string): Answer {
  const edited = attendeeFiles(exercise)
  if (statSync(path).isDirectory()) {
    const files = readdirSync(path).filter((file) => extname(file) === '.ts')
    return { files: new Map(files.map((file) => [file, join(path, file)])), rest: 'starter' }
  }
  const replaced = readHeader(path).replaces ?? edited.find((file) => file === basename(path)) ?? edited[0] ?? basename(path)
  return { files: new Map([[replaced, path]]), rest: 'solution' }
}

/**
 * Makes one module of the graded checks of an exercise and an answer. The attendee's own files are not looked at.
 *
 * @returns the text of a module, which collects its tests; see `collector.ts`.
 * @throws NotCompiled
 */
export async function compileChecks(exercise: Exercise, answer: Answer): Promise<string> {
  try {
    const { outputFiles } = await build({ ...options, entryPoints: [testFile(exercise)], write: false, outfile: join(root, 'checks.mjs'), plugins: [laidOver(exercise, answer)] })
    return outputFiles[0]?.text ?? ''
  } catch (error) {
    throw notCompiled(error)
  }
}

/**
 * Makes modules of the files of an exercise that lead to none that an attendee edits. Whoever judges many answers in one process has them loaded once:
 * what they prepare is there already, and the processor knows them.
 *
 * @param folder where the modules go.
 */
export async function compileGiven(exercise: Exercise, folder: string): Promise<Given> {
  const home = exerciseFolder(exercise)
  const edited = attendeeFiles(exercise).map((file) => join(home, file))
  const candidates = readdirSync(home).filter((file) => file.endsWith('.ts') && !file.endsWith('.test.ts')).map((file) => join(home, file)).filter((file) => !edited.includes(file))
  const make = (entryPoints: readonly string[]): Promise<BuildResult<{ metafile: true }>> =>
    build({ ...options, entryPoints: [...entryPoints], splitting: true, metafile: true, absWorkingDir: root, outbase: home, outdir: folder, outExtension: { '.js': '.mjs' }, plugins: [laidOver(exercise, { files: new Map(), rest: 'solution' })] })
  const inputsOf = async (file: string): Promise<readonly string[]> => Object.keys((await make([file])).metafile.inputs).map((input) => resolve(root, input))
  const free: string[] = []
  for (const file of candidates) if ((await inputsOf(file)).every((input) => !isBelow(solutionFolder(exercise), input))) free.push(file)
  if (free.length > 0) await make(free)
  return new Map(free.map((file) => [file, pathToFileURL(join(folder, `${basename(file, '.ts')}.mjs`)).href]))
}

const options = {
  bundle: true,
  sourcemap: 'inline',
  sourcesContent: false,
  platform: 'node',
  format: 'esm',
  target: 'node20',
  tsconfigRaw: { compilerOptions: { target: 'ES2023' } },
  logLevel: 'silent',
} as const satisfies BuildOptions

function laidOver(exercise: Exercise, { files, rest, texts = new Map(), given = new Map() }: Answer): Plugin {
  const home = exerciseFolder(exercise)
  const pristine = rest === 'starter' ? join(solutionFolder(exercise), 'starter') : solutionFolder(exercise)
  const edited = new Set(attendeeFiles(exercise))
  const theirs = new Set(files.values())
  const fileFor = (path: string): string => {
    const name = basename(path)
    if (dirname(path) !== home) return path
    return files.get(name) ?? (edited.has(name) ? join(pristine, name) : path)
  }
  return {
    name: 'answer-laid-over',
    setup(esbuild) {
      esbuild.onResolve({ filter: /^\./ }, ({ path: source, importer, resolveDir }) => {
        const stands = theirs.has(importer) || isBelow(pristine, importer) ? home : resolveDir
        const asked = resolve(stands, source).replace(/\.js$/, '.ts')
        const foreign = theirs.has(importer) && dirname(asked) !== home && [join(root, 'solutions'), join(root, 'exercises')].some((folder) => isBelow(folder, asked))
        if (foreign) throw new NotCompiled(`It imports '${source}', which is a solution or belongs to another exercise: the checks would judge that file.`)
        const path = fileFor(existsSync(asked) || extname(asked) !== '' ? asked : `${asked}.ts`)
        // The engine would be there twice, and an error of one would be none of the other.
        if (isBelow(join(root, 'lib'), path) || !existsSync(path)) throw nothingAt(source)
        const made = given.get(path)
        return made === undefined ? { path } : outside(made)
      })
      esbuild.onResolve({ filter: /^[^.]/ }, ({ path: source, kind, importer }) => {
        if (kind === 'entry-point' || source.startsWith('node:')) return undefined
        if (source === 'vitest' && importer.endsWith('.test.ts')) return outside(pathToFileURL(builtFile('collector')).href)
        if (source.startsWith('#')) return outside(importedByName(source))
        return outside(packageOf(source))
      })
      esbuild.onLoad({ filter: /\.ts$/ }, ({ path }) => {
        const contents = texts.get(path)
        return contents === undefined ? undefined : { contents, loader: 'ts' }
      })
    },
  }
}

function outside(path: string): { readonly path: string; readonly external: true } {
  return { path, external: true }
}

/** `#lib/testing`, from the build that this command was started from. */
function importedByName(source: string): string {
  const file = builtFile(join('imports', source.slice(1).replaceAll('/', '-')))
  if (!existsSync(file)) throw nothingAt(source)
  return pathToFileURL(file).href
}

function packageOf(source: string): string {
  try {
    return import.meta.resolve(source)
  } catch {
    throw nothingAt(source)
  }
}

function nothingAt(source: string): NotCompiled {
  return new NotCompiled(`There is nothing to import from '${source}'.`)
}

function notCompiled(error: unknown): NotCompiled {
  const [first] = (error as Partial<BuildFailure>).errors ?? []
  if (first === undefined) return new NotCompiled(error instanceof Error ? error.message : String(error))
  if (first.detail instanceof NotCompiled) return first.detail
  const { text, location } = first
  return new NotCompiled(`${location === null ? '' : `${basename(location.file)}:${location.line}: `}${text}.`)
}
