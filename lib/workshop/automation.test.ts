import { existsSync, readdirSync, readFileSync } from 'node:fs'
import { createRequire } from 'node:module'
import { join } from 'node:path'
import { describe, expect, test } from 'vitest'
import { root } from './exercises.js'
import { defaultNodes } from './matrix/plan.js'
import { missing } from './references.js'

/** The reader of YAML that the slides' tool brings along, so that the workshop needs none of its own. */
const marp = createRequire(import.meta.url).resolve('@marp-team/marp-core')
const yaml = createRequire(createRequire(marp).resolve('@marp-team/marpit'))('js-yaml') as { readonly load: (text: string) => unknown }

const textOf = (...path: readonly string[]): string => readFileSync(join(root, ...path), 'utf8')
const json = (...path: readonly string[]): unknown => JSON.parse(textOf(...path))

interface Manifest {
  readonly engines: { readonly node: string }
  readonly scripts: Readonly<Record<string, string>>
  readonly allowScripts: Readonly<Record<string, boolean>>
  readonly optionalDependencies: Readonly<Record<string, string>>
}
const manifest = json('package.json') as Manifest
const lock = json('package-lock.json') as { readonly packages: Readonly<Record<string, { readonly hasInstallScript?: boolean; readonly resolved?: string; readonly optional?: boolean }>> }

describe('installing', () => {
  test('exactly the packages with install scripts may run them', () => {
    const scripts = Object.entries(lock.packages).flatMap(([path, { hasInstallScript }]) => (hasInstallScript === true ? [path.replace(/^.*node_modules\//, '')] : []))
    expect(Object.keys(manifest.allowScripts).sort()).toEqual(scripts.sort())
    expect(Object.values(manifest.allowScripts).every((allowed) => allowed)).toBe(true)
  })

  test('goes on without what has to be compiled', () => {
    expect(Object.keys(manifest.optionalDependencies)).toEqual(['better-sqlite3'])
    expect(lock.packages['node_modules/better-sqlite3']?.optional).toBe(true)
  })

  test('asks whichever registry is set, since the lock file names none', () => {
    expect(Object.values(lock.packages).filter(({ resolved }) => resolved !== undefined)).toEqual([])
  })
})

interface Workflow {
  readonly jobs: Readonly<Record<string, { readonly strategy: { readonly matrix: Readonly<Record<string, readonly string[]>> }; readonly steps: readonly { readonly run?: string }[] }>>
}

describe('the workflow', () => {
  const { jobs } = yaml.load(textOf('.github', 'workflows', 'test.yml')) as Workflow
  const commands = (job: string): readonly string[] => (jobs[job]?.steps ?? []).flatMap(({ run }) => run ?? [])

  test('follows the README on three systems and four versions of Node.js, from the oldest on', () => {
    const { matrix } = jobs['two-commands']?.strategy ?? { matrix: {} }
    expect(matrix['os']).toEqual(['ubuntu-latest', 'macos-latest', 'windows-latest'])
    expect(matrix['node']).toEqual(defaultNodes.split(','))
    expect(manifest.engines.node).toBe(`>=${matrix['node']?.[0] ?? ''}.0`)
    expect(commands('two-commands')).toEqual(['npm ci', 'npm start', 'npm test'])
  })

  test('also where install scripts are switched off', () => {
    expect(commands('without-install-scripts')).toEqual(['npm ci --ignore-scripts', 'npm start', 'npm test'])
    expect(jobs['without-install-scripts']?.strategy.matrix['node']).not.toContain('20.19')
  })

  test('is followed by CI of any other kind, too', () => {
    const script = textOf('.ci', 'run')
    for (const command of ['npm ci', 'npm start', 'npm test']) expect(script).toMatch(new RegExp(`^${command}$`, 'm'))
  })
})

interface Form {
  readonly name: string
  readonly description: string
  readonly body: readonly { readonly type: string; readonly id: string; readonly attributes: { readonly label: string; readonly description: string }; readonly validations: { readonly required: boolean } }[]
}

describe('issues', () => {
  const folder = join(root, '.github', 'ISSUE_TEMPLATE')

  test.each(readdirSync(folder).filter((file) => file !== 'config.yml'))('%s asks for the report, by a command that exists', (file) => {
    const form = yaml.load(readFileSync(join(folder, file), 'utf8')) as Form
    expect(form.name.length * form.description.length).toBeGreaterThan(0)
    const [report, ...others] = form.body
    expect(report).toMatchObject({ type: 'textarea', id: 'report', validations: { required: true } })
    const [command = ''] = /npm run report -- exercise-\d\d/.exec(report?.attributes.description ?? '') ?? []
    expect(missing({ by: file, kind: 'command', text: command })).toBeUndefined()
    for (const { type, attributes } of others) expect(`${type} ${attributes.label} ${attributes.description}`).toMatch(/^(?:textarea|dropdown|input) \w.+ \w/)
  })

  test('there are two of them, and others can be opened', () => {
    expect(readdirSync(folder).sort()).toEqual(['config.yml', 'right-code-rejected.yml', 'wrong-code-passed.yml'])
    expect(yaml.load(readFileSync(join(folder, 'config.yml'), 'utf8'))).toEqual({ blank_issues_enabled: true })
  })
})

interface Task {
  readonly label: string
  readonly command: string
  readonly args: readonly string[]
}

describe('editors', () => {
  const { tasks } = json('.vscode', 'tasks.json') as { readonly tasks: readonly Task[] }

  test.each(tasks)('the task "$label" runs a command for the open file', ({ command, args }) => {
    expect(command).toBe('npm')
    const [first = '', second = ''] = args
    expect(manifest.scripts).toHaveProperty(first === 'run' ? second : first)
    expect(args).toContain('${relativeFile}')
  })

  test('the container has what is recommended elsewhere', () => {
    const { recommendations } = json('.vscode', 'extensions.json') as { readonly recommendations: readonly string[] }
    const container = json('.devcontainer', 'devcontainer.json') as { readonly image: string; readonly postCreateCommand: string; readonly customizations: { readonly vscode: { readonly extensions: readonly string[] } } }
    expect(container.customizations.vscode.extensions).toEqual(recommendations)
    expect(defaultNodes.split(',')).toContain(/^node:(\d+)-/.exec(container.image)?.[1])
    expect(container.postCreateCommand).toBe('npm ci')
  })
})

test('what CONTRIBUTING.md names is there', () => {
  const text = textOf('CONTRIBUTING.md')
  const paths = Array.from(text.matchAll(/`((?:exercises|solutions|slides|lib|facilitation|\.ci|\.github)\/[\w./-]+)`/g), ([, path = '']) => path).filter((path) => !path.includes('exercise-17'))
  expect(paths.length).toBeGreaterThan(5)
  expect(paths.filter((path) => !existsSync(join(root, path)))).toEqual([])
})
