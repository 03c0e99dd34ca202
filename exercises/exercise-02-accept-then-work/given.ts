import { service } from '#lib'
import { thirdParty } from '#lib/testing'

/** Nobody gets more credit than this. In euros. */
const limit = 100_000

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
  const slow = service(
    'credit',
    {
      async 'POST /checks'({ body }) {
        await new Promise((resolve) => setTimeout(resolve, takes))
        return decide(body)
      },
    },
    { instances: 1, concurrency: 8 },
  )
  return { ...slow, kind: 'third-party', crashes: false } as const
}

function decide(body: unknown) {
  const { amount } = body as { readonly amount: number }
  return { status: 200, body: { approved: amount <= limit } }
}
