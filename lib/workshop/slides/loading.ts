import { createViteServer } from 'vitest/node'
import type * as collector from '../collector.js'
import { root } from '../exercises.js'
import { overlay } from '../overlay.js'
import { once, type LoadChecks } from './stories.js'

/**
 * Loads graded tests outside of a test run, through the same overlay. vitest refuses to be loaded there, and the checks that tell a
 * story do not need its `expect`.
 */
export async function withChecks<Result>(use: (load: LoadChecks) => Promise<Result>): Promise<Result> {
  const server = await createViteServer({
    root,
    configFile: false,
    logLevel: 'error',
    appType: 'custom',
    plugins: [overlay(), withoutVitest],
    server: { middlewareMode: true, watch: null, ws: false },
    optimizeDeps: { noDiscovery: true },
    ssr: { noExternal: ['vitest'] },
  })
  try {
    const { collect } = (await server.ssrLoadModule('/lib/workshop/collector.ts')) as typeof collector
    return await use(once((path) => collect(() => server.ssrLoadModule(path))))
  } finally {
    await server.close()
  }
}

const standIn = '\0vitest-outside-of-a-run'

const withoutVitest = {
  name: 'without-vitest',
  enforce: 'pre' as const,
  resolveId: (source: string) => (source === 'vitest' ? standIn : undefined),
  load: (id: string) => (id === standIn ? 'export const expect = undefined' : undefined),
}
