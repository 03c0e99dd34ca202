import { add, isList, isRecord, same } from './sets.js'
import type { Specification } from './index.js'

/**
 * Just enough TLA+ to run the translation of a PlusCal algorithm as TLC would: constants, variables, definitions, bulleted lists, and
 * actions that assign every primed variable once. So the tests count the states of the very file that is given to TLC.
 * A set is a canonical list, a function or record an object, a model value a string.
 */

export type Value = boolean | number | string | readonly Value[] | { readonly [key: string]: Value }
export type Valuation = Readonly<Record<string, Value>>

export interface Module {
  readonly variables: readonly string[]
  specification(constants: Valuation): Specification<Valuation>
}

export function readModule(text: string): Module {
  const { definitions, variables } = parseModule(scan(text))
  const body = (name: string) => {
    const found = definitions.get(name)
    if (!found) throw new Error(`${name} is not defined`)
    return found
  }
  const specification = (constants: Valuation): Specification<Valuation> => {
    const world: World = { constants, definitions, variables }
    const next = body('Next')
    if (next.kind !== 'or') throw new Error('Next is not a disjunction')
    const actions = next.parts.map((part) => {
      if (part.kind !== 'name') throw new Error('Next has a part without a name')
      return [part.name, (state: Valuation) => [...solve(part, { ...world, bound: {}, state, next: {} })].map((after) => complete(variables, after))] as const
    })
    const initial = [...solve(body('Init'), { ...world, bound: {}, state: {}, next: {}, initial: true })]
    const invariants = ['NoGhostMessages', 'NoLostMessages', 'NoDuplicateProcessing', 'ConsistentOutput'].map(
      (name) => [name, (state: Valuation) => truth(evaluate(body(name), { ...world, bound: {}, state, next: {} }))] as const,
    )
    return {
      initial: initial.map((state) => complete(variables, state)),
      actions: Object.fromEntries(actions),
      invariants: Object.fromEntries(invariants),
    }
  }
  return { variables, specification }
}

/** TLC refuses a step that leaves a variable without a value. */
function complete(variables: readonly string[], state: Valuation): Valuation {
  for (const name of variables) if (state[name] === undefined) throw new Error(`Successor state is not completely specified: ${name}`)
  return state
}

interface World {
  readonly constants: Valuation
  readonly definitions: ReadonlyMap<string, Expression>
  readonly variables: readonly string[]
}

interface Scope extends World {
  readonly bound: Valuation
  readonly state: Valuation
  readonly next: Valuation
  /** In the initial predicate it is the variables themselves that get their values. */
  readonly initial?: boolean
}

type Expression =
  | { kind: 'value'; value: Value }
  | { kind: 'name' | 'prime'; name: string }
  | { kind: 'and' | 'or'; parts: Expression[] }
  | { kind: 'binary'; operator: string; left: Expression; right: Expression }
  | { kind: 'exists' | 'all' | 'filter' | 'function'; name: string; set: Expression; body: Expression }
  | { kind: 'if'; condition: Expression; then: Expression; otherwise: Expression }
  | { kind: 'unchanged'; names: string[] }
  | { kind: 'set'; elements: Expression[] }
  | { kind: 'record'; fields: [string, Expression][] }
  | { kind: 'except'; function: Expression; key: Expression; value: Expression }
  | { kind: 'apply'; function: Expression; key: Expression }

