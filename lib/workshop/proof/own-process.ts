import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { root } from '../exercises.js'

/** What a test file does to the process that it runs in, or needs all of: it replaces modules, changes settings, starts processes, or proves a module. */
const alone = /\bvi\.|\bprocess\.(?:env|chdir|execArgv)\b|node:child_process|copyWorkshop|proveModule/

/**
 * The test files that need a process of their own, relative to the root. The others share two, and have the engine loaded in each once: that takes most
 * of them longer than their tests.
 */
export function needOwnProcess(): string[] {
  return readdirSync(join(root, 'lib'), { recursive: true, encoding: 'utf8' })
    .filter((file) => file.endsWith('.test.ts') && alone.test(readFileSync(join(root, 'lib', file), 'utf8')))
    .map((file) => `lib/${file.replaceAll('\\', '/')}`)
    .sort()
}
