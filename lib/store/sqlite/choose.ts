import { MachineError, type Explanation } from '../../simulation/index.js'
import { loadBetterSqlite3 } from './better-sqlite3.js'
import { driverNames, type Driver, type DriverName } from './driver.js'
import { loadNodeSqlite } from './node-sqlite.js'
import { whyNoSqlite } from './missing.js'

export type Choice = { readonly driver: Driver } | { readonly missing: Explanation }

export type Loaders = Readonly<Record<DriverName, () => Driver>>

export const loaders: Loaders = { 'better-sqlite3': loadBetterSqlite3, 'node:sqlite': loadNodeSqlite }

/** What `WORKSHOP_SQLITE` may be, and which drivers are tried then, in this order. */
const wishes: Readonly<Record<string, readonly DriverName[]>> = {
  '': driverNames,
  better: ['better-sqlite3'],
  node: ['node:sqlite'],
}

/** The first driver that loads: better-sqlite3 before what Node.js has itself. */
export function chooseSqlite(wish = '', load: Loaders = loaders): Choice {
  const names = Object.hasOwn(wishes, wish) ? wishes[wish] : undefined
  if (names === undefined) {
    return {
      missing: {
        what: `WORKSHOP_SQLITE is "${wish}".`,
        why: 'It says which SQLite is used, and there is none of that name.',
        next: 'Set it to better or node, or leave it out: then the first one that loads is used.',
      },
    }
  }
  const failures: Partial<Record<DriverName, unknown>> = {}
  for (const name of names) {
    try {
      return { driver: load[name]() }
    } catch (error) {
      failures[name] = error
    }
  }
  return { missing: whyNoSqlite(failures, { platform: process.platform, node: process.versions.node }) }
}

/** The SQLite of this process, found out once: a library that does not load takes its time to say so. */
export const sqlite: Choice = chooseSqlite(process.env['WORKSHOP_SQLITE'])

/** @throws MachineError when there is no SQLite at all. */
export function requireSqlite(choice: Choice = sqlite): Driver {
  if ('driver' in choice) return choice.driver
  throw new MachineError(choice.missing)
}
