import { HarnessError } from '../simulation/index.js'
import type { Failure } from './protocol.js'
import { refusedBy } from './refusals.js'

/** Why a trial cannot be judged, in words. */

export const interrupted: Failure = { of: 'workshop', explanation: { what: 'It was interrupted.', why: 'So nothing can be said of it.', next: 'Run the command again.' } }

/** @param complaint what the process has written to its standard error last. */
export function endedByItself(name: string, code: number | null, complaint: string): Failure {
  const last = complaint.trim().split('\n').slice(0, 4).join('\n')
  return {
    of: 'code',
    explanation: {
      what: `A process of ${name} ended by itself${code === null ? '' : `, with code ${code}`}.`,
      why: last === '' ? 'In production its work would be left, and somebody would have to start it again.' : last,
      next: 'Look for what ends the process: process.exit(), or an error that nobody handles.',
    },
  }
}

export function unexpected(error: unknown): Failure {
  if (error instanceof HarnessError) return { of: 'workshop', explanation: error.explanation }
  const refused = refusedBy(error)
  if (refused !== undefined) return { of: 'workshop', explanation: refused }
  return {
    of: 'workshop',
    explanation: {
      what: `Running the system for real has failed: ${error instanceof Error ? error.message : String(error)}`,
      why: 'That is no error of the code under test, so nothing can be said of it.',
      next: 'Run the command again; if it happens again, please report it.',
    },
  }
}

/** @param patience milliseconds. */
export function stuck(patience: number, waitedFor: string, messages: string): Failure {
  return {
    of: 'workshop',
    explanation: {
      what: `Nothing has happened for ${Math.round(patience / 1000)} s, and the system is not at rest.`,
      why: `Something is waited for that does not come: ${waitedFor || 'a message'} (${messages}).`,
      next: 'Run the command again; if it happens again, please report it.',
    },
  }
}
