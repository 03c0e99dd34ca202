import { join } from 'node:path'
import { root } from '../exercises.js'

/** Where a process that was ended because of an endless loop leaves its report; see `watchdog`. */
export const loopsFolder = join(root, '.workshop', 'loops', String(process.pid))
