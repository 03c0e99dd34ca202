/**
 * Runs the graded checks of an exercise in the simulator, in a process of its own, until one of them breaks, and hands over the story of that.
 */
import { pathToFileURL } from 'node:url'
import { collect } from '../collector.js'
import { recordInto, type TestRecord } from '../test-record.js'
import type { FirstStory } from './first-story.js'

const found = await firstStory(process.argv[2] ?? '')
process.send?.(found, undefined, {}, () => process.exit())

async function firstStory(module: string): Promise<FirstStory> {
  for (const { names, run } of await collect(() => import(pathToFileURL(module).href))) {
    const record: TestRecord = {}
    recordInto(record)
    try {
      await run()
    } catch (error) {
      const finding = record.findings?.at(-1)
      if (finding?.verdict === 'broken') return { kind: 'story', test: names.join(' > '), check: (record.findings?.length ?? 1) - 1, finding }
      return record.findings === undefined ? { kind: 'nothing runs' } : { kind: 'no story', text: error instanceof Error ? error.message : String(error) }
    }
  }
  return { kind: 'kept' }
}
