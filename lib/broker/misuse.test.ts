import { describe, expect, test } from 'vitest'
import { consumer, endpoint, job, type HandlerContext } from '../index.js'
import { explore, type CheckOptions } from '../exploration/index.js'
import { tell } from '../exploration/fixtures/stories.js'
import type { SmallSystem } from '../exploration/fixtures/small-system.js'

/** What somebody is told whose handler does this. */
function told(code: (context: HandlerContext) => Promise<unknown>): Promise<object> {
  const worker = endpoint('worker', { Go: async (_message, context) => { await code(context) } }, { instances: 1 })
  return toldOf({ system: () => [worker, endpoint('other', { Done: () => Promise.resolve() })], scenario: ({ send }) => send('worker', { type: 'Go' }) })
}

type Loop = Parameters<typeof consumer>[1]

/** What somebody is told whose receive loop does this. */
const toldLoop = (loop: Loop): Promise<object> => toldOf({ system: () => [consumer('worker', loop, { instances: 1 })], scenario: ({ send }) => send('worker', { type: 'Go' }) })

async function toldOf(options: Pick<CheckOptions, 'system' | 'scenario'>): Promise<object> {
  const finding = await explore({ ...options, atRest: { kept: () => true } })
  if (finding.verdict !== 'misuse') throw new Error(`Nobody was told anything: ${finding.verdict}`)
  return { kind: finding.kind, ...finding.explanation, what: finding.explanation.what.replace(/ \(lib\/.*\)\.?$/, '') }
}

/** What JavaScript, or a cast, may pass. */
const untyped = (call: (...values: never[]) => Promise<void>, ...values: readonly unknown[]): Promise<unknown> => Reflect.apply(call, undefined, values) as Promise<unknown>

describe('a call without await is named', () => {
  test.each<[call: string, code: (context: HandlerContext) => Promise<unknown>]>([
    ["send('other', Done)", ({ send }) => send('other', { type: 'Done' })],
    ['publish(Done)', ({ publish }) => publish({ type: 'Done' })],
  ])('%s', async (call, code) => {
    expect(await told((context) => {
      void code(context)
      return Promise.resolve()
    })).toMatchObject({ kind: 'missing-await', what: expect.stringContaining(`\`${call}\` was called without \`await\``) as string })
  })
})

describe('what a receive loop leaves behind', () => {
  type Delivery = Awaited<ReturnType<Parameters<Loop>[0]['receive']>>
  const ways: readonly [call: string, settle: (delivery: Delivery) => Promise<void>][] = [
    ['ack(Go m1)', ({ ack }) => ack()],
    ['abandon(Go m1)', ({ abandon }) => abandon()],
    ['dead-letter(Go m1)', ({ deadLetter }) => deadLetter('poison')],
    ['renew(Go m1)', ({ renew }) => renew()],
  ]

  test.each(ways)('%s without await, or still under way, is named', async (call, settle) => {
    expect(await toldLoop(async ({ receive }) => {
      void settle(await receive())
    })).toMatchObject({ kind: 'missing-await', what: expect.stringContaining(`\`${call}\` was called without \`await\``) as string })
    expect(await toldLoop(async ({ receive }) => {
      void settle(await receive()).then(() => undefined)
    })).toMatchObject({ kind: 'work-after-return', what: expect.stringContaining(`\`${call}\` was still under way`) as string })
  })

  test('is named when it is a receive for which nobody waits; one that has lost a race is not what is wrong', async () => {
    expect(await toldLoop(({ receive }) => {
      void receive()
      return Promise.resolve()
    })).toMatchObject({ kind: 'missing-await', what: expect.stringContaining('`receive()` was called without `await`') as string })
    expect(await toldLoop(({ receive }) => Promise.race([receive(), Promise.resolve()]).then(() => undefined))).toMatchObject({ kind: 'invalid-definition', what: 'The receive loop of worker came to its end.' })
  })
})

