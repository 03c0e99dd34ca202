import { defineConfig } from 'vitest/config'
import { overlay } from './lib/workshop/overlay.js'
import { LongestFirst } from './lib/workshop/proof/longest-first.js'

export default defineConfig({
  plugins: [overlay()],
  test: {
    pool: 'forks', // as for the graded checks, where the watchdog watches the main thread of its process
    include: ['lib/**/*.test.ts'],
    testTimeout: 60_000,
    sequence: { sequencer: LongestFirst },
  },
})
