/**
 * What `npm test` and the other scripts start: Node.js runs this file as it is. It has the commands built, which are TypeScript, and starts them. See
 * "How a command starts" in lib/README.md.
 */
import { pathToFileURL } from 'node:url'
import { join } from 'node:path'
import { freshBuild } from './launch/cache.mjs'
import { explain } from './launch/explain.mjs'
import { root } from './launch/sources.mjs'

try {
  const build = await freshBuild()
  process.env['WORKSHOP_BUILD'] = build
  process.env['WORKSHOP_ROOT'] = pathToFileURL(root).href
  await import(pathToFileURL(join(build, 'main.mjs')).href)
} catch (error) {
  explain(error)
}
