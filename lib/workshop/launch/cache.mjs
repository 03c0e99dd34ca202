import { createHash } from 'node:crypto'
import { existsSync, mkdirSync, mkdtempSync, readFileSync, readdirSync, realpathSync, renameSync, rmSync, statSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fingerprint, root, signature, sourceFiles } from './sources.mjs'

/** Each build has a folder of its own, named by the fingerprint of what it is made of. It is never changed, so nobody can find half of one. */
const cache = join(root, 'node_modules', '.cache', 'rock-solid-messaging')

/** Which build belongs to which state of this clone; clones may share their packages. */
const newest = join(cache, `newest-${createHash('sha256').update(root).digest('hex').slice(0, 8)}`)

/** Milliseconds. Within this time a file may change twice, and the file system note one time for both. */
const tick = 3_000

/**
 * Gives the folder of a build of `lib` as it is now, and makes it first if there is none.
 *
 * @returns {Promise<string>}
 */
export async function freshBuild() {
  for (;;) {
    const files = sourceFiles()
    const now = signature(files)
    const noted = notedBuild(now.text)
    if (noted !== undefined) return noted
    const name = fingerprint(files)
    const folder = join(cache, name)
    if (!existsSync(folder)) {
      const { build } = await import('./build.mjs')
      const draft = draftFolder()
      if (draft === undefined) return buildForOnce(build)
      try {
        await build(draft)
        if (fingerprint(sourceFiles()) !== name) continue // somebody saved a file meanwhile
        publish(draft, folder)
      } finally {
        rmSync(draft, { recursive: true, force: true })
      }
      forgetOld(name)
    }
    if (Date.now() - now.latest > tick) note(now.text, name)
    return folder
  }
}

/**
 * @param {string} signature
 * @returns {string | undefined} the build that was noted for this signature, if it is there.
 */
function notedBuild(signature) {
  try {
    const [noted, name = ''] = readFileSync(newest, 'utf8').split(' ')
    const folder = join(cache, name)
    return noted === signature && existsSync(folder) ? folder : undefined
  } catch {
    return undefined
  }
}

/**
 * @param {string} signature
 * @param {string} name
 */
function note(signature, name) {
  const draft = `${newest}.${process.pid}.draft`
  try {
    writeFileSync(draft, `${signature} ${name}`)
    renameSync(draft, newest)
  } catch {
    rmSync(draft, { force: true }) // without the note the contents are compared, which takes a little longer
  }
}

/** @returns {string | undefined} undefined where nothing can be written. */
function draftFolder() {
  try {
    mkdirSync(cache, { recursive: true })
    return mkdtempSync(join(cache, 'draft-'))
  } catch {
    return undefined
  }
}

/**
 * All at once. Whoever was faster has built the same.
 *
 * @param {string} draft
 * @param {string} folder
 */
function publish(draft, folder) {
  try {
    renameSync(draft, folder)
  } catch (error) {
    if (!existsSync(folder)) throw error
  }
}

/**
 * Where `node_modules` cannot be written, each command has a build of its own, which nobody else can have put there, and which goes with it. It
 * stands in a folder called `node_modules`: frames of a stack that lead there are not the attendee's.
 *
 * @param {(folder: string, options: { readonly anywhere: boolean }) => Promise<void>} build
 * @returns {Promise<string>}
 */
async function buildForOnce(build) {
  const home = realpathSync(mkdtempSync(join(tmpdir(), 'rock-solid-messaging-')))
  process.on('exit', () => rmSync(home, { recursive: true, force: true }))
  const folder = join(home, 'node_modules', 'workshop')
  await build(folder, { anywhere: true })
  return folder
}

/**
 * Builds that nobody can still be running.
 *
 * @param {string} name
 */
function forgetOld(name) {
  for (const entry of readdirSync(cache)) {
    const path = join(cache, entry)
    try {
      if (entry !== name && Date.now() - statSync(path).mtimeMs > 24 * 3_600_000) rmSync(path, { recursive: true, force: true })
    } catch {
      // somebody else has removed it
    }
  }
}
