import { join } from 'node:path'
import { expect, test } from 'vitest'
import { contentOf } from './attendee-files.js'
import { compareDeduplication, drawComparison } from './commands/compare-deduplication.js'
import { root } from './exercises.js'

test('the table in the README of exercise 16 is what the simulator measures', { timeout: 600_000 }, async () => {
  const table = drawComparison(await compareDeduplication())
  expect(contentOf(join(root, 'exercises', 'exercise-16-tokens', 'README.md'))).toContain(`\`\`\`text\n${table}\n\`\`\``)
})
