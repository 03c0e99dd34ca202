import { readFileSync } from 'node:fs'
import { describe, expect, test } from 'vitest'
import { endpoint, service } from '../index.js'
import type { MisuseKind, NodeDefinition } from '../simulation/index.js'
import { refuseChangedGlobals } from './changed-globals.js'
import { describeFinding, explore, type CheckOptions, type Finding } from './index.js'

const mail = endpoint('mail', { Thank: () => Promise.resolve(), Submitted: () => Promise.resolve() })
const payments = service('payments', { 'POST /charges': () => Promise.resolve({ status: 201 }) })

/** Judges a fixture as a graded check judges a submission. */
async function judge(file: string, scenario: CheckOptions['scenario'] = ({ send }) => send('orders', { type: 'Submit' })): Promise<Finding> {
  const submission = (await import(`./fixtures/misuse/${file}.ts`)) as { readonly orders: NodeDefinition }
  return explore({ system: () => [submission.orders, mail, payments], scenario, atRest: { kept: () => true }, broker: { maxDeliveries: 2 } })
}

/** Promises that nothing is given up: what breaks that is the reason of the dead letter. */
async function judgeDeadLetters(file: string): Promise<Finding> {
  const submission = (await import(`./fixtures/misuse/${file}.ts`)) as { readonly orders: NodeDefinition<'orders'> }
  return explore({
    system: () => [submission.orders],
    scenario: ({ send }) => send('orders', { type: 'Submit' }),
    broker: { maxDeliveries: 2 },
    atRest: { 'no dead letters': ({ queues }) => queues.orders.deadLetters.length === 0 || queues.orders.deadLetters.map((message) => message.reason ?? '').join() },
  })
}

/** `lib/exploration/fixtures/misuse/missing-await.ts:7`, the line with that call in it. */
function lineOf(file: string, call: string): string {
  const path = `lib/exploration/fixtures/misuse/${file}.ts`
  const line = readFileSync(new URL(`./fixtures/misuse/${file}.ts`, import.meta.url), 'utf8').split('\n').findIndex((text) => text.includes(call))
  return `${path}:${line + 1}`
}

interface Expected {
  readonly file: string
  readonly kind: MisuseKind
  /** What happened, with the attendee's call in it. */
  readonly what: string
  /** A part of what to do next. */
  readonly next: string
  /** Words in the line of the fixture that the answer leads to. */
  readonly at?: string
  readonly scenario?: CheckOptions['scenario']
}

const submit = (more: object): CheckOptions['scenario'] => ({ send }) => send('orders', { type: 'Submit', ...more })

