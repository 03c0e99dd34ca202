import { fileURLToPath } from 'node:url'
import { isBelow, pathOf, shownPath } from './source-path.js'

/** Where in the attendee's code an error comes from: `exercises/exercise-01-double-click/submit-cart.ts:14`, if that can be told. */
export function callSite(error: unknown): string | undefined {
  if (!(error instanceof Error) || error.stack === undefined) return undefined
  for (const line of error.stack.split('\n')) {
    if (line.includes('node:')) continue
    const [, location, lineNumber] = /\(?((?:file:\/\/|\/|[A-Za-z]:[\\/])[^()]*?):(\d+):\d+\)?$/.exec(line) ?? []
    if (location === undefined || lineNumber === undefined) continue
    const file = pathOf(location)
    if ((isBelow(ownFolder, file) && !file.includes('fixtures')) || file.includes('node_modules')) continue
    return `${shownPath(process.cwd(), file)}:${lineNumber}`
  }
  return undefined
}

/** The folder `lib`: everything in it is the workshop's own, but for the fixtures of its tests. */
const ownFolder = fileURLToPath(new URL('../', import.meta.url))
