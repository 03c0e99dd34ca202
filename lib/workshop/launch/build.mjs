import { readFileSync } from 'node:fs'
import { join, relative } from 'node:path'
import { build as compile } from 'esbuild'
import { root, sourceFiles } from './sources.mjs'

/** What is started or imported by its name. What they share stands in files of its own, so that each is loaded once. */
const entries = {
  main: 'lib/workshop/main.ts',
  'check-process': 'lib/workshop/grading/direct/check-process.ts',
  collector: 'lib/workshop/collector.ts',
  'real-process': 'lib/workshop/real/real-process.ts',
  'story-process': 'lib/workshop/real/story-process.ts',
  'judge-process': 'lib/workshop/judging/judge-process.ts',
  'engine-loader': 'lib/workshop/mutants/rooms/loader.ts',
  'judge-submission': 'lib/workshop/proof/judge-submission.ts',
  'type-errors': 'lib/workshop/type-errors/check.ts',
  'types-and-lint': 'lib/workshop/proof/types-and-lint.ts',
}

/**
 * Builds the commands, and what the exercises import, into a folder.
 *
 * @param {string} folder
 * @param {{ readonly anywhere?: boolean }} [options] anywhere: also where Node.js would not find the packages.
 * @throws {import('esbuild').BuildFailure} when a file cannot be compiled.
 */
export async function build(folder, { anywhere = false } = {}) {
  const { metafile } = await compile({
    absWorkingDir: root,
    entryPoints: { ...entries, ...importedByName() },
    outdir: folder,
    outExtension: { '.js': '.mjs' },
    bundle: true,
    splitting: true,
    platform: 'node',
    format: 'esm',
    target: 'node20',
    tsconfigRaw: { compilerOptions: { target: 'ES2023', verbatimModuleSyntax: true } },
    keepNames: false,
    sourcemap: 'linked',
    sourcesContent: false,
    metafile: true,
    logLevel: 'silent',
    plugins: [withOwnUrl, packagesOutside(anywhere)],
  })
  const known = new Set(sourceFiles().map((file) => file.replaceAll('\\', '/')))
  const unknown = Object.keys(metafile.inputs).filter((file) => !known.has(file) && !file.includes('node_modules/chalk/'))
  if (unknown.length > 0) throw new Error(`Name these in lib/workshop/launch/sources.mjs, so that a change to them is noticed: ${unknown.join(', ')}`)
}

/**
 * What exercises import by the names in package.json: `#lib/testing` is built as `imports/lib-testing.mjs`.
 *
 * @returns {Record<string, string>}
 */
function importedByName() {
  /** @type {unknown} */
  const manifest = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8'))
  if (typeof manifest !== 'object' || manifest === null || !('imports' in manifest)) return {}
  return Object.fromEntries(Object.entries(manifest.imports ?? {}).map(([name, file]) => [`imports/${name.slice(1).replaceAll('/', '-')}`, String(file)]))
}

/**
 * `import.meta.url` stays that of the file that it was written in. `launch.mjs` says where the clone is.
 *
 * @type {import('esbuild').Plugin}
 */
const withOwnUrl = {
  name: 'with-own-url',
  setup(esbuild) {
    esbuild.onLoad({ filter: /[\\/]lib[\\/].*\.ts$/ }, ({ path }) => {
      const text = readFileSync(path, 'utf8')
      if (!text.includes('import.meta.url')) return undefined
      const file = relative(root, path).replaceAll('\\', '/')
      return { contents: text.replaceAll('import.meta.url', `new URL(${JSON.stringify(file)}, process.env['WORKSHOP_ROOT']).href`), loader: 'ts' }
    })
  },
}

/**
 * Packages are loaded from where they are installed.
 *
 * @param {boolean} anywhere
 * @returns {import('esbuild').Plugin}
 */
function packagesOutside(anywhere) {
  return {
    name: 'packages-outside',
    setup(esbuild) {
      esbuild.onResolve({ filter: /^[^.#/]/ }, ({ path, kind }) => {
        if (kind === 'entry-point' || path === 'chalk' || /^[A-Za-z]:[\\/]/.test(path)) return undefined
        return { path: anywhere && !path.startsWith('node:') ? import.meta.resolve(path) : path, external: true }
      })
    },
  }
}
