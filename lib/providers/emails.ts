import type { NodeDefinition } from '../simulation/index.js'
import { thirdParty, type Answer } from './third-party.js'

/** A mail in a customer's inbox. */
export type Email = {
  readonly to: string
  readonly subject: string
}

export type EmailRecords = { readonly delivered: readonly Email[] }

/**
 * The e-mail provider, at `http://emails`. Promises see what it delivered with `emailRecords(ledgers)`.
 *
 *     POST /emails   { to, subject }     202 taken · 400 not understood
 *
 * Delivery is at-least-once at best: every POST is a mail of its own, there is no key to tell it from the one before, and now and then
 * one mail arrives twice (within the budget of `copies`). That is how mail works: when the answer to a
 * transfer does not come, SMTP transfers again, and prefers a duplicate to a loss (RFC 1047, "Duplicate messages and SMTP"). So e-mail
 * goes last, and says nothing that is wrong the second time.
 */
export function emailProvider(): NodeDefinition<'emails'> {
  const records: EmailRecords = { delivered: [] }
  return thirdParty('emails', { records, answer: answerEmail, duplicates: true })
}

/** What the e-mail provider has delivered, as a promise sees it. */
export function emailRecords(ledgers: Readonly<Record<string, unknown>>): EmailRecords {
  return ledgers['emails'] as EmailRecords
}

/** What the e-mail provider does with a request. */
export const answerEmail: Answer<EmailRecords> = ({ method, path, segments, body }, { delivered }) => {
  if (method !== 'POST' || segments.length !== 1 || segments[0] !== 'emails') return { response: { status: 404, body: { error: `There is no ${method} ${path} here.` } } }
  const { to, subject } = (body ?? {}) as Readonly<Record<string, unknown>>
  if (typeof to !== 'string' || typeof subject !== 'string') return { response: { status: 400, body: { error: 'A mail needs somebody to go to, and a subject.' } } }
  return { response: { status: 202, body: { status: 'queued' } }, records: { delivered: [...delivered, { to, subject }] } }
}
