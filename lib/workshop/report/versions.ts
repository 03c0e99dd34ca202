import { spawnSync } from 'node:child_process'
import { existsSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { sqlite } from '../../store/index.js'
import { root, type Exercise } from '../exercises.js'

/** What somebody needs in order to run the same: versions and the kind of machine, and nothing that tells one machine from another. */
export interface Versions {
  readonly node: string
  readonly npm: string
  readonly system: string
  readonly workshop: string
  readonly sqlite: string
}

export function versionsHere(exercise: Exercise): Versions {
  return {
    node: process.versions.node,
    npm: /^npm\/(\S+)/.exec(process.env['npm_config_user_agent'] ?? '')?.[1] ?? 'not started by npm',
    system: systemName(process.platform, process.arch),
    workshop: [workshopVersion(), ...commitOf(exercise)].join(', '),
    sqlite: 'driver' in sqlite ? `${sqlite.driver.version} (${sqlite.driver.name})` : 'none',
  }
}

export function systemName(platform: string, architecture: string): string {
  const names: Readonly<Record<string, string>> = { linux: 'Linux', darwin: 'macOS', win32: 'Windows' }
  return `${names[platform] ?? platform}, ${architecture}`
}

function workshopVersion(): string {
  return (JSON.parse(readFileSync(join(root, 'package.json'), 'utf8')) as { readonly version: string }).version
}

/** The commit, and whether what judges was changed since. Nothing where the workshop is no clone, or without git. */
function commitOf(exercise: Exercise): readonly string[] {
  // Else git would answer for a repository that the workshop lies in.
  if (!existsSync(join(root, '.git'))) return []
  const commit = git('rev-parse', '--short=12', 'HEAD')
  if (commit === undefined) return []
  const judging = ['lib', 'package.json', 'package-lock.json', 'vitest.config.ts', `exercises/${exercise.folder}/${exercise.name}.test.ts`]
  const changed = judging.filter((path) => git('status', '--porcelain', '--', path) !== '')
  return [`commit ${commit}`, ...(changed.length === 0 ? [] : [`changed since: ${changed.join(', ')}`])]
}

function git(...args: readonly string[]): string | undefined {
  const { status, stdout } = spawnSync('git', args, { cwd: root, encoding: 'utf8' })
  return status === 0 ? stdout.trim() : undefined
}
