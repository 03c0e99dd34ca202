import { defineConfig } from 'vitest/config'
import { overlay } from './lib/workshop/overlay.js'
import { LongestFirst } from './lib/workshop/proof/longest-first.js'

/** Tests of plain functions of the engine: they neither replace modules nor change their process, so they may share both, and the engine is loaded once. */
const engine = ['broker', 'exploration', 'http', 'model-checker', 'providers', 'simulation', 'story', 'system'].map((room) => `lib/${room}/**/*.test.ts`)

export default defineConfig({
  plugins: [overlay()],
  test: {
    pool: 'forks', // as for the graded checks, where the watchdog watches the main thread of its process
    testTimeout: 60_000,
    sequence: { sequencer: LongestFirst },
    projects: [
      { extends: true, test: { name: 'engine', include: engine, isolate: false } },
      { extends: true, test: { name: 'workshop', include: ['lib/**/*.test.ts'], exclude: engine } },
    ],
  },
})
