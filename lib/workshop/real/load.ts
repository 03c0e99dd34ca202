import { Crew } from '../../real/crew.js'
import { runUnderLoad, type LoadOptions } from '../../real/load/load.js'
import type { LoadPromise } from '../../real/load/ledgers.js'
import { everyPaymentCountsOnce, noMessageIsGivenUp, nothingIsKept, onlyTheInboxRemembers, oneVoucher } from '../../real/load/promises.js'
import type { FromConsumer, ToConsumer } from '../../real/load/protocol.js'
import type { Exercise } from '../exercises.js'
import { terminal } from '../screen/terminal.js'
import { loadHeading, loadText } from './load-screen.js'
import type { LoadedChecks } from './processes.js'
import type { Theatre } from './theatre.js'

/** What each of these exercises promises at rest. Its checks call it the same. */
export const promisesUnderLoad: Readonly<Record<number, readonly LoadPromise[]>> = {
  9: [everyPaymentCountsOnce, oneVoucher, nothingIsKept, noMessageIsGivenUp],
  15: [everyPaymentCountsOnce, oneVoucher, onlyTheInboxRemembers, noMessageIsGivenUp],
}

/** @returns the exit code: 0 when every promise is kept, 1 when one is broken, 2 when nothing can be said. */
export async function loadForReal(exercise: Exercise, files: 'attendee' | 'solution', options: LoadOptions, theatre: Theatre, loaded: LoadedChecks): Promise<number> {
  const screen = terminal()
  screen.print(loadHeading(exercise, files, options, theatre.services.versions, screen))
  const check = loaded.tests.flatMap(({ checks }) => checks).find((each) => isOfMarketingAndBilling(each.check.options.system()))
  if (check === undefined) throw new Error(`${exercise.name} has no check of marketing and billing.`)
  const crew = new Crew<FromConsumer, ToConsumer>(loaded.launch(check, true), 2)
  try {
    const finding = await runUnderLoad(check.check.options, promisesUnderLoad[exercise.number] ?? [], options, { ...theatre, crew, onProgress: (text) => screen.whisper(`  ${text}`) })
    screen.print(loadText(exercise, finding, screen))
    if (finding.verdict === 'interrupted') return 130
    if (finding.verdict === 'unusable') return 2
    return finding.judgements.every(({ kept }) => kept) ? 0 : 1
  } finally {
    crew.close()
  }
}

function isOfMarketingAndBilling(nodes: readonly ({ readonly name: string } | undefined)[]): boolean {
  return nodes.map((node) => node?.name).join() === 'marketing,billing'
}