/** All ways to make an action true, from left to right: the first equation of a primed variable gives it its value, others must agree. */
function* solve(expression: Expression, scope: Scope): Iterable<Valuation> {
  switch (expression.kind) {
    case 'and': {
      const [first, ...rest] = expression.parts
      if (!first) yield scope.next
      else for (const next of solve(first, scope)) yield* solve({ kind: 'and', parts: rest }, { ...scope, next })
      return
    }
    case 'or':
      for (const part of expression.parts) yield* solve(part, scope)
      return
    case 'exists':
      for (const element of setOf(evaluate(expression.set, scope))) {
        yield* solve(expression.body, { ...scope, bound: { ...scope.bound, [expression.name]: element } })
      }
      return
    case 'if':
      yield* solve(truth(evaluate(expression.condition, scope)) ? expression.then : expression.otherwise, scope)
      return
    case 'unchanged':
      yield* solve({ kind: 'and', parts: expression.names.flatMap((name) => unchanged(name, scope)) }, scope)
      return
    case 'name': {
      const definition = scope.definitions.get(expression.name)
      if (definition) {
        yield* solve(definition, scope)
        return
      }
      break
    }
    case 'binary': {
      const { operator, left, right } = expression
      if (operator === '=' && left.kind === (scope.initial ? 'name' : 'prime')) {
        const value = evaluate(right, scope)
        const known = scope.next[left.name]
        if (known === undefined) yield { ...scope.next, [left.name]: value }
        else if (same(known, value)) yield scope.next
        return
      }
    }
  }
  if (truth(evaluate(expression, scope))) yield scope.next
}

function unchanged(name: string, scope: Scope): Expression[] {
  const names = name === 'vars' ? scope.variables : [name]
  return names.map((each) => ({ kind: 'binary', operator: '=', left: { kind: 'prime', name: each }, right: { kind: 'name', name: each } }))
}

function evaluate(expression: Expression, scope: Scope): Value {
  const each = (name: string, set: Expression) =>
    setOf(evaluate(set, scope)).map((element) => [element, { ...scope, bound: { ...scope.bound, [name]: element } }] as const)
  switch (expression.kind) {
    case 'value':
      return expression.value
    case 'name': {
      const known = scope.bound[expression.name] ?? scope.state[expression.name] ?? scope.constants[expression.name]
      const definition = scope.definitions.get(expression.name)
      if (known !== undefined) return known
      if (definition) return evaluate(definition, scope)
      throw new Error(`${expression.name} has no value`)
    }
    case 'and':
      return expression.parts.every((part) => truth(evaluate(part, scope)))
    case 'or':
      return expression.parts.some((part) => truth(evaluate(part, scope)))
    case 'all':
      return each(expression.name, expression.set).every(([, inner]) => truth(evaluate(expression.body, inner)))
    case 'exists':
      return each(expression.name, expression.set).some(([, inner]) => truth(evaluate(expression.body, inner)))
    case 'filter':
      return each(expression.name, expression.set).flatMap(([element, inner]) => (truth(evaluate(expression.body, inner)) ? [element] : []))
    case 'function':
      return Object.fromEntries(each(expression.name, expression.set).map(([element, inner]) => [key(element), evaluate(expression.body, inner)]))
    case 'set':
      return expression.elements.map((element) => evaluate(element, scope)).reduce<readonly Value[]>(add, [])
    case 'record':
      return Object.fromEntries(expression.fields.map(([name, field]) => [name, evaluate(field, scope)]))
    case 'apply': {
      const value = recordOf(evaluate(expression.function, scope))[key(evaluate(expression.key, scope))]
      if (value === undefined) throw new Error('a function was applied outside its domain')
      return value
    }
    case 'except': {
      const before = recordOf(evaluate(expression.function, scope))
      return { ...before, [key(evaluate(expression.key, scope))]: evaluate(expression.value, scope) }
    }
    case 'binary':
      return calculate(expression.operator, evaluate(expression.left, scope), () => evaluate(expression.right, scope))
    default:
      throw new Error(`${expression.kind} is not an expression`)
  }
}

function calculate(operator: string, left: Value, right: () => Value): Value {
  switch (operator) {
    case '=>':
      return !truth(left) || truth(right())
    case '=':
      return same(left, right())
    case '/=':
      return !same(left, right())
    case '\\in':
      return setOf(right()).some((element) => same(element, left))
    case '\\notin':
      return !setOf(right()).some((element) => same(element, left))
    case '\\union':
      return setOf(right()).reduce(add, setOf(left))
    case '\\': {
      const without = setOf(right())
      return setOf(left).filter((element) => !without.some((other) => same(element, other)))
    }
    case '<':
      return number(left) < number(right())
    case '+':
      return number(left) + number(right())
    case '..': {
      const first = number(left)
      return Array.from({ length: number(right()) - first + 1 }, (_, index) => first + index)
    }
    default:
      throw new Error(`unknown operator ${operator}`)
  }
}

