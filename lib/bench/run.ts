import { describeCount } from '../exploration/index.js'
import { describeFaults, type NodeDefinition } from '../simulation/index.js'
import { searchAll, type Searched, type Subject } from './exhaustive.js'
import { measureFlatness, measureSystem } from './system.js'

/** Exercise 09's solution, with its downstream endpoint. */
export interface Outbox {
  readonly marketing: NodeDefinition
  readonly billing: NodeDefinition
}

/** How long each part runs. */
export interface BenchOptions {
  /** Milliseconds for each of the timed parts. */
  readonly milliseconds: number
  /** Executions of the run that must stay flat. */
  readonly executions: number
}

/** Measures everything, line by line: figures are ratios within this run, or counts. */
export async function* runBench({ marketing, billing }: Outbox, options: BenchOptions): AsyncGenerator<string> {
  const system = await measureSystem(options.milliseconds)
  yield 'A whole system: two endpoints, broker, SQLite stores, trace of every step; every execution from the beginning'
  yield `  ${count(system.perSecond)} executions a second on one core`
  const flat = await measureFlatness(options.executions)
  yield `  ${count(flat.executions)} executions in ten parts: the last takes ${ratio(flat.timeRatio)} the time of the second, with ${ratio(flat.heapRatio)} the heap`

  yield "Exhaustive search: exercise 09's solution, two payments, two consumers"
  const subject: Subject = {
    system: () => [marketing, billing],
    instances: { marketing: 2, billing: 1 },
    async scenario({ send }) {
      await send('marketing', { type: 'PaymentBooked', orderId: 'o1', customer: 'Erika', amount: 30_000 }, { id: 'm1' })
      await send('marketing', { type: 'PaymentBooked', orderId: 'o2', customer: 'Erika', amount: 30_000 }, { id: 'm2' })
    },
    atRest: { 'one voucher': ({ stores }) => stores['billing']?.ids('vouchers').length === 1 || 'expected 1 voucher' },
  }
  for (const crashes of [1, 2, 3]) yield describe(await searchAll(subject, { crashes }))
  yield describe(await searchAll(subject, { crashes: 2, copies: 1, ambiguousCommits: 1 }))
}

function describe({ faults, coverage, milliseconds }: Searched): string {
  const { executions, states, schedules } = coverage
  return `  ${describeFaults(faults)}: ${count(executions)} executions, ${count(states)} states, at least ${describeCount(schedules)} schedules, complete in ${(milliseconds / 1000).toFixed(1)} s`
}

function ratio(value: number): string {
  return `${value.toFixed(value < 10 ? 1 : 0)} ×`
}

function count(value: number): string {
  return Math.round(value).toLocaleString('en')
}
