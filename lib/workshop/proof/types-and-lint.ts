/**
 * Checks the types of the whole repository, as `tsc --noEmit` does, and lints it, as `eslint` does. Most of the rules need the types: so both use one
 * program, and what the first has found out of the types, the second need not. Where an attendee's file has changed, the pristine starter is read
 * instead: the proof is about the workshop, not about work in progress. In CI everything is read as it is.
 *
 * Prints what came of it as JSON.
 */
import { readFileSync } from 'node:fs'
import { join, resolve, sep } from 'node:path'
import { ESLint } from 'eslint'
import ts from 'typescript'
import { changedFiles } from '../attendee-files.js'
import { exerciseFolder, listExercises, root, solutionFolder } from '../exercises.js'

export interface StaticCheck {
  readonly passed: boolean
  readonly output: string
  readonly seconds: number
}

export interface TypesAndLint {
  readonly types: StaticCheck
  readonly lint: StaticCheck
}

const pristine = process.env['CI'] === undefined
const colour = process.env['FORCE_COLOR'] !== undefined
const program = wholeProgram()
const types = await timed(checkTypes)
const lint = await timed(() => lintWith(program.program))
process.stdout.write(JSON.stringify({ types, lint } satisfies TypesAndLint))

function wholeProgram(): { readonly program: ts.Program; readonly errors: readonly ts.Diagnostic[] } {
  const { config } = ts.readConfigFile(join(root, 'tsconfig.json'), (file) => readFileSync(file, 'utf8')) as { readonly config: unknown }
  const { options, fileNames, errors } = ts.parseJsonConfigFileContent(config, ts.sys, root)
  const host = ts.createCompilerHost(options)
  if (pristine) readStartersInstead(host)
  return { program: ts.createProgram({ rootNames: pristine ? fileNames.filter((file) => !isAdded(file)) : fileNames, options, host }), errors }
}

function checkTypes(): Omit<StaticCheck, 'seconds'> {
  const diagnostics = [...program.errors, ...ts.getPreEmitDiagnostics(program.program)]
  const formatHost: ts.FormatDiagnosticsHost = { getCurrentDirectory: () => root, getCanonicalFileName: (file) => file, getNewLine: () => '\n' }
  return { passed: diagnostics.length === 0, output: (colour ? ts.formatDiagnosticsWithColorAndContext : ts.formatDiagnostics)(diagnostics, formatHost) }
}

/**
 * What has not changed is not looked at again, but in CI: there the answer must not depend on what was there before. Where an attendee is at work, lint
 * waits: the starter under `solutions` stands in for it.
 */
async function lintWith(program: ts.Program): Promise<Omit<StaticCheck, 'seconds'>> {
  const changed = pristine ? listExercises().filter((exercise) => changedFiles(exercise).length > 0) : []
  const shared = Object.assign(program, { toJSON: () => 'the whole program' }) // the cache writes down with which options it was made
  const eslint = new ESLint({
    cwd: root,
    ignorePatterns: changed.map(({ folder }) => `exercises/${folder}/**`),
    overrideConfig: { languageOptions: { parserOptions: { projectService: false, programs: [shared] } } },
    ...(pristine ? { cache: true, cacheStrategy: 'content', cacheLocation: join(root, 'node_modules', '.cache', 'eslint', 'proof') } : {}),
  })
  const results = await eslint.lintFiles([root])
  const formatter = await eslint.loadFormatter('stylish')
  return { passed: results.every(({ errorCount }) => errorCount === 0), output: await formatter.format(results) }
}

async function timed(check: () => Omit<StaticCheck, 'seconds'> | Promise<Omit<StaticCheck, 'seconds'>>): Promise<StaticCheck> {
  const started = performance.now()
  const result = await check()
  return { ...result, seconds: Math.round((performance.now() - started) / 100) / 10 }
}

function readStartersInstead(host: ts.CompilerHost): void {
  const starters = new Map(
    listExercises().flatMap((exercise) => changedFiles(exercise).map(({ file }): [string, string] => [join(exerciseFolder(exercise), file), join(solutionFolder(exercise), 'starter', file)])),
  )
  const read = host.readFile.bind(host)
  const exists = host.fileExists.bind(host)
  host.readFile = (file) => read(starters.get(resolve(file)) ?? file)
  host.fileExists = (file) => exists(starters.get(resolve(file)) ?? file)
}

/** In an exercise the tests lead to everything that belongs to it; what they do not lead to, the attendee has added. */
function isAdded(file: string): boolean {
  return resolve(file).startsWith(join(root, 'exercises') + sep) && !file.endsWith('.test.ts')
}