describe('what a handler or a scenario leaves under way is named', () => {
  test.each<[call: string, code: (context: HandlerContext) => Promise<unknown>]>([
    ["send('other', Done)", ({ send }) => send('other', { type: 'Done' })],
    ['publish(Done)', ({ publish }) => publish({ type: 'Done' })],
  ])('%s', async (call, code) => {
    expect(await told((context) => {
      void code(context).then(() => undefined)
      return Promise.resolve()
    })).toMatchObject({ kind: 'work-after-return', what: expect.stringContaining(`\`${call}\` was still under way`) as string })
  })

  test("redrive('other')", async () => {
    const leaving = (leave: (redriving: Promise<number>) => unknown): Promise<object> =>
      toldOf({ system: () => [endpoint('other', {})], scenario: ({ redrive }) => {
        leave(redrive('other'))
        return Promise.resolve()
      } })
    expect(await leaving(() => undefined)).toMatchObject({ kind: 'missing-await', what: expect.stringContaining("`redrive('other')` was called without `await`") as string })
    expect(await leaving((redriving) => redriving.then(() => undefined))).toMatchObject({ kind: 'work-after-return', what: expect.stringContaining("`redrive('other')` was still under way") as string })
  })
})

describe('what code is told when something fails', () => {
  const heard = async (faults: SmallSystem['faults'], wish: RegExp, code: (context: HandlerContext) => Promise<unknown>): Promise<string> => {
    const texts: string[] = []
    const worker = endpoint('worker', { Go: async (_message, context) => { await code(context).catch((error: unknown) => texts.push(String(error))) } }, { instances: 1 })
    await tell({ nodes: [worker, endpoint('other', { Done: () => Promise.resolve() })], scenario: ({ send }) => send('worker', { type: 'Go' }), faults: faults ?? {} }, [wish])
    return texts.join()
  }
  const sending = ({ send }: HandlerContext): Promise<void> => send('other', { type: 'Done' })

  test('says what is certain, and what is not', async () => {
    expect(await heard({ refusals: 1 }, /1 refusal/, sending)).toBe('UnavailableError: The broker is not available. It does not have the message.')
    for (const wish of [/it arrives/, /it does not arrive/]) expect(await heard({ ambiguousSends: 1 }, wish, sending)).toBe('TimeoutError: No response from the broker within the time limit: it has the message, or it has not.')
  })

  test('of a delivery', async () => {
    const texts: string[] = []
    const loop = consumer('worker', async (receiver) => {
      for (;;) {
        const first = await receiver.receive()
        await new Promise((resolve) => setTimeout(resolve, first.deliveryCount === 1 ? 40_000 : 0))
        await first.ack().catch((error: unknown) => texts.push(String(error)))
      }
    }, { instances: 1 })
    await tell({ nodes: [loop], scenario: ({ send }) => send('worker', { type: 'Go' }), faults: { lostAcks: 1 } }, [/receives/, /receives/, /\(lost\)/])
    expect(texts).toEqual(['LockLostError: The lock of Go m1 has expired. The message has been, or will be, delivered again.', 'TimeoutError: No response from the broker within the time limit: the message is settled, or it will be delivered again.'])
  })

  test('a delivery that the same consumer has had before is not the one that it has now', async () => {
    const log: string[] = []
    const loop = consumer('worker', async (receiver) => {
      const first = await receiver.receive()
      await new Promise((resolve) => setTimeout(resolve, 40_000))
      const again = await receiver.receive()
      await first.ack().catch((error: unknown) => log.push(error instanceof Error ? error.name : 'thrown'))
      await again.ack().then(() => log.push('acknowledged'))
      for (;;) await receiver.receive()
    }, { instances: 1 })
    await tell({ nodes: [loop], scenario: ({ send }) => send('worker', { type: 'Go' }) })
    expect(log).toEqual(['LockLostError', 'acknowledged'])
  })
})

describe('where nobody subscribes', () => {
  test('nothing is copied', async () => {
    await expect(tell({ nodes: [endpoint('worker', {})], scenario: ({ publish }) => publish({ type: 'Done' }), faults: { copies: 1, lateCopies: 1 } }, [/copy/])).rejects.toThrow('This never could happen')
  })
})

