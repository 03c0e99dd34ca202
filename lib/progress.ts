import { channel, subscribe } from 'node:diagnostics_channel'

const name = 'rock-solid-messaging:progress'
const progress = channel(name)

/** How far a search has come. */
export interface Effort {
  readonly executions: number
  readonly states: number
}

/**
 * Says that honest work goes on: an execution has ended, more states were seen. Whoever watches for endless loops goes by this and not by the clock,
 * since machines differ (see `workshop/watchdog`). It costs next to nothing while nobody watches.
 *
 * @param effort now and then, for people who wait.
 */
export function reportProgress(effort?: Effort): void {
  if (progress.hasSubscribers) progress.publish(effort)
}

/** Calls back at each report, until this process ends. */
export function onProgress(listener: (effort: Effort | undefined) => void): void {
  subscribe(name, (effort) => listener(effort as Effort | undefined))
}
