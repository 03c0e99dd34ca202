import { nameRun, runPattern } from './names.js'
import type { Services } from './services.js'
import { remove, type Topology } from './topology.js'

/**
 * What a run has made, so that a later one can remove it when this one was killed: the names of its queues and exchanges stand in a schema of its own,
 * and whether it still runs is told by a lock that PostgreSQL lets go when its connection ends.
 */
export interface Claim {
  readonly run: string
  /** Called before they are made. */
  note(topology: Topology): Promise<void>
  /** Called when they have been removed. */
  forget(topology: Topology): Promise<void>
  /** Removes everything that the run has made and that is still there. */
  release(): Promise<void>
}

/** Claims a name that nobody else has, and removes what runs left behind that were killed. */
export async function claimRun(services: Services): Promise<Claim> {
  await removeLeftovers(services)
  const { database } = services
  const run = nameRun()
  await database.query('SELECT pg_advisory_lock($1, hashtext($2))', [lockClass, run])
  await database.query(`CREATE SCHEMA ${run}; CREATE TABLE ${run}.made (kind text NOT NULL, name text NOT NULL)`)
  return {
    run,
    async note({ queues, exchanges }) {
      await database.query(`INSERT INTO ${run}.made SELECT 'queue', unnest($1::text[]) UNION ALL SELECT 'exchange', unnest($2::text[])`, [queues, exchanges])
    },
    async forget({ queues, exchanges }) {
      await database.query(`DELETE FROM ${run}.made WHERE name = ANY($1::text[])`, [[...queues, ...exchanges]])
    },
    release: () => removeRun(services, run),
  }
}

/** "rsmr", as a number: nobody else's locks. */
const lockClass = 0x72736d72

/** @returns the names of the runs that had left something. */
export async function removeLeftovers(services: Services): Promise<readonly string[]> {
  const { rows } = await services.database.query<{ nspname: string }>('SELECT nspname FROM pg_namespace')
  const removed: string[] = []
  for (const { nspname: run } of rows) {
    if (!runPattern.test(run)) continue
    const { rows: locks } = await services.database.query<{ free: boolean }>('SELECT pg_try_advisory_lock($1, hashtext($2)) AS free', [lockClass, run])
    if (locks[0]?.free !== true) continue // it is still running
    const { rows: still } = await services.database.query('SELECT 1 FROM pg_namespace WHERE nspname = $1', [run])
    if (still.length === 0) await services.database.query('SELECT pg_advisory_unlock($1, hashtext($2))', [lockClass, run]) // somebody else has removed it meanwhile
    else {
      await removeRun(services, run)
      removed.push(run)
    }
  }
  return removed
}

async function removeRun({ database, spare }: Services, run: string): Promise<void> {
  try {
    const { rows } = await database.query<{ kind: string; name: string }>(`SELECT DISTINCT kind, name FROM ${run}.made`)
    const named = (kind: string): string[] => rows.flatMap((row) => (row.kind === kind && row.name.startsWith(`${run}_`) ? [row.name] : []))
    const channel = await spare()
    await remove(channel, { queues: named('queue'), exchanges: named('exchange') })
    await channel.close()
    const { rows: schemas } = await database.query<{ nspname: string }>('SELECT nspname FROM pg_namespace WHERE starts_with(nspname, $1)', [`${run}_`])
    for (const { nspname } of schemas) await database.query(`DROP SCHEMA IF EXISTS "${nspname}" CASCADE`)
    await database.query(`DROP SCHEMA IF EXISTS ${run} CASCADE`)
  } finally {
    await database.query('SELECT pg_advisory_unlock($1, hashtext($2))', [lockClass, run])
  }
}
