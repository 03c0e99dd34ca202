import { execFileSync, spawn, type ChildProcess } from 'node:child_process'
import { once } from 'node:events'
import { join } from 'node:path'
import { Client } from 'pg'
import { afterAll, beforeAll, describe, expect, test, vi } from 'vitest'
import { addressesFrom, through } from '../../real/addresses.js'
import { Door } from '../../real/door.js'
import { runPattern } from '../../real/names.js'
import { connectServices } from '../../real/services.js'
import { copyWorkshop, type Copy } from '../fixtures/copy.js'

// Each starts processes, and a machine may be busy with others.
vi.setConfig({ testTimeout: 240_000, hookTimeout: 60_000 })

const addresses = addressesFrom(process.env)
const answers = await connectServices(addresses).then(
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

  test('a story with a third party breaks alike, as the table in the README says', async () => {
    const { code, stdout, stderr } = await workshop.run(['real', '--sweep', '12', '14'])
    expect({ code, stderr }).toEqual({ code: 0, stderr: '' })
    expect(stdout).toContain('  · 12  nothing to stage: it checks something else than a running system\n  ✓ 14  never two cars: breaks alike; the solution keeps it\n')
    expect(stdout).toContain('✓ 1 of 1 stories break alike, and are kept by the solution')
  })

  test('a check says what it went through, on which versions, and what it left out', async () => {
    const { code, stdout, stderr } = await workshop.run(['real', '9', '--solution', '-t', 'a copy of the payment arrives'])
    expect({ code, stderr }).toEqual({ code: 0, stderr: '' })
    expect(plain(stdout)).toMatch(/✓ ★★ a copy of the payment arrives for real: 3 runs on RabbitMQ \d+\.\d+\S* and PostgreSQL \d+\S*: 1 without a fault, 2 copies/)
    expect(stdout).not.toMatch(/exhaustive/)
  })

  describe('whatever ends it', () => {
    let database: Client
    beforeAll(async () => {
      database = new Client({ connectionString: addresses.database.href })
      await database.connect()
    })
    afterAll(() => database.end())

    const schemas = async (): Promise<readonly string[]> => (await database.query<{ nspname: string }>('SELECT nspname FROM pg_namespace')).rows.map(({ nspname }) => nspname)
    const runs = async (): Promise<readonly string[]> => (await schemas()).filter((name) => runPattern.test(name))

    /** A run, from the moment when its first processes play. */
    async function begun(env: Readonly<Record<string, string>> = {}): Promise<{ readonly child: ChildProcess; readonly left: readonly string[]; readonly ended: Promise<{ readonly code: number | null; readonly complaint: string }> }> {
      const before = await runs()
      const child = spawn(process.execPath, [join(workshop.root, 'lib', 'workshop', 'launch.mjs'), 'real', '9', '--solution'], { cwd: workshop.root, env: { ...process.env, ...env }, stdio: ['ignore', 'pipe', 'pipe'] })
      let complaint = ''
      child.stderr.on('data', (piece: Buffer) => (complaint += piece.toString('utf8')))
      const ended = once(child, 'close').then(([code]) => ({ code: code as number | null, complaint }))
      await once(child.stdout, 'data')
      return { child, left: (await runs()).filter((run) => !before.includes(run)), ended }
    }

    test('killed, its processes end, and the next run removes what it has left behind, and nothing else', async () => {
      const bystander = `kept_${process.pid}`
      await database.query(`CREATE SCHEMA ${bystander}`)
      try {
        const { child, left, ended } = await begun()
        expect(left.length).toBeGreaterThan(0)
        const children = childrenOf(child.pid ?? 0)
        expect(children.length).toBeGreaterThan(0)
        child.kill('SIGKILL')
        await ended
        await vi.waitFor(() => expect(children.filter(isAlive)).toEqual([]), { timeout: 30_000 })
        await workshop.run(['real', '9', '--solution', '-t', 'exactly € 50,000 is not enough'])
        expect((await runs()).filter((run) => left.includes(run))).toEqual([])
        expect(await schemas()).toContain(bystander)
      } finally {
        await database.query(`DROP SCHEMA ${bystander}`)
      }
    })

    test('terminated, it ends its processes, removes what it has made, and says so', async () => {
      const { child, left, ended } = await begun()
      const children = childrenOf(child.pid ?? 0)
      child.kill('SIGTERM')
      const { code, complaint } = await ended
      expect({ code, complaint: complaint.trim() }).toEqual({ code: 130, complaint: 'Interrupted. What was made in PostgreSQL and RabbitMQ is removed.' })
      await vi.waitFor(() => expect(children.filter(isAlive)).toEqual([]), { timeout: 30_000 })
      expect((await schemas()).filter((name) => left.some((run) => name.startsWith(run)))).toEqual([])
    })

    test('a server that stops in the middle is named, and nothing is said of the check', async () => {
      const door = await Door.open(addresses.broker)
      const { port } = door
      const { ended } = await begun({ RABBITMQ_URL: through(addresses.broker, port).href })
      door.order('refused')
      const { code, complaint } = await ended
      door.close()
      expect(code).toBe(2)
      expect(plain(complaint)).toContain(`RabbitMQ at amqp://127.0.0.1:${port} has closed the connection while it was needed.`)
    })
  })
})

function childrenOf(parent: number): readonly number[] {
  const lines = execFileSync('ps', ['-A', '-o', 'pid=,ppid='], { encoding: 'utf8' }).trim().split('\n')
  return lines.map((line) => line.trim().split(/\s+/).map(Number)).flatMap(([pid = 0, of]) => (of === parent ? [pid] : []))
}

function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0)
    return true
  } catch {
    return false
  }
}