const answers: readonly Expected[] = [
  { file: 'missing-await', kind: 'missing-await', what: "orders: `send('mail', Thank)` was called without `await` while handling Submit m1", next: 'Write `await` in front of it', at: "context.send('mail'" },
  { file: 'work-after-return', kind: 'work-after-return', what: "orders: `store.commit(insert('thanks', 'c'))` was called after the code for Submit m1 had returned.", next: 'Await everything before you return.', at: "insert('thanks'" },
  { file: 'mutated-message', kind: 'mutated-after-handover', what: 'orders: the message Submitted was changed after it had been handed to `publish(Submitted)`.', next: 'Make the change before the call' },
  { file: 'mutated-document', kind: 'mutated-after-handover', what: 'orders: the document orders o was changed after it had been handed to store.commit.', next: 'Make the change before the call' },
  { file: 'unserialisable', kind: 'unserialisable', what: "The value of put('orders', 'o').value is a Date, and that cannot be stored or sent.", next: 'A date can travel as an ISO string', at: "put('orders', 'o'", scenario: submit({ what: 'date' }) },
  { file: 'unserialisable', kind: 'unserialisable', what: "The value of put('orders', 'o').value is a Map, and that cannot be stored or sent.", next: 'Send plain data', at: "put('orders', 'o'", scenario: submit({ what: 'map' }) },
  { file: 'unserialisable', kind: 'unserialisable', what: "The value of put('orders', 'o').value is a function, and that cannot be stored or sent.", next: 'Send plain data', at: "put('orders', 'o'", scenario: submit({ what: 'function' }) },
  { file: 'unserialisable', kind: 'unserialisable', what: "The value of put('orders', 'o').value is NaN, and that cannot be stored or sent.", next: 'Send plain data', at: "put('orders', 'o'", scenario: submit({ what: 'nan' }) },
  { file: 'unserialisable', kind: 'unserialisable', what: "The value of put('orders', 'o').value.self contains itself, and that cannot be stored or sent.", next: 'Send plain data', at: "put('orders', 'o'", scenario: submit({ what: 'circle' }) },
  { file: 'unserialisable', kind: 'unserialisable', what: "The value of put('orders', 'o').value is a bigint, and that cannot be stored or sent.", next: 'Send plain data', at: "put('orders', 'o'", scenario: submit({ what: 'bigint' }) },
  { file: 'unserialisable', kind: 'unserialisable', what: "The value of put('orders', 'o').value[0] is undefined, and that cannot be stored or sent.", next: 'Send plain data', at: "put('orders', 'o'", scenario: submit({ what: 'undefined' }) },
  { file: 'unserialisable', kind: 'unserialisable', what: "The value of put('orders', 'o').value is a Money, and that cannot be stored or sent.", next: 'Send plain data', at: "put('orders', 'o'", scenario: submit({ what: 'instance' }) },
  { file: 'unserialisable', kind: 'unserialisable', what: "The value of put('orders', 'o').value.price throws an error when it is read, and that cannot be stored or sent.", next: 'Send plain data', at: "put('orders', 'o'", scenario: submit({ what: 'getter' }) },
  { file: 'unserialisable', kind: 'unserialisable', what: "The value of put('orders', 'o').value throws an error when it is read, and that cannot be stored or sent.", next: 'Send plain data', at: "put('orders', 'o'", scenario: submit({ what: 'proxy' }) },
  { file: 'unserialisable', kind: 'unserialisable', what: "The value of put('orders', 'o') goes more than 64 levels deep, or is far too large, and that cannot be stored or sent.", next: 'Send plain data', at: "put('orders', 'o'", scenario: submit({ what: 'deep' }) },
  { file: 'unserialisable', kind: 'unserialisable', what: "The value of put('orders', 'o') is too large: 2,000,012 characters of JSON.", next: 'Store or send less at once.', at: "put('orders', 'o'", scenario: submit({ what: 'huge' }) },
  { file: 'long-type', kind: 'invalid-argument', what: 'The type of a message that orders publishes is 10,000 characters long: xxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxx…', next: 'Put what varies into a field', at: 'publish({' },
  { file: 'published-nothing', kind: 'invalid-argument', what: '`publish` was called with something that is not a message.', next: "Pass an object such as { type: 'OrderSubmitted'", at: 'publish(news' },
  { file: 'forgotten-async', kind: 'missing-await', what: "orders: `store.get('orders', 'o')` was called without `await` while handling Submit m1", next: 'Write `await` in front of it', at: "store.get('orders'" },
  { file: 'process-end', kind: 'real-io', what: 'orders called `process.exit()`: that is about the process in which the checks run.', next: 'Throw an error to give up on a message.', at: 'process.exit(', scenario: submit({ how: 'exit' }) },
  { file: 'process-end', kind: 'real-io', what: 'orders called `process.abort()`: that is about the process in which the checks run.', next: 'Throw an error to give up on a message.', at: 'process.abort(', scenario: submit({ how: 'abort' }) },
  { file: 'process-end', kind: 'real-io', what: 'orders called `process.kill()`: that is about the process in which the checks run.', next: 'Throw an error to give up on a message.', at: 'process.kill(', scenario: submit({ how: 'kill' }) },
  { file: 'process-end', kind: 'real-io', what: 'orders called `process.on()`: that is about the process in which the checks run.', next: 'Throw an error to give up on a message.', at: 'process.on(', scenario: submit({ how: 'on' }) },
  { file: 'process-end', kind: 'real-io', what: 'orders called `Atomics.wait()`: that is about the process in which the checks run.', next: 'Throw an error to give up on a message.', at: 'Atomics.wait(', scenario: submit({ how: 'wait' }) },
  { file: 'other-processes', kind: 'real-io', what: 'orders called `node:worker_threads.Worker()`: real input or output, which the simulation cannot see.', next: 'Use what the context offers', at: 'new Worker(', scenario: submit({ where: 'thread' }) },
  { file: 'other-processes', kind: 'real-io', what: 'orders called `node:child_process.spawn()`: real input or output, which the simulation cannot see.', next: 'Use what the context offers', at: 'spawn(', scenario: submit({ where: 'process' }) },
  { file: 'changed-global', kind: 'changed-global', what: 'Promise is not that of JavaScript any more: somebody has replaced it.', next: 'Leave the globals as they are.', scenario: submit({ what: 'promise' }) },
  { file: 'changed-global', kind: 'changed-global', what: 'JSON.stringify is not that of JavaScript any more: somebody has replaced it.', next: 'Leave the globals as they are.', scenario: submit({ what: 'json' }) },
  { file: 'changed-global', kind: 'changed-global', what: 'Map.prototype.get is not that of JavaScript any more: somebody has replaced it.', next: 'Leave the globals as they are.', scenario: submit({ what: 'map' }) },
  { file: 'unknown-endpoint', kind: 'unknown-endpoint', what: 'A message was sent to "mails", but there is no endpoint of that name.', next: 'Endpoints here: mail, orders.', at: "send('mails'" },
  { file: 'unknown-host', kind: 'unknown-host', what: 'A request was sent to http://payment/, but nobody of that name is there.', next: 'Hosts here: payments.', at: "http.post('http://payment/" },
  { file: 'unknown-route', kind: 'unknown-route', what: 'payments has no route for POST /charge.', next: 'Routes of payments: POST /charges.' },
  { file: 'empty-commit', kind: 'empty-commit', what: '`store.commit()` was called with nothing to write.', next: 'Pass the writes as arguments', at: 'store.commit(...lines' },
  { file: 'missing-version', kind: 'invalid-argument', what: "put('orders', 'o', …) was given `ifVersion: undefined`.", next: 'For a document that must not exist yet, use insert().', at: 'ifVersion' },
  { file: 'real-fetch', kind: 'real-io', what: 'orders called `fetch(https://example.org/)`: real input or output, which the simulation cannot see.', next: 'context.http for calls', at: 'fetch(' },
  { file: 'real-file', kind: 'real-io', what: 'orders called `node:fs.readFileSync()`: real input or output, which the simulation cannot see.', next: 'context.store for data', at: 'readFileSync(' },
  { file: 'real-file', kind: 'real-io', what: 'orders called `node:fs/promises.writeFile()`: real input or output, which the simulation cannot see.', next: 'context.store for data', at: 'writeFile(', scenario: ({ send }) => send('orders', { type: 'Cancel' }) },
  { file: 'waits-for-nothing', kind: 'waits-for-nothing', what: 'orders: the code for Submit m1 waits for something that will never happen here.', next: 'look for a `new Promise` without a call of resolve' },
  { file: 'module-level-state', kind: 'not-deterministic', what: 'The same schedule was run twice, and the code did not do the same', next: 'Memory that belongs to one process goes into the factory form', scenario: async ({ send }) => { await send('orders', { type: 'Submit' }); await send('orders', { type: 'Submit' }) } },
  { file: 'no-handler', kind: 'no-handler', what: 'orders received a message of type Submit, for which it has no handler.', next: 'Handlers of orders: Submitt.' },
  { file: 'invalid-response', kind: 'invalid-response', what: 'The route POST /orders returned something that is not a response.', next: 'Return an object such as { status: 202', scenario: async ({ browser }) => { await browser.post('http://orders/orders') } },
  { file: 'misspelt-receive', kind: 'unhandled-rejection', what: 'The receive loop of orders threw TypeError: receiver.recieve is not a function (lib/exploration/fixtures/misuse/misspelt-receive.ts:6), before it asked for a message.', next: 'Correct that line.' },
  { file: 'factory-that-throws', kind: 'invalid-definition', what: "endpoint('orders') threw Error: too many connections (lib/exploration/fixtures/misuse/factory-that-throws.ts:8) when a process started.", next: 'Correct that line' },
  { file: 'loop-that-ends', kind: 'invalid-definition', what: 'The receive loop of orders came to its end.', next: 'Receive in an endless loop' },
]

