import { expect, test } from 'vitest'
import { addressesFrom, shown, through } from './addresses.js'

test('addresses are the local ones unless the environment says otherwise', () => {
  const { database, broker } = addressesFrom({ RABBITMQ_URL: '', DATABASE_URL: 'postgres://erika:geheim@db.example/shop' })
  expect([shown(database), shown(broker)]).toEqual(['postgres://db.example:5432/shop', 'amqp://127.0.0.1:5672'])
})

test('a password is never shown, and goes through a door unchanged', () => {
  const { database } = addressesFrom({ DATABASE_URL: 'postgres://erika:ge%40heim@db.example:6000/shop' })
  expect(shown(database)).toBe('postgres://db.example:6000/shop')
  expect(through(database, 4711).href).toBe('postgres://erika:ge%40heim@127.0.0.1:4711/shop')
})

test.each([
  ['RABBITMQ_URL', 'http://localhost'],
  ['RABBITMQ_URL', 'amqps://localhost'],
  ['DATABASE_URL', 'localhost'],
])('%s=%s is no address that can be used', (name, value) => {
  expect(() => addressesFrom({ [name]: value })).toThrow(`${name} is no address of the kind that is needed here`)
})