describe('a message', () => {
  test('to nobody is a mistake, and the answer says who is there', async () => {
    expect(await told(({ send }) => send('nobody', { type: 'Go' }))).toMatchObject({
      kind: 'unknown-endpoint',
      what: expect.stringContaining('A message was sent to "nobody", but there is no endpoint of that name.') as string,
      why: 'It would reach nobody, and nobody would notice.',
      next: 'Endpoints here: other, worker. Events for whoever is interested go through publish(message), without a destination.',
    })
  })

  test('to nobody, where there is no endpoint at all', async () => {
    expect(await toldOf({ system: () => [job('alone', ({ send }) => send('nobody', { type: 'Go' }))], scenario: () => Promise.resolve() })).toMatchObject({ kind: 'unknown-endpoint', next: expect.stringContaining('Endpoints here: none.') as string })
  })

  test.each([[undefined], [null], ['Go'], [{}], [{ type: 1 }], [{ type: '' }]])('is no %j', async (message) => {
    const expected = { kind: 'invalid-argument', why: 'A message is a plain object with a `type`: the type decides which handler gets it.', next: "Pass an object such as { type: 'OrderSubmitted', orderId: 'c1' }." }
    expect(await told(({ send }) => untyped(send, 'other', message))).toMatchObject({ ...expected, what: expect.stringContaining('`send` was called with something that is not a message.') as string })
    if (typeof message === 'object' && message !== null) expect(await told(({ publish }) => untyped(publish, message))).toMatchObject({ ...expected, what: expect.stringContaining('`publish` was called with something that is not a message.') as string })
  })

  test('has a type of at most 200 characters', async () => {
    const type = (length: number): { type: string } => ({ type: 'x'.repeat(length) })
    expect(await told(({ send }) => send('other', type(201)))).toMatchObject({
      kind: 'invalid-argument',
      what: expect.stringContaining('The type of a message that worker sends is 201 characters long: xxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxx…') as string,
      why: 'The type is a name: it decides which handler gets the message, and no handler is called that.',
      next: 'Put what varies into a field of the message.',
    })
    expect(await told(({ publish }) => publish(type(1_234)))).toMatchObject({ what: expect.stringContaining('The type of a message that worker publishes is 1,234 characters long') as string })
    expect(await told(({ publish, send }) => publish(type(200)).then(() => send('nobody', { type: 'Go' })))).toMatchObject({ kind: 'unknown-endpoint' })
  })

  test.each([[''], [undefined], [7]])('has no id that is %j', async (id) => {
    const expected = { kind: 'invalid-argument', why: 'The message id is what receivers deduplicate by. Without one, every message would look like every other.', next: 'Pass a text as id, or leave it out and get a new one for each call.' }
    expect(await told(({ send }) => untyped(send, 'other', { type: 'Done' }, { id }))).toMatchObject({ ...expected, what: expect.stringContaining(`\`send\` of Done was called with \`id: ${String(id)}\`.`) as string })
    expect(await told(({ publish }) => untyped(publish, { type: 'Done' }, { id }))).toMatchObject({ ...expected, what: expect.stringContaining(`\`publish\` of Done was called with \`id: ${String(id)}\`.`) as string })
  })

  test('stays as it is once it is handed over, and is plain data', async () => {
    const change = async (send: (message: { type: string; total: number }) => Promise<void>): Promise<void> => {
      const message = { type: 'Done', total: 1 }
      const sent = send(message)
      message.total = 2
      await sent
    }
    expect(await told(({ send }) => change((message) => send('other', message)))).toMatchObject({ kind: 'mutated-after-handover', what: expect.stringContaining("the message Done was changed after it had been handed to `send('other', Done)`") as string, next: expect.stringContaining('{ ...message, total: 5 }') as string })
    expect(await told(({ publish }) => change((message) => publish(message)))).toMatchObject({ what: expect.stringContaining('the message Done was changed after it had been handed to `publish(Done)`') as string })
    expect(await told(({ send }) => send('other', { type: 'Done', when: new Date(0) }))).toMatchObject({ kind: 'unserialisable', what: expect.stringContaining('The message Done.when is a Date') as string })
  })
})
