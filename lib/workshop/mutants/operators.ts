/**
 * The mutation operators of StrykerJS (stryker-mutator.io/docs/mutation-testing-elements/supported-mutators), without those for regular expressions.
 * Its own instrumenter would bring 67 packages for everybody who installs the workshop, and needs a newer Node.js. That these make the same mutants
 * is shown by `operators.test.ts`.
 */
import ts from 'typescript'

export interface Replacement {
  /** As StrykerJS calls it. */
  readonly operator: string
  /** What stands in for the node. */
  readonly text: string
}

type Operator = (node: ts.Node, parent: ts.Node) => readonly string[]

/** @param node neither a type nor in parentheses. @param parent the first around it that is no pair of parentheses. */
export function replacementsOf(node: ts.Node, parent: ts.Node): readonly Replacement[] {
  return Object.entries(operators).flatMap(([operator, mutate]) => mutate(node, parent).map((text) => ({ operator, text })))
}

const operators: Readonly<Record<string, Operator>> = {
  ArithmeticOperator(node) {
    const other = binaryOperator(node, { '+': '-', '-': '+', '*': '/', '/': '*', '%': '*' })
    if (other === undefined || !ts.isBinaryExpression(node)) return []
    const left = bare(node.left)
    const texts = [bare(node.right), ts.isBinaryExpression(left) ? bare(left.right) : left].some(isText)
    return texts ? [] : [withOperator(node, other)]
  },
  ArrayDeclaration(node) {
    if (ts.isArrayLiteralExpression(node)) return [node.elements.length > 0 ? '[]' : '["Stryker was here"]']
    if (!(ts.isCallExpression(node) || ts.isNewExpression(node)) || !ts.isIdentifier(node.expression) || node.expression.text !== 'Array') return []
    return [`${ts.isNewExpression(node) ? 'new ' : ''}Array(${(node.arguments?.length ?? 0) > 0 ? '' : '[]'})`]
  },
  ArrowFunction: (node) => (ts.isArrowFunction(node) && !ts.isBlock(node.body) && node.body.getText() !== 'undefined' ? ['() => undefined'] : []),
  BlockStatement: (node, parent) => (ts.isBlock(node) && node.statements.length > 0 && !needsItsSuper(parent) ? ['{}'] : []),
  BooleanLiteral(node) {
    if (node.kind === ts.SyntaxKind.TrueKeyword) return ['false']
    if (node.kind === ts.SyntaxKind.FalseKeyword) return ['true']
    return ts.isPrefixUnaryExpression(node) && node.operator === ts.SyntaxKind.ExclamationToken ? [node.operand.getText()] : []
  },
  ConditionalExpression(node, parent) {
    if ((ts.isForStatement(parent) && isSame(parent.condition, node)) || ((ts.isWhileStatement(parent) || ts.isDoStatement(parent)) && isSame(parent.expression, node))) return ['false']
    if (ts.isIfStatement(parent) && isSame(parent.expression, node)) return ['true', 'false']
    if (ts.isBinaryExpression(node) && ['!=', '!==', '&&', '<', '<=', '==', '===', '>', '>=', '||'].includes(node.operatorToken.getText())) {
      const around = ts.isBinaryExpression(parent) ? parent.operatorToken.kind : undefined
      if (around === ts.SyntaxKind.BarBarToken) return ['false']
      return around === ts.SyntaxKind.AmpersandAmpersandToken ? ['true'] : ['true', 'false']
    }
    if (ts.isForStatement(node) && node.condition === undefined) return [node.getText().replace(/;\s*;/, '; false;')]
    if (ts.isCaseClause(node) && node.statements.length > 0) return [`case ${node.expression.getText()}:`]
    return ts.isDefaultClause(node) && node.statements.length > 0 ? ['default:'] : []
  },
  EqualityOperator(node) {
    const others = binaryOperator(node, { '<': ['<=', '>='], '<=': ['<', '>'], '>': ['>=', '<='], '>=': ['>', '<'], '==': ['!='], '!=': ['=='], '===': ['!=='], '!==': ['==='] })
    return others === undefined || !ts.isBinaryExpression(node) ? [] : others.map((other) => withOperator(node, other))
  },
  LogicalOperator(node) {
    const other = binaryOperator(node, { '&&': '||', '||': '&&', '??': '&&' })
    return other === undefined || !ts.isBinaryExpression(node) ? [] : [withOperator(node, other, '(')]
  },
  MethodExpression(node) {
    if (!ts.isCallExpression(node) || !ts.isPropertyAccessExpression(node.expression)) return []
    const { expression: object, name } = node.expression
    if (removedMethods.includes(name.text)) return [object.getText()]
    const other = otherMethods.get(name.text)
    return other === undefined ? [] : [replaced(node, name, other)]
  },
  ObjectLiteral: (node) => (ts.isObjectLiteralExpression(node) && node.properties.length > 0 ? ['{}'] : []),
  StringLiteral(node, parent) {
    if (ts.isTemplateExpression(node)) return ['``']
    if (ts.isNoSubstitutionTemplateLiteral(node)) return [node.text === '' ? '`Stryker was here!`' : '``']
    if (!ts.isStringLiteral(node) || isName(node, parent)) return []
    return [node.text === '' ? '"Stryker was here!"' : '""']
  },
  UnaryOperator(node) {
    if (!ts.isPrefixUnaryExpression(node)) return []
    const other = { [ts.SyntaxKind.PlusToken]: '-', [ts.SyntaxKind.MinusToken]: '+', [ts.SyntaxKind.TildeToken]: '' }[node.operator as number]
    return other === undefined ? [] : [`${other}${node.operand.getText()}`]
  },
  UpdateOperator(node) {
    if (!(ts.isPrefixUnaryExpression(node) || ts.isPostfixUnaryExpression(node))) return []
    const other = { [ts.SyntaxKind.PlusPlusToken]: '--', [ts.SyntaxKind.MinusMinusToken]: '++' }[node.operator as number]
    if (other === undefined) return []
    return [ts.isPrefixUnaryExpression(node) ? `${other}${node.operand.getText()}` : `${node.operand.getText()}${other}`]
  },
  OptionalChaining(node) {
    if (ts.isPropertyAccessExpression(node) && node.questionDotToken !== undefined) return [replaced(node, node.questionDotToken, '.')]
    const called = (ts.isElementAccessExpression(node) || ts.isCallExpression(node)) && node.questionDotToken !== undefined
    return called ? [replaced(node, node.questionDotToken, '')] : []
  },
  AssignmentOperator(node) {
    const other = binaryOperator(node, { '+=': '-=', '-=': '+=', '*=': '/=', '/=': '*=', '%=': '*=', '<<=': '>>=', '>>=': '<<=', '&=': '|=', '|=': '&=', '&&=': '||=', '||=': '&&=', '??=': '&&=' })
    if (other === undefined || !ts.isBinaryExpression(node)) return []
    return isText(bare(node.right)) && !['&&=', '||=', '??='].includes(node.operatorToken.getText()) ? [] : [withOperator(node, other)]
  },
}

