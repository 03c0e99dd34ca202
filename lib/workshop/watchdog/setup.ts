/**
 * Loaded by vitest before an attendee's files, so that a loop in them is noticed even while they are being imported. It also says where `check()` keeps
 * what it finds.
 */
import { afterEach, beforeEach } from 'vitest'
import { recordInto } from '../test-record.js'
import { startWatchdog, watchdogOptions } from './watchdog.js'

// Whoever started this has ended, so nobody waits for what comes of it.
process.once('disconnect', () => process.exit(1))

beforeEach(({ task }) => recordInto(task.meta))

const options = watchdogOptions(process.env)
if (options !== undefined) {
  const watchdog = startWatchdog(options)
  beforeEach(({ task }) => watchdog.name(task.name))
  afterEach(() => watchdog.rest())
}