describe('what people really write gets a clear answer', () => {
  test.each(answers)('$file: $what', async ({ file, kind, what, next, at, scenario }) => {
    const finding = await judge(file, scenario)
    expect(finding).toMatchObject({ verdict: 'misuse', kind, explanation: { what: expect.stringContaining(what) as string, next: expect.stringContaining(next) as string } })
    const text = describeFinding(finding)
    expect(text).not.toMatch(/\n\s+at .*node_modules|lib\/simulation|lib\/system/)
    if (at !== undefined) expect(text).toContain(lineOf(file, at))
    if (finding.verdict === 'misuse') expect(finding.explanation.why).toMatch(/\w+ .*\.$/)
  })

  test('a part that is missing or has another name', async () => {
    await expect(judge('misnamed-export')).resolves.toMatchObject({
      verdict: 'misuse',
      kind: 'invalid-definition',
      explanation: { what: 'The first part of the system is missing.', next: expect.stringContaining('Look at the exports of your file') as string },
    })
  })

  test.each([
    ['empty-file', 'The first part of the system is missing.'],
    ['exported-default', 'The first part of the system is missing.'],
    ['exported-promise', 'The first part of the system is a promise, and not an endpoint or a service.'],
    ['exported-class', 'The first part of the system is a class, and not an endpoint or a service.'],
    ['exported-function', 'The first part of the system is a function, and not an endpoint or a service.'],
    ['exported-handlers', 'The first part of the system is an object, and not an endpoint or a service.'],
  ])('%s: %s', async (file, what) => {
    await expect(judge(file)).resolves.toMatchObject({ verdict: 'misuse', kind: 'invalid-definition', explanation: { what, next: expect.stringContaining('export const orders = endpoint(…)') as string } })
  })

  test.each([
    ['promise', 'Promise'],
    ['then', 'Promise.prototype.then'],
    ['date', 'Date'],
    ['now', 'Date.now'],
    ['json', 'JSON.stringify'],
  ] as const)('a global that was changed before the check: %s', async (change, name) => {
    const { changes, orders } = await import('./fixtures/misuse/changed-global.js')
    const what = `${name} is not that of JavaScript any more: somebody has replaced it.`
    changes[change]()
    expect(() => refuseChangedGlobals()).toThrow(what)
    expect(() => refuseChangedGlobals()).not.toThrow()
    if (change === 'then') return // nothing asynchronous comes to an end with it
    changes[change]()
    await expect(explore({ system: () => [orders], scenario: () => Promise.resolve(), atRest: { kept: () => true } })).resolves.toMatchObject({ verdict: 'misuse', kind: 'changed-global', explanation: { what } })
  })

  test('an option that does not exist stops the file from loading', async () => {
    await expect(judge('unknown-option')).rejects.toMatchObject({
      kind: 'invalid-definition',
      message: "endpoint('orders') was given an option that it does not have: instence.\nIt would have no effect.\nIts options are instances, concurrency, pipeline.",
    })
  })
})

