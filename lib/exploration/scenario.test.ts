import { expect, test } from 'vitest'
import { endpoint } from '../index.js'
import { describeFinding, explore } from './index.js'
import type { Scenario } from './scenario.js'

const orders = endpoint('orders', { Pay: () => Promise.resolve() })

async function storyOf(scenario: (scenario: Scenario) => Promise<void>): Promise<string> {
  const finding = await explore({ system: () => [orders], instances: { orders: 1 }, scenario, atRest: { 'it is told': () => 'as a story' } })
  return describeFinding(finding, { width: 80, colour: false })
}

test('a message comes from whom the scenario says', async () => {
  const story = await storyOf(async ({ from }) => {
    await from('bank').publish({ type: 'Pay' })
    await from('Erika').send('orders', { type: 'Pay' })
  })
  expect(story).toContain('     bank             Erika            broker           orders\n')
  expect(story).not.toContain('outside')
})

test('messages are numbered, whoever sends them', async () => {
  const story = await storyOf(async ({ from, send }) => {
    await from('bank').publish({ type: 'Pay' })
    await from('Erika').publish({ type: 'Pay' })
    await send('orders', { type: 'Pay' })
  })
  expect(story).toContain('publish Pay m1')
  expect(story).toContain('publish Pay m2')
  expect(story).toContain('send Pay m3')
  expect(story).toContain('outside')
})

test('the system itself cannot be a sender: it would be shown to do what it has not done', async () => {
  await expect(storyOf(({ from }) => from('orders').send('orders', { type: 'Pay' }))).rejects.toThrow(
    'The scenario sends a message from orders, which is a part of the system under test.',
  )
})
