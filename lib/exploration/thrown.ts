import { callSite, type Task, type Trace } from '../simulation/index.js'
import { nameThrown } from '../system/index.js'

/**
 * What code threw in a story, each error once, with how often and where: "orders threw Error while handling SubmitOrder m1, in each of 5
 * deliveries (exercises/…/receive-orders.ts:12): the price is not a number".
 */
export function describeThrownErrors(thrown: readonly { readonly task: Task; readonly error: unknown }[], trace: Trace): string[] {
  const groups = new Map<string, { readonly task: Task; readonly error: unknown; times: number }>()
  for (const { task, error } of thrown) {
    const key = `${task.process.node.name} ${baseOf(task.label)} ${nameThrown(error)} ${callSite(error) ?? ''}`
    const known = groups.get(key)
    if (known === undefined) groups.set(key, { task, error, times: 1 })
    else known.times += 1
  }
  return [...groups.values()].map(({ task, error, times }) => {
    const site = callSite(error)
    const [name, message] = error instanceof Error ? [error.name, `: ${error.message}`] : [nameThrown(error), '']
    return `${task.process.node.name} threw ${name}${task.label === 'receive loop' ? ' in its receive loop' : ` while handling ${baseOf(task.label)}`}${howOften(task, times, trace)}${site === undefined ? '' : ` (${site})`}${message}`
  })
}

/** `SubmitOrder m1` of `SubmitOrder m1, delivery 2`, `POST /carts/c1/submission` of `POST /carts/c1/submission #2`. */
function baseOf(label: string): string {
  return label.replace(/,? ?\(?delivery \d+\)?$| #\d+$/, '')
}

function howOften(task: Task, times: number, trace: Trace): string {
  if (task.label === 'receive loop') return times > 1 ? `, ${times} times` : ''
  const base = baseOf(task.label)
  const isRequest = / \//.test(base)
  const all = trace.steps.filter(({ action, to, text }) => (action === 'receive' || action === 'request') && to?.name === task.process.node.name && text.startsWith(base)).length
  const name = isRequest ? 'requests' : 'deliveries'
  if (all <= 1 && times <= 1) return ''
  return times >= all ? `, in each of ${times} ${name}` : `, in ${times} of ${all} ${name}`
}
