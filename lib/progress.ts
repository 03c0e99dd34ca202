import { channel, subscribe } from 'node:diagnostics_channel'

const name = 'rock-solid-messaging:progress'
const progress = channel(name)

/**
 * Says that honest work goes on: an execution has ended, more states were seen. Whoever watches for endless loops goes by this and not by the clock,
 * since machines differ (see `workshop/watchdog`). It costs next to nothing while nobody watches.
 */
export function reportProgress(): void {
  if (progress.hasSubscribers) progress.publish(undefined)
}

/** Calls back at each report, until this process ends. */
export function onProgress(listener: () => void): void {
  subscribe(name, listener)
}