const removedMethods = ['charAt', 'filter', 'reverse', 'slice', 'sort', 'substr', 'substring', 'trim']

const bothWays = [['endsWith', 'startsWith'], ['every', 'some'], ['toLocaleLowerCase', 'toLocaleUpperCase'], ['toLowerCase', 'toUpperCase'], ['trimEnd', 'trimStart'], ['min', 'max']] as const
const otherMethods: ReadonlyMap<string, string> = new Map(bothWays.flatMap(([one, other]) => [[one, other], [other, one]] as const))

function binaryOperator<Other>(node: ts.Node, others: Readonly<Record<string, Other>>): Other | undefined {
  if (!ts.isBinaryExpression(node)) return undefined
  const operator = node.operatorToken.getText()
  return Object.hasOwn(others, operator) ? others[operator] : undefined
}

/** @param around `(` where another operator may not stand between the same operands without parentheses, as `&&` beside `??`. */
function withOperator(node: ts.BinaryExpression, operator: string, around?: '('): string {
  const operand = (each: ts.Expression): string => (around !== undefined && ts.isBinaryExpression(each) ? `(${each.getText()})` : each.getText())
  const text = `${operand(node.left)} ${operator} ${operand(node.right)}`
  return around === undefined ? text : `(${text})`
}

/** The text of a node with one of its parts replaced. */
function replaced(node: ts.Node, part: ts.Node, text: string): string {
  const all = node.getText()
  const start = part.getStart() - node.getStart()
  return all.slice(0, start) + text + all.slice(start + part.getWidth())
}

export function bare(node: ts.Expression): ts.Expression {
  return ts.isParenthesizedExpression(node) ? bare(node.expression) : node
}

function isSame(expression: ts.Expression | undefined, node: ts.Node): boolean {
  return expression !== undefined && bare(expression) === node
}

function isText(node: ts.Expression): boolean {
  return ts.isStringLiteral(node) || ts.isTemplateExpression(node) || ts.isNoSubstitutionTemplateLiteral(node)
}

/** A text that is not a value: the name of a property or a module, a directive. */
function isName(node: ts.Node, parent: ts.Node): boolean {
  if (ts.isImportDeclaration(parent) || ts.isExportDeclaration(parent) || ts.isExternalModuleReference(parent) || ts.isExpressionStatement(parent)) return true
  if ((ts.isPropertyAssignment(parent) || ts.isPropertyDeclaration(parent)) && isKey(parent.name, node)) return true
  if ((ts.isMethodDeclaration(parent) || ts.isAccessor(parent)) && isKey(parent.name, node)) return true
  if (ts.isComputedPropertyName(parent)) return isName(parent, parent.parent)
  if (!ts.isCallExpression(parent)) return false
  return parent.expression.kind === ts.SyntaxKind.ImportKeyword || (ts.isIdentifier(parent.expression) && ['require', 'Symbol'].includes(parent.expression.text))
}

function isKey(name: ts.PropertyName, node: ts.Node): boolean {
  return name === node || (ts.isComputedPropertyName(name) && name.expression === node)
}

/** A constructor that calls super(…), and whose class has fields with values, cannot be empty. */
function needsItsSuper(parent: ts.Node): boolean {
  if (!ts.isConstructorDeclaration(parent)) return false
  const fields = parent.parent.members.some((member) => ts.isPropertyDeclaration(member) && member.initializer !== undefined)
  return (fields || parent.parameters.some((each) => ts.isParameterPropertyDeclaration(each, parent))) && /\bsuper\(/.test(parent.getText())
}
