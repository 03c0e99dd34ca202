import { operations, redriving, sendingContext, type SendingContext } from '../broker/index.js'
import { browser, httpClient, type Browser, type Click } from '../http/index.js'
import { HarnessError, hashText, type NodeDefinition, type Process, type World } from '../simulation/index.js'
import { parts } from '../system/index.js'

/** What a scenario can do. It lies outside the system under test: it does not crash, and the broker always hears it. */
export interface Scenario extends SendingContext {
  /**
   * What somebody sends who is no part of the system: `from('bank').publish(…)`. A story shows the sender; without one, it says `outside`.
   */
  readonly from: (sender: string) => SendingContext
  /** The customer's browser. */
  readonly browser: Browser
  /**
   * Somebody of operations moves the dead letters of an endpoint back into its queue: the same messages under the same ids, with a delivery count
   * that starts anew. See `lib/broker/redriving.ts`, also for what real brokers do. Resolves to how many there were.
   */
  readonly redrive: (endpoint: string) => Promise<number>
  /** Waits, in virtual milliseconds. Time passes only when nothing else can happen. */
  readonly wait: (milliseconds: number) => Promise<void>
}

/** What is there before the scenario begins: service name → collection → id → document. */
export type InitialDocuments = Readonly<Record<string, Readonly<Record<string, Readonly<Record<string, unknown>>>>>>

interface ScenarioMemory {
  readonly hash: number
  readonly seed: number
  readonly label: string
  readonly payload: undefined
  readonly clicks: Click[]
}

export const scenarioName = 'browser'

/** Whoever sends messages to the system, and has not been named. */
export const outsideName = 'outside'

/**
 * Somebody of operations looks after what was given up: after a while they move it back, and again as long as anything was given up meanwhile, ten
 * times at most.
 *
 * @param pause how long they take each time, in milliseconds.
 */
export async function redriveEvery(pause: number, { wait, redrive }: Pick<Scenario, 'wait' | 'redrive'>, ...endpoints: readonly string[]): Promise<void> {
  for (let time = 1; time <= 10; time++) {
    await wait(pause)
    let moved = 0
    for (const endpoint of endpoints) moved += await redrive(endpoint)
    if (moved === 0) return
  }
}

export function scenarioNode(run: (scenario: Scenario) => Promise<void>): NodeDefinition {
  return {
    name: scenarioName,
    kind: 'browser',
    instances: 1,
    concurrency: 1,
    keepsMemory: true,
    crashes: false,
    autostart: true,
    install: () => undefined,
    boot: (): ScenarioMemory => ({ hash: hashText('scenario'), seed: hashText('scenario'), label: 'scenario', payload: undefined, clicks: [] }),
    async run(task, world) {
      const { network, broker } = parts(world)
      const { clicks } = task.process.memory as ScenarioMemory
      let messages = 0
      const numbering = (): string => {
        messages += 1
        return `m${messages}`
      }
      const from = (sender: string): SendingContext => sendingContext(broker, task, { sender: checkSender(sender, world), numbering })
      const redriveFrom = redriving(broker, task)
      await run({
        ...from(outsideName),
        from,
        browser: browser(httpClient(network, task), clicks),
        redrive: (endpoint) => {
          checkSender(operations.name, world)
          return redriveFrom(endpoint)
        },
        wait: (milliseconds) => new Promise((resolve) => setTimeout(resolve, milliseconds)),
      })
      task.leave()
    },
  }
}

/** @throws HarnessError when a story would show the sender as a part of the system. */
function checkSender(sender: string, world: World): string {
  if (world.node(sender) === undefined) return sender
  throw new HarnessError({
    what: `The scenario sends a message from ${sender}, which is a part of the system under test.`,
    why: 'A part of the system sends its messages itself, so the story would show something that has never happened.',
    next: 'Name somebody who is not in `system`, or send a message to which that part answers.',
  })
}

/** What the customer has seen so far. */
export function clicksOf(processes: readonly Process[]): readonly Click[] {
  const process = processes.find((candidate) => candidate.node.name === scenarioName)
  return process === undefined ? [] : (process.memory as ScenarioMemory).clicks
}

