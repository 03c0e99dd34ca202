import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { cpSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { Client } from 'pg'
import { afterAll, beforeAll, describe, expect, test, vi } from 'vitest'
import { addressesFrom } from '../../real/addresses.js'
import { runPattern } from '../../real/names.js'
import { connectServices } from '../../real/services.js'
import { listExercises, testFile } from '../exercises.js'
import { copyWorkshop, type Copy } from '../fixtures/copy.js'
import { withLoad } from './load-arguments.js'
import { promisesUnderLoad } from './load.js'

// Each starts processes, and a machine may be busy with others.
vi.setConfig({ testTimeout: 240_000, hookTimeout: 60_000 })

const answers = await connectServices(addressesFrom(process.env)).then(
  (services) => services.close().then(() => true),
  () => false,
)

const plain = (text: string): string => text.replace(/\s+/g, ' ')

test('promises are called as the checks of the exercise call them', () => {
  expect(Object.keys(promisesUnderLoad).map(Number)).toEqual(withLoad)
  for (const exercise of listExercises().filter(({ number }) => withLoad.includes(number))) {
    const checks = readFileSync(testFile(exercise), 'utf8')
    expect(promisesUnderLoad[exercise.number]?.filter(({ name }) => !checks.includes(`'${name}':`)).map(({ name }) => name)).toEqual([])
  }
})

describe.runIf(answers)('under load on RabbitMQ and PostgreSQL', () => {
  let workshop: Copy
  beforeAll(() => {
    workshop = copyWorkshop({ all: true })
  })
  afterAll(() => workshop.remove())

  const short = ['--load', '--messages', '300', '--seconds', '2', '--consumers', '2']

  test('the solution of exercise 09 keeps its promises, and the evidence is what was done', async () => {
    const { code, stdout, stderr } = await workshop.run(['real', '9', ...short, '--solution'])
    expect({ code, stderr }, stdout).toEqual({ code: 0, stderr: '' })
    expect(plain(stdout)).toContain('✓ every payment counts once 300 payments of 150 customers: none lost, none doubled ✓ one voucher, of the right amount 150 vouchers for 150 customers: none lost, none doubled')
    expect(plain(stdout)).toMatch(/done: 300 payments; 2 processes killed \(SIGKILL\), each started again at once; 1 connection to PostgreSQL ended by the server \(pg_terminate_backend\); [1-6] connections? to RabbitMQ cut at one moment/)
    expect(plain(stdout)).toMatch(/came of it: \d+ redeliver(?:y|ies) seen, \d+ after a kill or a cut and \d+ after an attempt that had failed; \d+ duplicates? among them/)
    expect(stdout).toContain('4 of 4 promises kept under load')
    expect(stdout).not.toMatch(/exhaustive/)
  })

  test('the solution of exercise 15 keeps its promises, too', async () => {
    const { code, stdout, stderr } = await workshop.run(['real', '15', '--load', '--messages', '60', '--seconds', '1', '--consumers', '2', '--solution'])
    expect({ code, stderr }, stdout).toEqual({ code: 0, stderr: '' })
    expect(plain(stdout)).toContain('✓ only the inbox remembers 60 messages in the inbox, each under its id, and nothing elsewhere')
    expect(stdout).toContain('4 of 4 promises kept under load')
  })

  test('what is broken is named, with one example', async () => {
    cpSync(join(workshop.root, 'solutions', 'exercise-09-outbox', 'near-misses', 'never-cleared.ts'), join(workshop.root, 'exercises', 'exercise-09-outbox', 'grant-voucher.ts'))
    const { code, stdout, stderr } = await workshop.run(['real', '9', '--load', '--messages', '40', '--seconds', '1', '--consumers', '2'])
    expect({ code, stderr }, stdout).toEqual({ code: 1, stderr: '' })
    expect(plain(stdout)).toContain('✗ nothing is kept that has left 20 documents of marketing still have a voucher in it that has left For example customers c0000')
    expect(stdout).toContain('✗ exercise-09: 3 of 4 promises kept under load\n  npm test -- exercise-09')
  })

  test('an interruption ends all processes, and removes what was made', async () => {
    const database = new Client({ connectionString: addressesFrom(process.env).database.href })
    await database.connect()
    const runs = async (): Promise<readonly string[]> => (await database.query<{ nspname: string }>('SELECT nspname FROM pg_namespace')).rows.map(({ nspname }) => nspname).filter((name) => runPattern.test(name))
    const connected = async (run: string): Promise<number> => (await database.query('SELECT 1 FROM pg_stat_activity WHERE starts_with(application_name, $1)', [run])).rows.length
    try {
      const before = await runs()
      const child = spawn(process.execPath, [join(workshop.root, 'lib', 'workshop', 'launch.mjs'), 'real', '9', ...short, '--solution'], { cwd: workshop.root, stdio: ['ignore', 'pipe', 'ignore'] })
      let stdout = ''
      child.stdout.setEncoding('utf8').on('data', (text: string) => (stdout += text))
      await once(child.stdout, 'data')
      // Its processes are called after the run; others may run something else meanwhile.
      let own: readonly string[] = []
      while (own.length === 0 && child.exitCode === null) {
        const fresh = (await runs()).filter((run) => !before.includes(run))
        const counts = await Promise.all(fresh.map(connected))
        own = fresh.filter((_, index) => (counts[index] ?? 0) >= 3)
      }
      child.kill('SIGINT')
      const [code] = (await once(child, 'exit')) as [number]
      expect({ code, left: (await runs()).filter((run) => own.includes(run)), runs: own.length }, stdout).toEqual({ code: 130, left: [], runs: 1 })
      expect(plain(stdout)).toContain('Interrupted: nothing can be said of it. All processes are ended, and what was made is removed.')
      await vi.waitFor(async () => expect(await connected(own[0] ?? '')).toBe(0), { timeout: 10_000 })
    } finally {
      await database.end()
    }
  })
})