describe('what goes on for ever ends, and says so', () => {
  test.each([
    { file: 'endless-asynchronous-loop', step: 'get orders o' },
    { file: 'endless-retry', step: 'commit' },
  ])('$file', async ({ file, step }) => {
    const finding = await judge(file)
    expect(finding).toMatchObject({ verdict: 'broken', violation: { kind: 'endless', promise: 'the system comes to rest' } })
    expect(describeFinding(finding)).toMatch(new RegExp(`${step}[\\s\\S]*and so on`))
  })
})

describe('what is thrown by the language', () => {
  test.each([
    ['deep-recursion', 'RangeError: Maximum call stack size exceeded', "number + sum("],
    ['evaluated-text', "SyntaxError: Unexpected identifier 'is'", "run('this is not code')"],
  ])('%s is the reason of the dead letter, with its place', async (file, reason, at) => {
    const finding = await judgeDeadLetters(file)
    expect(finding).toMatchObject({ verdict: 'broken', violation: { sentence: reason }, thrown: [expect.stringContaining(`(${lineOf(file, at)})`) as string] })
  })
})

describe('what is no mistake', () => {
  test.each(['returned-value', 'swallowed-errors'])('%s', async (file) => {
    await expect(judge(file)).resolves.toMatchObject({ verdict: 'passed' })
  })

  test('swallowed-errors loses the message when a commit fails', async () => {
    const submission = await import('./fixtures/misuse/swallowed-errors.js')
    const finding = await explore({
      system: () => [submission.orders],
      scenario: ({ send }) => send('orders', { type: 'Submit' }),
      faults: { refusals: 1 },
      atRest: { 'the order is there': ({ stores }) => stores.orders.get('orders', 'o') === 1 || 'it is not' },
    })
    expect(finding).toMatchObject({ verdict: 'broken', violation: { sentence: 'it is not' } })
  })
})

describe('what is thrown without being an error', () => {
  test.each([
    { file: 'thrown-text', reason: '"out of stock" was thrown' },
    { file: 'thrown-undefined', reason: 'undefined was thrown' },
  ])('$file is the reason of the dead letter, and stands below the story', async ({ file, reason }) => {
    const finding = await judgeDeadLetters(file)
    expect(finding).toMatchObject({ verdict: 'broken', violation: { sentence: reason }, thrown: [`orders threw ${reason.replace(' was thrown', '')} while handling Submit m1, in each of 2 deliveries`] })
  })
})