function truth(value: Value): boolean {
  if (typeof value !== 'boolean') throw new Error('not a boolean')
  return value
}
function number(value: Value): number {
  if (typeof value !== 'number') throw new Error(`${JSON.stringify(value)} is not a number`)
  return value
}
function setOf(value: Value): readonly Value[] {
  if (!isList(value)) throw new Error(`${JSON.stringify(value)} is not a set`)
  return value
}
function recordOf(value: Value): Valuation {
  if (!isRecord(value) || isList(value)) throw new Error(`${JSON.stringify(value)} is not a function`)
  return value
}
function key(value: Value): string {
  return typeof value === 'string' ? value : JSON.stringify(value)
}

// --- reading -----------------------------------------------------------------------------------------------------

interface Token {
  readonly text: string
  readonly column: number
}

const pattern = /"[^"]*"|\/\\|\\\/|\\(?:union|notin|in|A|E)\b|\|->|=>|==|\/=|<<|>>|~>|<>|\[\]|\.\.|[A-Za-z_]\w*|\d+|[=<>+\\[\]{}():,.'!]/g

function scan(text: string): Token[] {
  const blank = (comment: string) => comment.replace(/[^\n]/g, ' ')
  const code = text.replace(/\(\*[\s\S]*?\*\)/g, blank).replace(/\\\*.*/g, blank).replace(/^[-=]{4,}.*$/gm, blank)
  return code.split('\n').flatMap((line) => [...line.matchAll(pattern)].map((match) => ({ text: match[0], column: match.index })))
}

function parseModule(tokens: readonly Token[]) {
  const definitions = new Map<string, Expression>()
  const variables: string[] = []
  const sections: Token[][] = []
  for (const token of tokens) {
    if (token.column === 0) sections.push([token])
    else sections.at(-1)?.push(token)
  }
  for (const [head, ...rest] of sections) {
    if (head?.text === 'VARIABLES') variables.push(...rest.map(({ text }) => text).filter((text) => text !== ','))
    if (!head || rest[0]?.text !== '==') continue
    // What speaks about whole runs is TLC's to judge; the counts do not depend on it.
    if (rest.some(({ text }) => ['[]', '<>', '~>'].includes(text)) || head.text === 'vars') continue
    definitions.set(head.text, new Parser(rest.slice(1)).all())
  }
  return { definitions, variables }
}

const precedence = [['=>'], ['\\/'], ['/\\'], ['=', '/=', '\\in', '\\notin', '<'], ['\\', '\\union'], ['..'], ['+']]

class Parser {
  #at = 0
  /** The column of the bullets around the current item: what stands at or left of it ends the item. */
  #margin = -1

  constructor(readonly tokens: readonly Token[]) {}

  all(): Expression {
    const expression = this.#expression()
    if (this.#at < this.tokens.length) throw new Error(`unexpected ${this.tokens[this.#at]?.text ?? ''}`)
    return expression
  }

  #peek(ahead = 0): string {
    const token = this.tokens[this.#at + ahead]
    return token === undefined || token.column <= this.#margin ? '' : token.text
  }

  #take(): string {
    const text = this.#peek()
    if (text === '') throw new Error('unexpected end')
    this.#at += 1
    return text
  }

