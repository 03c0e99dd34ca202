/**
 * Loaded by vitest before an attendee's files, so that a loop in them is noticed even while they are being imported. It also says where `check()` keeps
 * what it finds.
 */
import { beforeEach } from 'vitest'
import { recordInto } from '../test-record.js'
import { startWatchdog } from './watchdog.js'

// Whoever started this has ended, so nobody waits for what comes of it.
process.once('disconnect', () => process.exit(1))

beforeEach(({ task }) => recordInto(task.meta))

const { WORKSHOP_LOOPS: folder, WORKSHOP_LOOP_LIMIT: limit } = process.env
if (folder !== undefined) {
  const watchdog = startWatchdog({ folder, limit: Number(limit ?? 5_000) })
  beforeEach(({ task }) => watchdog.name(task.name))
}
