import { sendingContext, type SendingContext } from '../broker/index.js'
import { browser, httpClient, type Browser, type Click } from '../http/index.js'
import { hashText, type NodeDefinition, type Process } from '../simulation/index.js'
import { parts } from '../system/index.js'

/** What a scenario can do. It lies outside the system under test: it does not crash, and the broker always hears it. */
export interface Scenario extends SendingContext {
  /** The customer's browser. */
  readonly browser: Browser
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
      const sending = sendingContext(broker, task, () => {
        messages += 1
        return `m${messages}`
      })
      await run({
        ...sending,
        browser: browser(httpClient(network, task), clicks),
        wait: (milliseconds) => new Promise((resolve) => setTimeout(resolve, milliseconds)),
      })
      task.leave(false)
    },
  }
}

/** What the customer has seen so far. */
export function clicksOf(processes: readonly Process[]): readonly Click[] {
  const process = processes.find((candidate) => candidate.node.name === scenarioName)
  return process === undefined ? [] : (process.memory as ScenarioMemory).clicks
}

