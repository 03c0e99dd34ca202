import ts from 'typescript'
import { replacementsOf } from './operators.js'

/** One small change to a file, such as people make by mistake. */
export interface Mutant {
  /** As StrykerJS calls it: `EqualityOperator`. */
  readonly operator: string
  /** From 1. */
  readonly line: number
  /** Where in the file, in characters from 0. */
  readonly start: number
  readonly end: number
  /** What stands there. */
  readonly original: string
  /** What stands there instead. */
  readonly replacement: string
}

/** All mutants of a file, in the order of the file. Imports and types are left alone. */
export function mutantsOf(text: string): readonly Mutant[] {
  const file = ts.createSourceFile('answer.ts', text, ts.ScriptTarget.ES2023, true, ts.ScriptKind.TS)
  const found: Mutant[] = []
  const visit = (node: ts.Node): void => {
    if (isLeftAlone(node)) return
    if (!ts.isParenthesizedExpression(node)) {
      const [start, end] = [node.getStart(file), node.getEnd()]
      const { line } = file.getLineAndCharacterOfPosition(start)
      for (const { operator, text: replacement } of replacementsOf(node, aroundOf(node))) found.push({ operator, line: line + 1, start, end, original: text.slice(start, end), replacement })
    }
    ts.forEachChild(node, visit)
  }
  ts.forEachChild(file, visit)
  return found
}

/** The file with the mutant in it. */
export function mutated(text: string, { start, end, replacement }: Mutant): string {
  return text.slice(0, start) + replacement + text.slice(end)
}

function aroundOf({ parent }: ts.Node): ts.Node {
  return ts.isParenthesizedExpression(parent) ? aroundOf(parent) : parent
}

function isLeftAlone(node: ts.Node): boolean {
  if (ts.isImportDeclaration(node) || ts.isImportEqualsDeclaration(node) || ts.isInterfaceDeclaration(node) || ts.isTypeAliasDeclaration(node) || ts.isEnumDeclaration(node) || ts.isAsExpression(node)) return true
  if (ts.isTypeNode(node) && !ts.isExpressionWithTypeArguments(node)) return true
  return ts.canHaveModifiers(node) && ts.getModifiers(node)?.some(({ kind }) => kind === ts.SyntaxKind.DeclareKeyword) === true
}
