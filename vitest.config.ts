import { defineConfig } from 'vitest/config'
import { overlay } from './lib/workshop/overlay.js'
import { LongestFirst } from './lib/workshop/proof/longest-first.js'
import { needOwnProcess } from './lib/workshop/proof/own-process.js'

const alone = needOwnProcess()
/** Run by `npm run browser`. */
const elsewhere = ['lib/**/browser.test.ts']

export default defineConfig({
  plugins: [overlay()],
  test: {
    pool: 'forks', // as for the graded checks, where the watchdog watches the main thread of its process
    testTimeout: 60_000,
    sequence: { sequencer: LongestFirst },
    projects: [
      { extends: true, test: { name: 'alone', include: alone, exclude: elsewhere } },
      { extends: true, test: { name: 'together', include: ['lib/**/*.test.ts'], exclude: [...alone, ...elsewhere], isolate: false } },
    ],
  },
})
