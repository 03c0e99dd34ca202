import type { Client, QueryResult, QueryResultRow } from 'pg'

/** What the director asks PostgreSQL. */
export interface Database {
  query<Row extends QueryResultRow>(sql: string, values?: readonly unknown[]): Promise<QueryResult<Row>>
  end(): Promise<void>
}

/** One connection, on which one thing is asked after the other, whoever asks. */
export function oneAtATime(client: Client): Database {
  let last: Promise<unknown> = Promise.resolve()
  return {
    query<Row extends QueryResultRow>(sql: string, values?: readonly unknown[]) {
      const result = last.then(() => client.query<Row>(sql, values === undefined ? undefined : [...values]))
      last = result.catch(() => undefined)
      return result
    },
    end: () => client.end(),
  }
}