  #expect(...texts: readonly string[]): void {
    for (const text of texts) {
      const found = this.#take()
      if (found !== text) throw new Error(`expected ${text}, found ${found}`)
    }
  }

  #expression(level = 0): Expression {
    const operators = precedence[level]
    if (!operators) return this.#postfix()
    let left = this.#expression(level + 1)
    while (operators.includes(this.#peek())) {
      const operator = this.#take()
      const right = this.#expression(level + 1)
      const kind = operator === '/\\' ? 'and' : operator === '\\/' ? 'or' : 'binary'
      if (kind === 'binary') left = { kind, operator, left, right }
      else left = { kind, parts: left.kind === kind ? [...left.parts, right] : [left, right] }
    }
    return left
  }

  #bullets(bullet: string): Expression {
    const column = this.tokens[this.#at]?.column ?? 0
    const margin = this.#margin
    const parts: Expression[] = []
    while (this.#peek() === bullet && this.tokens[this.#at]?.column === column) {
      this.#at += 1
      this.#margin = column
      parts.push(this.#expression())
      this.#margin = margin
    }
    return { kind: bullet === '/\\' ? 'and' : 'or', parts }
  }

  #postfix(): Expression {
    let expression = this.#primary()
    for (;;) {
      if (this.#peek() === '.') {
        this.#take()
        expression = { kind: 'apply', function: expression, key: { kind: 'value', value: this.#take() } }
      } else if (this.#peek() === '[') {
        this.#take()
        expression = { kind: 'apply', function: expression, key: this.#expression() }
        this.#expect(']')
      } else if (this.#peek() === "'" && expression.kind === 'name') {
        this.#take()
        expression = { kind: 'prime', name: expression.name }
      } else return expression
    }
  }

  #primary(): Expression {
    const text = this.#peek()
    if (text === '/\\' || text === '\\/') return this.#bullets(text)
    this.#take()
    switch (text) {
      case '\\A':
      case '\\E':
        return { kind: text === '\\A' ? 'all' : 'exists', ...this.#binder(':') }
      case 'IF': {
        const condition = this.#expression()
        this.#expect('THEN')
        const then = this.#expression()
        this.#expect('ELSE')
        return { kind: 'if', condition, then, otherwise: this.#expression() }
      }
      case 'UNCHANGED': {
        const names = [this.#take()]
        if (names[0] !== '<<') return { kind: 'unchanged', names }
        names.shift()
        for (let name = this.#take(); name !== '>>'; name = this.#take()) if (name !== ',') names.push(name)
        return { kind: 'unchanged', names }
      }
      case '(': {
        const inner = this.#expression()
        this.#expect(')')
        return inner
      }
      case '{':
        return this.#set()
      case '[':
        return this.#function()
      default:
        return this.#atom(text)
    }
  }

  #binder(after: string) {
    const name = this.#take()
    this.#expect('\\in')
    const set = this.#expression()
    this.#expect(after)
    return { name, set, body: this.#expression() }
  }

  #set(): Expression {
    if (this.#peek(1) === '\\in') {
      const filter = { kind: 'filter', ...this.#binder(':') } as const
      this.#expect('}')
      return filter
    }
    const elements: Expression[] = []
    while (this.#peek() !== '}') {
      elements.push(this.#expression())
      if (this.#peek() === ',') this.#take()
    }
    this.#expect('}')
    return { kind: 'set', elements }
  }

  #function(): Expression {
    if (this.#peek(1) === '\\in') {
      const found = { kind: 'function', ...this.#binder('|->') } as const
      this.#expect(']')
      return found
    }
    if (this.#peek(1) === 'EXCEPT') {
      const before: Expression = { kind: 'name', name: this.#take() }
      this.#expect('EXCEPT', '!', '[')
      const place = this.#expression()
      this.#expect(']', '=')
      const value = this.#expression()
      this.#expect(']')
      return { kind: 'except', function: before, key: place, value }
    }
    const fields: [string, Expression][] = []
    while (this.#peek() !== ']') {
      const name = this.#take()
      this.#expect('|->')
      fields.push([name, this.#expression()])
      if (this.#peek() === ',') this.#take()
    }
    this.#expect(']')
    return { kind: 'record', fields }
  }

  #atom(text: string): Expression {
    if (text === 'TRUE' || text === 'FALSE') return { kind: 'value', value: text === 'TRUE' }
    if (/^\d/.test(text)) return { kind: 'value', value: Number(text) }
    if (text.startsWith('"')) return { kind: 'value', value: text.slice(1, -1) }
    if (/^\w/.test(text)) return { kind: 'name', name: text }
    throw new Error(`unexpected ${text}`)
  }
}
