import { service } from '#lib'
import { thirdParty } from '#lib/testing'

/** Who gets how much credit, in euros. */
const limits: Readonly<Record<string, number>> = { Erika: 100_000, Max: 10_000 }

/**
 * The credit check, at `http://credit`. Somebody else runs it.
 *
 *     POST /checks   { customer, amount }     200 { approved }
 *
 * Its documentation says: "We answer within 15 seconds. Occasionally we do not answer."
 */
export function creditCheck() {
  return thirdParty('credit', { records: null, answer: ({ body }) => ({ response: decide(body) }) })
}

/** The same on a busy day: every response takes this long, in milliseconds. */
export function slowCreditCheck(takes: number) {
  return creditCheckThatWaits(() => takes)
}

/** The same on a bad day: for so many milliseconds there is no response, and from then on there is. */
export function creditCheckThatIsDown(duration: number) {
  const beginning = Date.UTC(2026, 0, 1, 9)
  return creditCheckThatWaits(() => Math.max(0, beginning + duration - Date.now()))
}

/** The same on the day on which a credit is used up: it says yes to the first question, and no to all that follow. */
export function creditCheckThatSaysYesOnce() {
  return thirdParty('credit', { records: { asked: 0 }, answer: (_request, { asked }) => ({ response: { status: 200, body: { approved: asked === 0 } }, records: { asked: asked + 1 } }) })
}

function creditCheckThatWaits(wait: () => number) {
  const slow = service(
    'credit',
    {
      async 'POST /checks'({ body }) {
        await new Promise((resolve) => setTimeout(resolve, wait()))
        return decide(body)
      },
    },
    { instances: 1, concurrency: 8 },
  )
  return { ...slow, kind: 'third-party', crashes: false } as const
}

function decide(body: unknown) {
  const { customer, amount } = body as { readonly customer: string; readonly amount: number }
  return { status: 200, body: { approved: amount <= (limits[customer] ?? 0) } }
}
