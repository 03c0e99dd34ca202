import type { GivenUp, Limits } from './messages.js'

export interface UseWatch {
  /** A job begins. */
  begin(): void
  /** A part of it begins that may take so many milliseconds of processor time; without, the job's own limit goes on. */
  allow(time: number | undefined): void
  end(): void
}

/** Milliseconds between two looks. */
const pause = 100
/** Looks in a row at which nothing was done: who does nothing for so long waits for what never comes. */
const idleLooks = 150
/** Milliseconds of processor time between two looks that are nothing: the look itself takes some, and more on a busy machine. */
const nothing = 8

/**
 * Looks at what this process uses, as often as its event loop turns. It goes by processor time: on a busy machine, where a job gets little of it, an idle
 * job is not taken for one that works, nor the reverse.
 */
export function watchUse({ time, memory }: Limits, giveUp: (because: GivenUp) => void): UseWatch {
  const processor = process.cpuUsage.bind(process)
  const resident = process.memoryUsage.rss.bind(process.memoryUsage)
  let job: { start: number; last: number; idle: number; time: number } | undefined
  const used = (): number => {
    const { user, system } = processor()
    return (user + system) / 1_000
  }
  const look = (): void => {
    if (job === undefined) return
    const now = used()
    job.idle = now - job.last < nothing ? job.idle + 1 : 0
    job.last = now
    const because = resident() > memory ? 'memory' : now - job.start > job.time ? 'time' : job.idle >= idleLooks ? 'waits' : undefined
    if (because === undefined) return
    job = undefined
    giveUp(because)
  }
  setInterval(look, pause).unref()
  return {
    begin() {
      const now = used()
      job = { start: now, last: now, idle: 0, time }
    },
    allow(time) {
      if (job !== undefined && time !== undefined) Object.assign(job, { start: used(), time })
    },
    end() {
      job = undefined
    },
  }
}
