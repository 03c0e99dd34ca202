import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { dirname, join, relative, resolve } from 'node:path'
import { pathToFileURL } from 'node:url'
import { build, stop, type BuildOptions, type Plugin } from 'esbuild'
import { builtFile } from '../../built-file.js'
import { collect, type CollectedTest } from '../../collector.js'
import { root } from '../../exercises.js'

/**
 * Loads a test file, with the attendee's files, as they are now: one module, beside the workshop's own that are built already. Nothing of it is kept.
 *
 * @throws whatever keeps it from being compiled or loaded.
 */
export async function loadChecks(testFile: string): Promise<readonly CollectedTest[]> {
  const text = await compileChecks(testFile)
  const folder = mkdtempSync(join(tmpdir(), 'rock-solid-messaging-'))
  try {
    const file = join(folder, 'checks.mjs')
    writeFileSync(file, text)
    process.setSourceMapsEnabled(true) // only now: the workshop's own files have maps as well, which nobody needs here
    return await collect(() => import(pathToFileURL(file).href))
  } finally {
    rmSync(folder, { recursive: true, force: true })
  }
}

const options = {
  bundle: true,
  write: false,
  outfile: join(root, 'checks.mjs'),
  sourcemap: 'external',
  sourcesContent: false,
  platform: 'node',
  format: 'esm',
  target: 'node20',
  tsconfigRaw: { compilerOptions: { target: 'ES2023' } },
  logLevel: 'silent',
} as const satisfies BuildOptions

/** One module of a test file and the attendee's files, which leaves its tests with the collector. @throws whatever keeps it from being compiled. */
export async function compileChecks(testFile: string): Promise<string> {
  const { outputFiles } = await build({ ...options, entryPoints: [testFile], plugins: [outside] })
  await stop()
  const map = outputFiles.find(({ path }) => path.endsWith('.map'))?.text ?? '{}'
  const text = outputFiles.find(({ path }) => path.endsWith('.mjs'))?.text ?? ''
  return `${text}\n//# sourceMappingURL=data:application/json;base64,${Buffer.from(withAbsoluteSources(map)).toString('base64')}\n`
}

/** Wherever the module is put, the lines in its stacks are those of the files that it was made of. */
function withAbsoluteSources(map: string): string {
  const parsed = JSON.parse(map) as { readonly sources?: readonly string[] }
  return JSON.stringify({ ...parsed, sources: parsed.sources?.map((source) => pathToFileURL(resolve(root, source)).href) })
}

/** What is not the attendee's: the workshop, from its build; vitest, for which the collector stands in; and packages, from where they are. */
const outside: Plugin = {
  name: 'outside',
  setup(esbuild) {
    esbuild.onResolve({ filter: /^[^./]/ }, ({ path, kind, importer }) => {
      if (kind === 'entry-point' || /^[A-Za-z]:[\\/]/.test(path) || path.startsWith('node:')) return undefined
      if (path === 'vitest' && importer.endsWith('.test.ts')) return { path: urlOf('collector'), external: true }
      if (path.startsWith('#')) return { path: urlOf(join('imports', path.slice(1).replaceAll('/', '-'))), external: true }
      return { path: import.meta.resolve(path), external: true }
    })
    esbuild.onResolve({ filter: /^\./ }, ({ path, importer }) => {
      // It would be there twice, and an error of one would be none of the other.
      if (relative(join(root, 'lib'), resolve(dirname(importer), path)).startsWith('..')) return undefined
      throw new Error(`${path} is no file of the exercise.`)
    })
  },
}

function urlOf(name: string): string {
  return pathToFileURL(builtFile(name)).href
}
