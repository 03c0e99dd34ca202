/**
 * Checks the types of the files that it is given, and prints what is wrong with them as JSON: one `TypeProblem` for each error. It is started beside a
 * run, in a process of its own, and takes what the processor has left.
 */
import { constants, setPriority } from 'node:os'
import { readFileSync } from 'node:fs'
import { basename, join, resolve } from 'node:path'
import ts from 'typescript'
import { root } from '../exercises.js'
import type { TypeProblem } from './type-problem.js'

try {
  setPriority(constants.priority.PRIORITY_BELOW_NORMAL)
} catch {
  // then it takes its share
}
process.stdout.write(JSON.stringify(problemsIn(process.argv.slice(2).map((file) => resolve(file)))))

function problemsIn(files: readonly string[]): TypeProblem[] {
  const { config } = ts.readConfigFile(join(root, 'tsconfig.json'), (file) => readFileSync(file, 'utf8')) as { readonly config: { readonly compilerOptions: unknown } }
  const { options } = ts.parseJsonConfigFileContent({ compilerOptions: config.compilerOptions, files }, ts.sys, root)
  const program = ts.createProgram({ rootNames: files, options })
  return files.flatMap((file) => {
    const source = program.getSourceFile(file)
    // The run tells syntax errors, and whatever follows from them is noise.
    if (source === undefined || program.getSyntacticDiagnostics(source).length > 0) return []
    return program.getSemanticDiagnostics(source).map(({ start = 0, messageText }) => ({
      file: basename(file),
      line: source.getLineAndCharacterOfPosition(start).line + 1,
      message: innermost(messageText),
    }))
  })
}

/** The compiler tells from the outside in: a whole handler does not fit, because its response does not, because `string` is no `number`. */
function innermost(text: string | ts.DiagnosticMessageChain): string {
  if (typeof text === 'string') return text
  const [next] = text.next ?? []
  return next === undefined ? text.messageText : innermost(next)
}
