import { describe, expect, test } from 'vitest'
import { hostToListenOn, isLocal, localAddresses } from './addresses.js'
import { placeIn } from './room-client.js'

const at = (address: string, internal = false): { address: string; family: string; internal: boolean } => ({ address, family: address.includes(':') ? 'IPv6' : 'IPv4', internal })
const laptop = {
  lo: [at('127.0.0.1', true), at('::1', true)],
  docker0: [at('172.17.0.1')],
  en0: [at('fe80::1'), at('192.168.1.20')],
  en7: [at('10.0.0.5')],
  ppp0: [at('84.20.1.7')],
}

describe('where a room listens', () => {
  test('is one address that others in the room can reach, and no container’s', () => {
    expect(localAddresses(laptop).map(({ address }) => address)).toEqual(['192.168.1.20', '10.0.0.5', '172.17.0.1'])
    expect(hostToListenOn(undefined, laptop)).toEqual({ address: '192.168.1.20', name: 'en0' })
  })

  test('is this machine alone where there is no network', () => {
    expect(hostToListenOn(undefined, { lo: laptop.lo, ppp0: laptop.ppp0 })).toEqual({ address: '127.0.0.1', name: 'this machine' })
  })

  test.each([
    ['10.0.0.5', '10.0.0.5'],
    ['en7', '10.0.0.5'],
    ['en0', '192.168.1.20'],
    ['docker0', '172.17.0.1'],
    ['127.0.0.1', '127.0.0.1'],
    ['localhost', '127.0.0.1'],
    ['fe80::1', 'fe80::1'],
  ])('--host %s is %s', (wanted, address) => {
    expect(hostToListenOn(wanted, laptop).address).toBe(address)
  })

  const listed = 'The addresses that it may listen on: 127.0.0.1, 192.168.1.20 (en0), 10.0.0.5 (en7), 172.17.0.1 (docker0).'
  test.each(['0.0.0.0', '::', '*', '0'])('--host %s is refused: it is every network', (wanted) => {
    expect(() => hostToListenOn(wanted, laptop)).toThrow(`--host ${wanted} means every network of this machine.\nA room listens on one that you choose, so that nobody else reaches it.\n${listed}`)
  })

  test.each(['192.168.1.99', 'en9', ''])('--host %j is refused: it is not here', (wanted) => {
    expect(() => hostToListenOn(wanted, laptop)).toThrow(`--host ${wanted} is no address and no network interface of this machine.\nNothing was opened.\n${listed}`)
  })

  test.each(['84.20.1.7', 'ppp0'])('--host %s is refused: it is on the internet', (wanted) => {
    expect(() => hostToListenOn(wanted, laptop)).toThrow('84.20.1.7 can be reached from the internet.\nA room is for one local network: names and the code go over it as they are.')
  })
})

test.each([
  ...['127.0.0.1', '10.255.1.1', '172.16.0.1', '172.31.255.1', '192.168.0.1', '169.254.1.1', '100.64.0.1', '100.127.0.1', '::1', 'fd00::1', 'fe80::1'].map((address) => [address, true] as const),
  ...['8.8.8.8', '172.15.0.1', '172.32.0.1', '192.169.0.1', '100.63.0.1', '100.128.0.1', '11.0.0.1', '2001:db8::1', 'example.org', ''].map((address) => [address, false] as const),
])('%s is local: %s', (address, local) => {
  expect(isLocal(address)).toBe(local)
})

describe('an address as it is typed', () => {
  test.each([
    ['192.168.1.20:4001', { secure: false, host: '192.168.1.20', port: 4001 }],
    [' 192.168.1.20 ', { secure: false, host: '192.168.1.20', port: 4000 }],
    ['http://192.168.1.20:4000/#KLIF', { secure: false, host: '192.168.1.20', port: 4000 }],
    ['HTTPS://room.example.org', { secure: true, host: 'room.example.org', port: 443 }],
    ['[fe80::1]:4000', { secure: false, host: 'fe80::1', port: 4000 }],
  ])('%s', (address, place) => {
    expect(placeIn(address)).toEqual(place)
  })

  test.each(['', ':4000', '192.168.1.20:', '192.168.1.20:0', '192.168.1.20:99999', 'ftp://192.168.1.20', 'a b', 'me@192.168.1.20', '192.168.1.20/../x', 'fe80::1'])('%j is none', (address) => {
    expect(() => placeIn(address)).toThrow(`"${address}" is not the address of a room.\nNothing was sent.\nIt stands on the facilitator’s screen, and looks like 192.168.1.20:4000.`)
  })
})
