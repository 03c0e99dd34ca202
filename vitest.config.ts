import { defineConfig } from 'vitest/config'
import { overlay } from './lib/workshop/overlay.js'

export default defineConfig({
  plugins: [overlay()],
  test: {
    pool: 'forks', // the guard against endless loops watches the main thread of its process
    include: ['lib/**/*.test.ts'],
    testTimeout: 60_000,
  },
})
