import { readdirSync } from 'node:fs'
import { createRequire } from 'node:module'
import { join, relative, resolve, sep } from 'node:path'
import type * as typescript from 'typescript'
import { isBelow, shownPath } from '../../simulation/source-path.js'
import { contentOf } from '../attendee-files.js'
import { exerciseFolder, findExercise, root, type Exercise } from '../exercises.js'
import type { Problem } from './result.js'

/**
 * An answer that imports a solution, or what belongs to another exercise, is not judged: what came out would be about the other file. Imports of types
 * alone leave nothing behind, so they are all right.
 */
export function foreignImport(exercise: Exercise, folder = exerciseFolder(exercise)): Problem | undefined {
  for (const file of sourcesIn(folder)) {
    const path = join(folder, file)
    const text = contentOf(path) ?? ''
    if (![...text.matchAll(/['"`](\.{1,2}\/[^'"`\n]+)['"`]/g)].some(([, wanted = '']) => isForeign(folder, wanted))) continue
    // It may stand in a comment: whoever knows the language says so.
    const found = importsOf(text, file).find(({ wanted }) => isForeign(folder, wanted))
    if (found !== undefined) return describe(exercise, { file, ...found, target: resolve(folder, found.wanted), site: `${shownPath(root, path)}:${found.line}` })
  }
  return undefined
}

function sourcesIn(folder: string): readonly string[] {
  try {
    return readdirSync(folder).filter((file) => /\.[cm]?[jt]s$/.test(file) && !file.endsWith('.test.ts')).sort()
  } catch {
    return [] // there is no such exercise
  }
}

function isForeign(folder: string, wanted: string): boolean {
  const target = resolve(folder, wanted)
  return isBelow(join(root, 'solutions'), target) || (isBelow(join(root, 'exercises'), target) && !isBelow(folder, target))
}

interface Import {
  readonly wanted: string
  readonly line: number
}

/** What the compiled file will load. */
function importsOf(text: string, file: string): readonly Import[] {
  const ts = createRequire(import.meta.url)('typescript') as typeof typescript // it takes a while to load, and is hardly ever needed
  const source = ts.createSourceFile(file, text, ts.ScriptTarget.Latest)
  const found: Import[] = []
  const note = (specifier: typescript.Node | undefined): void => {
    if (specifier !== undefined && ts.isStringLiteralLike(specifier)) found.push({ wanted: specifier.text, line: source.getLineAndCharacterOfPosition(specifier.getStart(source)).line + 1 })
  }
  const visit = (node: typescript.Node): void => {
    if (ts.isImportDeclaration(node) && node.importClause?.phaseModifier !== ts.SyntaxKind.TypeKeyword) note(node.moduleSpecifier)
    if (ts.isExportDeclaration(node) && !node.isTypeOnly) note(node.moduleSpecifier)
    if (ts.isCallExpression(node) && (node.expression.kind === ts.SyntaxKind.ImportKeyword || (ts.isIdentifier(node.expression) && node.expression.text === 'require'))) note(node.arguments[0])
    ts.forEachChild(node, visit)
  }
  visit(source)
  return found
}

function describe(exercise: Exercise, { file, wanted, target, site }: { readonly file: string; readonly wanted: string; readonly target: string; readonly site: string }): Problem {
  const title = `${file} imports ${wanted}, so it was not judged.`
  const allowed = `Import from '#lib', '#driveway' and files in exercises/${exercise.folder}.`
  if (isBelow(join(root, 'solutions'), target)) {
    return { title, detail: `That is a solution: the checks would judge it, and say nothing about your answer.\n${allowed} npm run solution -- ${exercise.name} shows the solution, and --apply takes it.`, site }
  }
  const [folder = ''] = relative(join(root, 'exercises'), target).split(sep)
  const other = findExercise(folder)?.name ?? 'another exercise'
  return { title, detail: `That file belongs to ${other}: it changes with that exercise, when you reset it, for example, and your answer here would change with it.\n${allowed} What you need of the other file you can copy.`, site }
}
