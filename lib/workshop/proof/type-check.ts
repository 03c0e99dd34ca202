/**
 * Checks the types of the whole repository, as `tsc --noEmit` does. Where an attendee's file has changed, the pristine starter is read instead: the
 * proof is about the workshop, not about work in progress. In CI everything is read as it is.
 */
import { readFileSync } from 'node:fs'
import { join, resolve, sep } from 'node:path'
import ts from 'typescript'
import { changedFiles } from '../attendee-files.js'
import { exerciseFolder, listExercises, root, solutionFolder } from '../exercises.js'

const pristine = process.env['CI'] === undefined
const { config } = ts.readConfigFile(join(root, 'tsconfig.json'), (file) => readFileSync(file, 'utf8')) as { readonly config: unknown }
const { options, fileNames, errors } = ts.parseJsonConfigFileContent(config, ts.sys, root)
const host = ts.createCompilerHost(options)
if (pristine) readStartersInstead(host)
const program = ts.createProgram({ rootNames: pristine ? fileNames.filter((file) => !isAdded(file)) : fileNames, options, host })
const diagnostics = [...errors, ...ts.getPreEmitDiagnostics(program)]
const formatHost: ts.FormatDiagnosticsHost = { getCurrentDirectory: () => root, getCanonicalFileName: (file) => file, getNewLine: () => '\n' }
process.stdout.write(process.env['FORCE_COLOR'] === undefined ? ts.formatDiagnostics(diagnostics, formatHost) : ts.formatDiagnosticsWithColorAndContext(diagnostics, formatHost))
process.exitCode = diagnostics.length > 0 ? 1 : 0

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
