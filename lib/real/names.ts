import { randomBytes } from 'node:crypto'

/**
 * Everything that a run makes in the database and in the broker carries its prefix, so that it can be told from whatever else is there, and be removed:
 *
 *     rsm_k3f9x2ab                    a schema: what the run has made, see `leftovers.ts`
 *     rsm_k3f9x2ab_7_marketing        a schema: the store of marketing in the run's seventh execution
 *     rsm_k3f9x2ab_7.marketing        a queue; also .marketing.dead-letters, .marketing.waiting and .marketing.due for what is to come later
 *     rsm_k3f9x2ab_7.!PaymentBooked   an exchange for events of a type; .! for commands
 */
export const runPattern = /^rsm_[0-9a-f]{8}$/

export function nameRun(): string {
  return `rsm_${randomBytes(4).toString('hex')}`
}

export function nameExecution(run: string, number: number): string {
  return `${run}_${number}`
}

/** As it stands in SQL. */
export function schemaOf(prefix: string, service: string): string {
  return `"${prefix}_${service}"`
}

export function queueOf(prefix: string, endpoint: string): string {
  return `${prefix}.${endpoint}`
}

export function deadLettersOf(prefix: string, endpoint: string): string {
  return `${prefix}.${endpoint}.dead-letters`
}

/** Where messages wait until their time has come. */
export function waitingOf(prefix: string, endpoint: string): string {
  return `${prefix}.${endpoint}.waiting`
}

/** Where messages come to that have waited. */
export function dueOf(prefix: string, endpoint: string): string {
  return `${prefix}.${endpoint}.due`
}

export function eventsOf(prefix: string, type: string): string {
  return `${prefix}.!${type}`
}

export function commandsOf(prefix: string): string {
  return `${prefix}.!`
}

/** The exchange for what is to wait first. */
export function laterOf(prefix: string): string {
  return `${prefix}.!later`
}
