import { defineConfig } from 'vitest/config'

/** `npm run browser`: what takes a Chromium, and longer than `npm test` is to take. */
export default defineConfig({
  test: { include: ['lib/**/browser.test.ts'], pool: 'forks', testTimeout: 180_000, hookTimeout: 60_000 },
})
