import { describe, expect, test } from 'vitest'
import { withFlagsFromNpm, type Flags } from './npm-options.js'
import { ExplainedError } from './explained-error.js'

const flags: Flags = { '--apply': 'alone', '--watch': 'alone', '--keep-db': 'alone', '--no-pdf': 'alone', '--junit': 'with value', '--number': 'with value', '-t': 'with value', '--testNamePattern': 'with value' }
const arrive = (args: readonly string[], env: Readonly<Record<string, string>>): readonly string[] => withFlagsFromNpm(args, flags, 'npm run hint -- exercise-01 [--number 2]', { npm_lifecycle_event: 'hint', npm_config_cache: '/home/.npm', ...env })

// Each as it was seen with npm 10.9, 11.21 and, where it does not refuse, 12.2.
describe('what npm took for its own options', () => {
  test.each([
    [['exercise-05'], { npm_config_yes: 'true', npm_config_all: 'true', npm_config_long: 'true', npm_config_parseable: 'true' }, ['exercise-05', '--apply']],
    [['exercise-07'], { npm_config_watch: 'true' }, ['exercise-07', '--watch']],
    [[], { npm_config_watch: 'true' }, ['--watch']],
    [['1'], { npm_config_keep_db: 'true' }, ['1', '--keep-db']],
    [['1'], { NPM_CONFIG_KEEP_DB: 'true' }, ['1', '--keep-db']],
    [[], { npm_config_pdf: '' }, ['--no-pdf']],
    [[], { npm_config_junit: 'file.xml' }, ['--junit=file.xml']],
    [['exercise-01', 'file.xml'], { npm_config_junit: 'true' }, ['exercise-01', '--junit', 'file.xml']],
    [['file.xml'], { npm_config_junit: 'true' }, ['--junit', 'file.xml']],
    [['exercise-01'], { npm_config_number: '2' }, ['exercise-01', '--number=2']],
    [['exercise-07', 'two clicks'], { npm_config_t: 'true', npm_config_watch: 'true' }, ['exercise-07', '--watch', '-t', 'two clicks']],
    [['exercise-07'], { npm_config_t: 'two clicks' }, ['exercise-07', '-t', 'two clicks']],
    [['exercise-07', 'two clicks'], { npm_config_testnamepattern: 'true' }, ['exercise-07', '--testNamePattern', 'two clicks']],
  ])('%j with %j', (args, env, expected) => {
    expect(arrive(args, env as Readonly<Record<string, string>>)).toEqual(expected)
  })

  test('what is said after -- counts, and is not said twice', () => {
    expect(arrive(['1', '--number', '3'], { npm_config_number: '2' })).toEqual(['1', '--number', '3'])
    expect(arrive(['1', '--apply'], { npm_config_yes: 'true', npm_config_all: 'true', npm_config_long: 'true', npm_config_parseable: 'true' })).toEqual(['1', '--apply'])
  })

  test('some of the letters of --apply are not --apply', () => {
    expect(arrive(['1'], { npm_config_yes: 'true', npm_config_all: 'true' })).toEqual(['1'])
  })

  test('the example is that of the command', () => {
    const call = (): unknown => withFlagsFromNpm(['192.168.1.20:4000', 'KLIF', 'Ada'], { '--code': 'with value', '--name': 'with value' }, 'npm run join -- 192.168.1.20:4000 --code KLIF --name Ada [--leave]', { npm_lifecycle_event: 'join', npm_config_code: 'true', npm_config_name: 'true' })
    expect(call).toThrow('Write -- before the options: npm run join -- 192.168.1.20:4000 --code … --name …')
    const other = (): unknown => withFlagsFromNpm(['4001', '127.0.0.1'], { '--port': 'with value', '--host': 'with value' }, 'npm run room -- [--port 4001]', { npm_lifecycle_event: 'room', npm_config_port: 'true', npm_config_host: 'true' })
    expect(other).toThrow('Write -- before the options: npm run room -- --port … --host …')
  })

  test('without npm the environment says nothing', () => {
    expect(withFlagsFromNpm(['1'], flags, '', { npm_config_watch: 'true' })).toEqual(['1'])
  })

  test.each([
    [['exercise-01', '2'], { npm_config_number: 'true' }, '--number for an option'],
    [['a', 'b'], { npm_config_number: 'true', npm_config_junit: 'true' }, '--junit and --number for options'],
    [[], { npm_config_junit: 'true' }, '--junit for an option'],
  ])('what could mean several things is not guessed: %j', (args, env, what) => {
    const call = (): unknown => arrive(args, env)
    expect(call).toThrow(ExplainedError)
    expect(call).toThrow(`npm took ${what}`)
    expect(call).toThrow('Write -- before the options: npm run hint -- exercise-01 --')
  })
})
