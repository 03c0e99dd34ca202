import { DatabaseError } from 'pg'
import type { Explanation } from '../simulation/index.js'

/** What a product says when it could do something, and will not. */

/** @returns undefined for what is no answer of PostgreSQL. */
export function refusedBy(error: unknown): Explanation | undefined {
  if (!(error instanceof DatabaseError)) return undefined
  const { code = '', message } = error
  return {
    what: `PostgreSQL refuses a statement: ${message} (${code}).`,
    why: 'That is no error of the code under test, so nothing can be said of it.',
    // https://www.postgresql.org/docs/current/errcodes-appendix.html: class 53, insufficient resources; 57P, operator intervention
    next: code === '53100' ? 'Its disk is full: make room there, and run the command again.' : code.startsWith('53') ? 'It is short of something: its log says of what. Run the command again when it has it.' : code.startsWith('57P') ? 'Somebody has stopped it: run the command again when it answers.' : 'Run the command again; if it happens again, please report it.',
  }
}

/** RabbitMQ takes no messages from whoever publishes, as long as it is short of memory or disk: `connection.blocked`. */
export function blocked(reason: string): Explanation {
  return {
    what: `RabbitMQ takes no messages any more: ${reason.replace(/\.$/, '') || 'it gives no reason'}.`,
    why: 'It does so while it is short of memory or of disk, and whoever publishes waits. That is no error of the code under test, so nothing can be said of it.',
    next: 'Make room where it runs (rabbitmq-diagnostics alarms says what it is short of), and run the command again.',
  }
}
