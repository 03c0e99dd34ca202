import { existsSync, readdirSync, readFileSync } from 'node:fs'
import { dirname, join, relative, resolve, sep } from 'node:path'
import ts from 'typescript'
import { comparisons } from './compare/comparisons.js'
import { findExercise, root } from './exercises.js'
import { everyRoom, rooms } from './mutants/rooms/rooms.js'

/** A path or a command that somebody is told to use. */
export interface Named {
  /** Where it is named: `exercises/exercise-01-double-click/README.md`. */
  readonly by: string
  readonly kind: 'path' | 'command'
  readonly text: string
}

/** Every path and every `npm …` command that is named in a README, a hint, a book or a slide, and in a text that the code may print. */
export function namedThings(): readonly Named[] {
  return filesBelow(root).flatMap((file) => {
    const text = readFileSync(join(root, file), 'utf8')
    if (file.endsWith('.md')) return [...commandsIn(text, file), ...linksIn(text, file), ...quotedPathsIn(text, file)]
    if (!file.endsWith('.ts') || file.endsWith('.test.ts') || file.includes('fixture')) return []
    return textsIn(file, text).flatMap((literal) => commandsIn(literal, file))
  })
}

/** Why it does not exist; undefined when it does. */
export function missing({ kind, text }: Named): string | undefined {
  return kind === 'path' ? (existsSync(join(root, text)) ? undefined : `there is no ${text}`) : missingCommand(text)
}

const builtIn = ['ci', 'install']

function missingCommand(text: string): string | undefined {
  const [, run, name = '', argument] = /^npm (run )?(\S+)(?: -- (\S+))?/.exec(text) ?? []
  const manifest = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8')) as { readonly scripts: Readonly<Record<string, string>> }
  const isScript = Object.hasOwn(manifest.scripts, name)
  if (run === undefined ? !builtIn.includes(name) && !(isScript && ['start', 'test'].includes(name)) : !isScript) return `package.json has no script ${name}`
  if (argument === undefined || argument.startsWith('-') || argument.startsWith('…') || argument.startsWith('<')) return undefined
  if (name === 'mutants' && (argument === everyRoom || rooms.some((room) => room.name === argument))) return undefined
  if (name === 'compare' && comparisons.includes(argument)) return undefined
  if (name === 'join' && /^\d{2,3}$/.test(argument)) return undefined // the address of a room begins so
  return findExercise(argument) === undefined ? `there is no exercise ${argument}` : undefined
}

function commandsIn(text: string, by: string): Named[] {
  return Array.from(text.matchAll(/\bnpm (?:run [a-z]+|test|start|ci|install)\b(?: -- [\w<…-]+)?/g), ([found]) => ({ by, kind: 'command', text: found }))
}

/** Links of Markdown, relative to where they stand. */
function linksIn(text: string, by: string): Named[] {
  return Array.from(text.matchAll(/\]\(([^)\s#]+)[^)]*\)/g), ([, target = '']) => target)
    .filter((target) => !/^[a-z]+:/.test(target))
    .map((target) => ({ by, kind: 'path', text: slashes(relative(root, resolve(root, dirname(by), decodeURIComponent(target)))) }))
}

/** `lib/store/database.ts`: paths from the root. */
function quotedPathsIn(text: string, by: string): Named[] {
  return Array.from(text.matchAll(/`((?:exercises|solutions|slides|lib|\.ci)\/[\w./-]+)`/g), ([, path = '']) => ({ by, kind: 'path', text: path }))
}

/** The texts in a program, without its comments. Where something is put into a text, only what stands before it is taken. */
function textsIn(file: string, source: string): string[] {
  if (!source.includes('npm ')) return []
  const found: string[] = []
  const visit = (node: ts.Node): void => {
    if (ts.isStringLiteralLike(node) || ts.isTemplateHead(node)) found.push(node.text)
    ts.forEachChild(node, visit)
  }
  visit(ts.createSourceFile(file, source, ts.ScriptTarget.ESNext))
  return found
}

const skipped = ['node_modules', 'dist', 'coverage']

/** All files, relative to the root; what is generated and what is hidden is left out. */
function filesBelow(folder: string): string[] {
  return readdirSync(folder, { withFileTypes: true }).flatMap((entry) => {
    const path = join(folder, entry.name)
    if (entry.name.startsWith('.') || skipped.includes(entry.name)) return []
    return entry.isDirectory() ? filesBelow(path) : [slashes(relative(root, path))]
  })
}

function slashes(path: string): string {
  return path.split(sep).join('/')
}
