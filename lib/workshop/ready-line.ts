import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import type { EnvironmentCheck } from './environment.js'
import { root } from './exercises.js'

/** What a machine is, in as much as the workshop may depend on it. Nothing tells whose it is. */
export interface Machine {
  /** As in `process.versions.node`. */
  readonly node: string
  /** What npm calls itself: `npm/11.6.2 node/v22.11.0 linux x64 workspaces/false`; empty without npm. */
  readonly agent: string
  readonly platform: string
  readonly architecture: string
  /** The workshop's own version. */
  readonly workshop: string
  /** The exercises that are done, and how many there are. */
  readonly done: number
  readonly exercises: number
}

/** The one line that an attendee mails to the facilitator: `ready: v1.0.0 · Node 22.11 · npm 11 · Linux x64 · better-sqlite3 · 0 of 16`. */
export function readyLine({ node, agent, platform, architecture, workshop, done, exercises }: Machine, checks: readonly EnvironmentCheck[]): string {
  const missing = checks.flatMap(({ missing }) => (missing === undefined ? [] : [missing]))
  const [, manager, version = ''] = /^([a-z]+)\/(\d+)/.exec(agent) ?? []
  const sqlite = checks.map(({ name }) => /^SQLite \S+ \(([^)]+)\)$/.exec(name)?.[1]).find((driver) => driver !== undefined)
  const parts = [
    `v${workshop}`,
    `Node ${node.split('.').slice(0, 2).join('.')}`,
    manager === undefined ? undefined : `${manager} ${version}`,
    `${systems[platform] ?? platform} ${architecture}`,
    sqlite,
    `${done} of ${exercises}`,
  ]
  return `${missing.length === 0 ? 'ready' : `not ready (${missing.join(', ')})`}: ${parts.filter((part) => part !== undefined).join(' · ')}`
}

const systems: Readonly<Record<string, string>> = { linux: 'Linux', darwin: 'macOS', win32: 'Windows' }

export function thisMachine(done: number, exercises: number): Machine {
  const { version } = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8')) as { readonly version: string }
  return { node: process.versions.node, agent: process.env['npm_config_user_agent'] ?? '', platform: process.platform, architecture: process.arch, workshop: version, done, exercises }
}
