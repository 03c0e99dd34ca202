import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { join } from 'node:path'
import { Client } from 'pg'
import { afterAll, beforeAll, describe, expect, test, vi } from 'vitest'
import { addressesFrom } from '../../real/addresses.js'
import { runPattern } from '../../real/names.js'
import { connectServices } from '../../real/services.js'
import { copyWorkshop, type Copy } from '../fixtures/copy.js'

// Each starts processes, and a machine may be busy with others.
vi.setConfig({ testTimeout: 240_000, hookTimeout: 60_000 })

const answers = await connectServices(addressesFrom(process.env)).then(
  (services) => services.close().then(() => true),
  () => false,
)
if (!answers) process.stdout.write('left out: the proof on RabbitMQ and PostgreSQL. docker compose up -d starts both; npx vitest run lib/workshop/real has it then.\n')

let workshop: Copy
beforeAll(() => {
  workshop = copyWorkshop({ all: true })
})
afterAll(() => workshop.remove())

const plain = (text: string): string => text.replace(/\s+/g, ' ')

describe('where a service does not answer', () => {
  test('what was tried, what starts it, and no password', async () => {
    const { code, stdout, stderr } = await workshop.run(['real', '9'], { DATABASE_URL: 'postgres://erika:geheim@127.0.0.1:1/shop', RABBITMQ_URL: 'amqp://erika:geheim@127.0.0.1:1' })
    expect({ code, stdout }).toEqual({ code: 2, stdout: '' })
    expect(plain(stderr)).toMatch(/PostgreSQL does not answer at postgres:\/\/127\.0\.0\.1:1\/shop: [^.]+127\.0\.0\.1:1\. RabbitMQ does not answer at amqp:\/\/127\.0\.0\.1:1: /)
    expect(plain(stderr)).toContain('docker compose up -d starts both')
    expect(plain(stderr)).toContain('set DATABASE_URL and RABBITMQ_URL.')
    expect(stderr).not.toContain('geheim')
  })

  test('an exercise without a story says so before anything is started', async () => {
    const { code, stderr } = await workshop.run(['real', '10', '--story'])
    expect(code).toBe(1)
    expect(plain(stderr)).toContain('There is no story of exercise-10 to be staged.')
  })
})

describe.runIf(answers)('on RabbitMQ and PostgreSQL', () => {
  test('the story of exercise 09 breaks the same promise in the same words, and the solution keeps it under the same schedule', async () => {
    await workshop.run(['observe', '9'])
    const starter = await workshop.run(['real', '9', '--story'])
    expect({ code: starter.code, stderr: starter.stderr }).toEqual({ code: 1, stderr: '' })
    expect(starter.stdout).toContain('killed (SIGKILL)  ⚡ crash')
    expect(starter.stdout).toContain('✗ one voucher, of the right amount\n  Erika has paid more than € 50,000, and has no voucher\n  broken for real, in the same words as in the simulator')
    expect(starter.stdout).toContain('marketing · customers Erika {"total":60000,"processed":["m1"]}')
    const solution = await workshop.run(['real', '9', '--story', '--solution'])
    expect({ code: solution.code, stderr: solution.stderr }).toEqual({ code: 0, stderr: '' })
    expect(solution.stdout).toContain('killed (SIGKILL)  ⚡ crash')
    expect(solution.stdout).toContain('✓ one voucher, of the right amount\n  kept, under the same schedule, for real')
  })

  test('a story breaks alike with messages and with requests, as the table in the README says', async () => {
    const { code, stdout, stderr } = await workshop.run(['real', '--sweep', '3', '12', '14'])
    expect({ code, stderr }).toEqual({ code: 0, stderr: '' })
    expect(stdout).toContain('  ✓ 03  no submitted cart without its order: breaks alike; the solution keeps it\n  · 12  nothing to stage: it checks something else than a running system\n  ✓ 14  never two cars: breaks alike; the solution keeps it\n')
    expect(stdout).toContain('✓ 2 of 2 stories break alike, and are kept by the solution')
  })

  test('a check says what it went through, on which versions, and what it left out', async () => {
    const { code, stdout, stderr } = await workshop.run(['real', '9', '--solution', '-t', 'a copy of the payment arrives'])
    expect({ code, stderr }).toEqual({ code: 0, stderr: '' })
    expect(plain(stdout)).toMatch(/✓ ★★ a copy of the payment arrives for real: 3 runs on RabbitMQ \d+\.\d+\S* and PostgreSQL \d+\S*: 1 without a fault, 2 copies/)
    expect(stdout).not.toMatch(/exhaustive/)
  })

  test('what a killed run has left behind, the next one removes, and nothing else', async () => {
    const { database: address } = addressesFrom(process.env)
    const database = new Client({ connectionString: address.href })
    await database.connect()
    const runs = async (): Promise<readonly string[]> => (await database.query<{ nspname: string }>('SELECT nspname FROM pg_namespace')).rows.map(({ nspname }) => nspname).filter((name) => runPattern.test(name))
    const before = await runs()
    const bystander = `kept_${process.pid}`
    await database.query(`CREATE SCHEMA ${bystander}`)
    try {
      const child = spawn(process.execPath, [join(workshop.root, 'lib', 'workshop', 'launch.mjs'), 'real', '9', '--solution'], { cwd: workshop.root, stdio: ['ignore', 'pipe', 'ignore'] })
      await once(child.stdout, 'data')
      const left = (await runs()).filter((run) => !before.includes(run))
      expect(left).toHaveLength(1)
      child.kill('SIGKILL')
      await once(child, 'exit')
      await workshop.run(['real', '9', '--solution', '-t', 'exactly € 50,000 is not enough'])
      const after = await runs()
      expect(after.filter((run) => left.includes(run))).toEqual([])
      const { rows } = await database.query('SELECT 1 FROM pg_namespace WHERE nspname = $1', [bystander])
      expect(rows).toHaveLength(1)
    } finally {
      await database.query(`DROP SCHEMA ${bystander}`)
      await database.end()
    }
  })
})
