import { mkdirSync, rmSync } from 'node:fs'
import { join, relative } from 'node:path'
import type { WorldView } from '../../simulation/index.js'
import { root, type Exercise } from '../exercises.js'
import { recordsFolder } from './folder.js'

/**
 * Writes each service's documents into an SQLite file of its own: `documents(collection, id, version, value)`, with values as JSON.
 *
 * @returns the files, relative to the root; none for who has never stored anything.
 */
export async function keepStores(exercise: Exercise, { stores }: WorldView): Promise<readonly string[]> {
  const { requireSqlite } = await import('../../store/index.js')
  const driver = requireSqlite()
  const folder = join(recordsFolder, 'stores', exercise.name)
  mkdirSync(folder, { recursive: true })
  const used = Object.entries(stores).filter(([, collections]) => Object.keys(collections).length > 0)
  return used.map(([service, collections]) => {
    const file = join(folder, `${service}.sqlite`)
    rmSync(file, { force: true })
    const database = driver.open(file)
    try {
      database.exec('CREATE TABLE documents (collection TEXT NOT NULL, id TEXT NOT NULL, version INTEGER NOT NULL, value TEXT NOT NULL, PRIMARY KEY (collection, id))')
      const insert = database.prepare<[string, string, number, string]>('INSERT INTO documents VALUES (?, ?, ?, ?)')
      for (const [collection, documents] of Object.entries(collections)) {
        for (const { id, version, value } of documents) insert.run(collection, id, version, JSON.stringify(value))
      }
    } finally {
      database.close()
    }
    return relative(root, file)
  })
}
