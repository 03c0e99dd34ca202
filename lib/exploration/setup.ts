import { insert, prepare, type Stores } from '../store/index.js'
import { HarnessError, World, type FaultBudget, type Latitude, type NodeDefinition } from '../simulation/index.js'
import { parts } from '../system/index.js'
import { Explorer } from './explorer.js'
import { withoutInterference } from './guards.js'
import { makeJudge, type Judge } from './judge.js'
import { checkOptions, checkSystem, type CheckOptions } from './check-options.js'
import { scenarioNode, type InitialDocuments } from './scenario.js'
import { makeView } from './view.js'

/** A world with an explorer in it, ready to be searched. */
export interface Setup {
  readonly explorer: Explorer
  readonly judge: Judge
  /** What the scenario gets. */
  readonly input: { current: unknown }
}

/** How an explorer is set up, where a check does not say so itself. */
export interface SetupOptions {
  readonly budget: FaultBudget
}

/**
 * Puts up the world of a check, and takes it down again, whatever happens.
 *
 * @throws HarnessError for a check that could not judge anything; MisuseError for a part of the system that is not there.
 */
export async function withSetup<Node extends NodeDefinition, Input, Result>(options: CheckOptions<Node, Input>, settings: SetupOptions, use: (setup: Setup) => Promise<Result>): Promise<Result> {
  checkOptions(options)
  const nodes = checkSystem(options.system())
  const input: Setup['input'] = { current: undefined }
  const world = new World([scenarioNode((scenario) => options.scenario(scenario, input.current as Input)), ...nodes], (options.instances ?? {}) as Record<string, number>)
  try {
    const { broker, stores } = parts(world)
    broker.settings = { ...broker.settings, ...options.broker }
    world.chances = options.draws ?? []
    world.watchesEveryStep = Object.keys(options.always ?? {}).length > 0
    fill(stores, (options.documents ?? {}) as InitialDocuments)
    world.journal.forget()
    const explorer = new Explorer(world, { quiet: true, latitude: latitudeOf(options, nodes), ...settings })
    const view = makeView(world, () => explorer.execution)
    const judge = makeJudge(view, (options.always ?? {}), (options.atRest ?? {}))
    return await withoutInterference(explorer, () => use({ explorer, judge, input }))
  } finally {
    world.close()
  }
}

/** @throws HarnessError for a part of the system that does not exist. */
function latitudeOf({ clockSkew, longestStall }: { readonly clockSkew?: Latitude['clockSkew']; readonly longestStall?: Latitude['longestStall'] }, nodes: readonly NodeDefinition[]): Latitude {
  for (const name of Object.keys({ ...clockSkew, ...longestStall })) {
    if (nodes.some((node) => node.name === name)) continue
    throw new HarnessError({
      what: `clockSkew or longestStall names ${name}, which is no part of the system.`,
      why: 'It would have no effect.',
      next: `The parts are ${nodes.map((node) => node.name).join(', ')}.`,
    })
  }
  return { clockSkew, longestStall }
}

function fill(stores: Stores, documents: InitialDocuments): void {
  for (const [service, collections] of Object.entries(documents)) {
    for (const [collection, members] of Object.entries(collections)) {
      for (const [id, value] of Object.entries(members)) stores.database(service).commit(prepare([insert(collection, id, value)]))
    }
  }
}
