import type { Database } from '../database.js'
import { schemaOf } from '../names.js'
import type { Payment } from './payments.js'
import type { SentVouchers } from './sent.js'
import type { Again } from './protocol.js'

/** What became of a promise. */
export interface Judgement {
  readonly promise: string
  readonly kept: boolean
  /** What was counted, in one sentence. */
  readonly sentence: string
  /** One case of what is wrong, in plain words. */
  readonly example?: string
}

/** Judges a promise by what stands in the stores at the end. */
export interface LoadPromise {
  /** As the exercise's checks call it. */
  readonly name: string
  judge(books: Books): Promise<Judgement>
}

export interface BooksOptions {
  readonly database: Database
  readonly prefix: string
  readonly payments: readonly Payment[]
  /** Messages that came again. */
  readonly again: readonly Again[]
  /** What was sent while processes were killed. */
  readonly sent: SentVouchers
  readonly deadLetters: number
  readonly deadLetter: () => Promise<{ readonly endpoint: string; readonly id: string; readonly reason: string } | undefined>
}

/** The stores of `marketing` and `billing`, and what must stand in them: counted by PostgreSQL. */
export class Books {
  readonly #marketing: string
  readonly #billing: string
  readonly #expected: string
  readonly #paymentsBy: ReadonlyMap<string, readonly Payment[]>
  readonly #againBy: ReadonlyMap<string, readonly Again[]>

  constructor(readonly options: BooksOptions) {
    this.#marketing = `${schemaOf(options.prefix, 'marketing')}.documents`
    this.#billing = `${schemaOf(options.prefix, 'billing')}.documents`
    this.#expected = `${schemaOf(options.prefix, 'marketing')}.expected_payments`
    this.#paymentsBy = grouped(options.payments, ({ event }) => event.customer)
    this.#againBy = grouped(options.again, ({ id }) => id)
  }

  /** Writes down what was paid, beside the documents, so that PostgreSQL can compare. */
  async open(): Promise<void> {
    const { database, payments } = this.options
    await database.query(`DROP TABLE IF EXISTS ${this.#expected}`)
    await database.query(`CREATE TABLE ${this.#expected} (id text PRIMARY KEY, customer text NOT NULL, amount int NOT NULL)`)
    await database.query(`INSERT INTO ${this.#expected} SELECT * FROM unnest($1::text[], $2::text[], $3::int[])`, [payments.map(({ id }) => id), payments.map(({ event }) => event.customer), payments.map(({ event }) => event.amount)])
    await database.query(`ANALYZE ${this.#expected}`)
  }

  /** How many customers there are whose total is not what they have paid, or who have not exactly one voucher. */
  async wrongCustomers(): Promise<number> {
    const [totals, vouchers] = [await this.totals(), await this.vouchers()]
    return totals.length + vouchers.length
  }

  /** Customers whose total is not what they have paid. */
  async totals(): Promise<readonly { readonly customer: string; readonly paid: number; readonly total: string | null }[]> {
    return this.rows(`SELECT customer, paid::int, d.value->>'total' AS total
      FROM (SELECT customer, sum(amount) AS paid FROM ${this.#expected} GROUP BY customer) e LEFT JOIN ${this.#marketing} d ON d.collection = 'customers' AND d.id = e.customer
      WHERE d.value->>'total' IS DISTINCT FROM e.paid::text ORDER BY customer COLLATE "C"`)
  }

  /** Customers who have not exactly one voucher of 1 % of what they had paid when they first exceeded the threshold: each payment does so by itself. */
  async vouchers(): Promise<readonly { readonly customer: string; readonly right: readonly string[]; readonly found: readonly { readonly id: string; readonly amount: string }[] }[]> {
    return this.rows(`SELECT coalesce(e.customer, v.customer) AS customer, coalesce(e.amounts, '{}') AS right, coalesce(v.found, '[]') AS found
      FROM (SELECT customer, array_agg((amount / 100)::text) AS amounts FROM ${this.#expected} GROUP BY customer) e
      FULL JOIN (SELECT value->>'customer' AS customer, array_agg(value->>'amount') AS amounts, jsonb_agg(jsonb_build_object('id', id, 'amount', value->>'amount') ORDER BY id) AS found
        FROM ${this.#billing} WHERE collection = 'vouchers' AND value IS NOT NULL GROUP BY 1) v ON v.customer = e.customer
      WHERE NOT (e.customer IS NOT NULL AND cardinality(v.amounts) = 1 AND v.amounts <@ e.amounts) OR e.customer IS NULL OR v.customer IS NULL ORDER BY e.customer COLLATE "C" NULLS LAST`)
  }

  /** What is still kept in `marketing` of vouchers that have left: their amounts, or their ids. The id of a payment may stay. */
  async kept(): Promise<readonly { readonly collection: string; readonly id: string; readonly value: string }[]> {
    const amount = String.raw`(^|[^\w./-])(600|700|1300)([^\w./-]|$)`
    return this.rows(`SELECT d.collection, d.id, d.value::text AS value FROM ${this.#marketing} d
      LEFT JOIN ${this.#billing} v ON v.collection = 'vouchers' AND v.value->>'customer' = d.id
      WHERE d.value IS NOT NULL AND (d.collection <> 'customers' OR v.id IS NOT NULL)
        AND (d.value::text ~ '${amount}' OR (v.id NOT IN (SELECT id FROM ${this.#expected}) AND strpos(d.value::text, to_json(v.id)::text) > 0))`)
  }

  /** Documents of `marketing` in which something is remembered that belongs into the inbox alone. */
  async strangers(): Promise<readonly { readonly collection: string; readonly id: string; readonly value: string }[]> {
    return this.rows(`SELECT collection, id, value::text AS value FROM ${this.#marketing} WHERE value IS NOT NULL AND NOT (
        (collection = 'inbox' AND id IN (SELECT id FROM ${this.#expected}))
        OR (collection = 'customers' AND value - 'total' = '{}'::jsonb AND id IN (SELECT customer FROM ${this.#expected})))`)
  }

  /** Payments that are not in the inbox. */
  async notInInbox(): Promise<readonly { readonly id: string }[]> {
    return this.rows(`SELECT id FROM ${this.#expected} EXCEPT SELECT id FROM ${this.#marketing} WHERE collection = 'inbox' AND value IS NOT NULL ORDER BY 1`)
  }

  /** What a customer has paid, each with the deliveries in which it came again. */
  paymentsOf(customer: string): readonly { readonly payment: Payment; readonly again: readonly Again[] }[] {
    return (this.#paymentsBy.get(customer) ?? []).map((payment) => ({ payment, again: this.#againBy.get(payment.id) ?? [] }))
  }

  get customers(): number {
    return this.#paymentsBy.size
  }

  private async rows<Row extends object>(sql: string): Promise<readonly Row[]> {
    return (await this.options.database.query<Row>(sql)).rows
  }
}

function grouped<Item>(items: readonly Item[], keyOf: (item: Item) => string): ReadonlyMap<string, readonly Item[]> {
  const groups = new Map<string, Item[]>()
  for (const item of items) {
    const group = groups.get(keyOf(item))
    if (group === undefined) groups.set(keyOf(item), [item])
    else group.push(item)
  }
  return groups
}
