import { isList, isRecord, same } from './sets.js'

/** One line of a counterexample: a state and the action that led to it; `null` for a state in which everything began. */
export interface TraceStep<S> {
  readonly action: string | null
  readonly state: S
}

/** A path from an initial state. With a loop, the steps from `loopsTo` (an index) on are repeated for ever. */
export interface Trace<S> {
  readonly steps: readonly TraceStep<S>[]
  /** `'stops'`: nothing more needs to happen after the last step. */
  readonly loopsTo?: number | 'stops'
}

/** The trace as text: numbered states, the name of each action, and only what it changed. */
export function printTrace<S>(trace: Trace<S>): string {
  const lines: string[] = []
  let before: unknown
  trace.steps.forEach(({ action, state }, index) => {
    lines.push(`${String(index + 1).padStart(4)}  ${action ?? 'at first'}`)
    const changes = action === null ? everything(state) : differences('', before, state)
    for (const { path, text } of changes.length > 0 ? changes : [{ path: '', text: 'nothing changes' }]) {
      lines.push(`        ${path.padEnd(widest(changes))}${path === '' ? '' : '  '}${text}`)
    }
    before = state
  })
  if (trace.loopsTo === 'stops') lines.push('      … and there it stays: nothing that is left has to happen.')
  else if (trace.loopsTo !== undefined) lines.push(`      … and from here back to ${trace.loopsTo + 1}, for ever.`)
  return lines.join('\n')
}

/** A state as text: one line for each of its parts. */
export function printState(state: unknown): string {
  const parts = everything(state)
  return parts.map(({ path, text }) => `        ${path.padEnd(widest(parts))}  ${text}`).join('\n')
}

interface Change {
  readonly path: string
  readonly text: string
}

function everything(state: unknown): Change[] {
  if (!isRecord(state)) return [{ path: 'state', text: print(state) }]
  return Object.entries(state).map(([path, part]) => ({ path, text: print(part) }))
}

function differences(path: string, before: unknown, after: unknown): Change[] {
  if (same(before, after)) return []
  const place = path === '' ? 'state' : path
  if (isRecord(before) && isRecord(after)) {
    const keys = new Set([...Object.keys(before), ...Object.keys(after)])
    return [...keys].flatMap((key) => differences(path === '' ? key : `${path}.${key}`, before[key], after[key]))
  }
  if (isList(before) && isList(after)) {
    const added = after.filter((part) => !before.some((other) => same(part, other)))
    const removed = before.filter((part) => !after.some((other) => same(part, other)))
    const kept = before.length - removed.length
    if (removed.length === 0 && after.length === kept + added.length && added.length > 0) {
      return [{ path: place, text: added.map((part) => `+ ${print(part)}`).join('  ') }]
    }
    if (added.length === 0 && after.length === kept && removed.length > 0) {
      return [{ path: place, text: removed.map((part) => `− ${print(part)}`).join('  ') }]
    }
    if (before.length === after.length && before.length <= 9) {
      return before.flatMap((part, index) => differences(`${path}[${index}]`, part, after[index]))
    }
  }
  return [{ path: place, text: `${print(before)} → ${print(after)}` }]
}

function widest(changes: readonly Change[]): number {
  return Math.max(0, ...changes.map(({ path }) => path.length))
}

/** Plain data in one line, without the quotes and brackets that a reader does not need. */
export function print(value: unknown): string {
  if (value === null) return 'nothing'
  if (value === undefined) return '(absent)'
  if (isList(value)) return value.length === 0 ? '(empty)' : `[${value.map(print).join(', ')}]`
  if (isRecord(value)) return `{${Object.entries(value).map(([key, part]) => `${key}: ${print(part)}`).join(', ')}}`
  return typeof value === 'string' ? value : JSON.stringify(value)
}
