import { createHash } from 'node:crypto'
import { readdirSync, readFileSync, statSync } from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'

/** The repository's root. */
export const root = fileURLToPath(new URL('../../../', import.meta.url))

/** What the build takes in besides `lib`: `npm run compare` measures these solutions. */
const solutions = ['exercise-15-inbox/inbox.ts', 'exercise-16-tokens/tokens.ts'].map((file) => join('solutions', ...file.split('/')))

/** Packages that are part of the build, or that make it; their versions stand here. */
const packages = ['chalk', 'esbuild'].map((name) => join('node_modules', name, 'package.json'))

/**
 * All files that a build depends on, relative to the root.
 *
 * @param {string} [home] the repository's root.
 * @returns {string[]}
 */
export function sourceFiles(home = root) {
  return [...filesBelow('lib', home), ...solutions, ...packages, 'package.json']
}

/**
 * @param {string} folder
 * @param {string} home
 * @returns {string[]}
 */
function filesBelow(folder, home) {
  return readdirSync(join(home, folder), { withFileTypes: true }).flatMap((entry) => {
    const path = join(folder, entry.name)
    if (entry.isDirectory()) return entry.name === 'fixtures' && folder !== 'lib' ? [] : filesBelow(path, home)
    return /\.(?:ts|mjs)$/.test(entry.name) && !/\.(?:test|fixture)\.ts$/.test(entry.name) ? [path] : []
  })
}

/** What runs the build. Where the clone is does not count: clones that are the same may share a build. */
const thisMachine = [process.version, process.platform, process.arch].join('\0')

/**
 * What a build is made of, as one text: two builds with the same fingerprint are the same.
 *
 * @param {readonly string[]} files
 * @param {string} [home]
 * @param {string} [machine]
 * @returns {string}
 */
export function fingerprint(files, home = root, machine = thisMachine) {
  const hash = createHash('sha256').update(machine)
  for (const file of files) hash.update(`\0${file}\0`).update(contentOf(join(home, file)))
  return hash.digest('hex').slice(0, 32)
}

/**
 * @param {string} file
 * @returns {Buffer | string}
 */
function contentOf(file) {
  try {
    return readFileSync(file)
  } catch {
    return 'absent'
  }
}

/**
 * What the file system says of files without opening them. When this is the same as before, and none was changed a moment before it was noted,
 * then the contents are the same: no writer can bring back the time at which the file system itself noted a change.
 *
 * @param {readonly string[]} files
 * @param {string} [home]
 * @param {string} [machine]
 * @returns {{ readonly text: string, readonly latest: number }} `latest` in milliseconds since 1970.
 */
export function signature(files, home = root, machine = thisMachine) {
  const hash = createHash('sha256').update(machine)
  let latest = 0
  for (const file of files) {
    const found = statSync(join(home, file), { bigint: true, throwIfNoEntry: false })
    hash.update(`\0${file}\0${found === undefined ? 'absent' : [found.size, found.mtimeNs, found.ctimeNs, found.ino, found.dev].join(' ')}`)
    if (found !== undefined) latest = Math.max(latest, Number(found.mtimeMs), Number(found.ctimeMs))
  }
  return { text: hash.digest('hex'), latest }
}
