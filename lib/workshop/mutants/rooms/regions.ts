/**
 * Which tests reach a mutant: those that run the innermost block around it. Each block of a file gets a number and says when it is run.
 */
import ts from 'typescript'

export interface Region {
  readonly number: number
  /** Where in the file, in characters from 0. What is in here runs only after the region has been reached. */
  readonly start: number
  readonly end: number
}

/** @param first the number of the file's first region. @returns its text, with a call of `reached(number)` at the beginning of each region. */
export function withRegions(text: string, first: number): { readonly text: string; readonly regions: readonly Region[] } {
  const file = ts.createSourceFile('room.ts', text, ts.ScriptTarget.ES2023, true, ts.ScriptKind.TS)
  const regions: Region[] = []
  const insertions: { readonly at: number; readonly text: string }[] = []
  const enter = (around: ts.Node): string => {
    const number = first + regions.length
    regions.push({ number, start: around.getStart(file), end: around.getEnd() })
    return `${reachedName}(${number})`
  }
  const visit = (node: ts.Node): void => {
    if (ts.isBlock(node)) {
      // The parameters of a function belong to it.
      insertions.push({ at: node.getStart(file) + 1, text: ` ${enter(ts.isFunctionLike(node.parent) ? node.parent : node)}; ` })
    } else if (ts.isArrowFunction(node) && !ts.isBlock(node.body)) {
      around(node.body, enter(node))
    } else if (ts.isPropertyDeclaration(node) && node.initializer !== undefined && !isStatic(node)) {
      around(node.initializer, enter(node.initializer))
    }
    ts.forEachChild(node, visit)
  }
  const around = (node: ts.Node, call: string): void => {
    insertions.push({ at: node.getStart(file), text: `(${call}, (` }, { at: node.getEnd(), text: '))' })
  }
  visit(file)
  let changed = text
  for (const { at, text: inserted } of [...insertions].sort((a, b) => b.at - a.at)) changed = changed.slice(0, at) + inserted + changed.slice(at)
  return { text: changed, regions }
}

/** The function that regions call. */
export const reachedName = '__reached'

/** The innermost region around a place; undefined for what runs when the file is loaded. */
export function regionAround(regions: readonly Region[], start: number, end: number): Region | undefined {
  return regions.filter((region) => region.start <= start && end <= region.end).sort((a, b) => a.end - a.start - (b.end - b.start))[0]
}

function isStatic(node: ts.PropertyDeclaration): boolean {
  return node.modifiers?.some(({ kind }) => kind === ts.SyntaxKind.StaticKeyword) === true
}
