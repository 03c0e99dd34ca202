import { networkInterfaces } from 'node:os'
import { isIPv4, isIPv6 } from 'node:net'
import { ExplainedError } from '../explained-error.js'

/** An address of this machine that a room may listen on. */
export interface Address {
  readonly address: string
  /** `en0`, `Wi-Fi` */
  readonly name: string
}

type Interfaces = Readonly<Record<string, readonly { readonly address: string; readonly family: string; readonly internal: boolean }[] | undefined>>

/** Of containers, virtual machines and tunnels: nobody in the room is there. */
const virtual = /^(?:docker|br-|veth|virbr|vmnet|vboxnet|vEthernet|VMware|VirtualBox|tun|tap|utun|wg|tailscale|zt|lxc|podman|cni|bridge\d)/i

/** The addresses by which others in the same local network may reach this machine, the likeliest first. IPv4 only: it is to be typed. */
export function localAddresses(interfaces: Interfaces = networkInterfaces()): readonly Address[] {
  return Object.entries(interfaces)
    .flatMap(([name, entries = []]) => entries.flatMap(({ address, family, internal }) => (family === 'IPv4' && !internal && isLocal(address) && !address.startsWith('169.254.') ? [{ address, name }] : [])))
    .sort((one, other) => Number(virtual.test(one.name)) - Number(virtual.test(other.name)))
}

/**
 * Where to listen: one interface, by its name or its address, and never all of them.
 *
 * @param wanted what `--host` says; undefined for the likeliest address, or this machine alone where there is no network.
 * @throws ExplainedError for an address that is not this machine's, or that is not local.
 */
export function hostToListenOn(wanted: string | undefined, interfaces: Interfaces = networkInterfaces()): Address {
  const local = localAddresses(interfaces)
  if (wanted === undefined) return local[0] ?? { address: '127.0.0.1', name: 'this machine' }
  const own = Object.entries(interfaces).flatMap(([name, entries = []]) => entries.map(({ address }) => ({ address, name })))
  const known = [...new Set(['127.0.0.1', ...local.map(({ address, name }) => `${address} (${name})`)])].join(', ')
  const next = `The addresses that it may listen on: ${known}.`
  const named = wanted === 'localhost' ? { address: '127.0.0.1', name: 'this machine' } : (own.find(({ name, address }) => name === wanted && isIPv4(address)) ?? own.find(({ address }) => address === wanted))
  if (isAll(wanted)) throw new ExplainedError({ what: `--host ${wanted} means every network of this machine.`, why: 'A room listens on one that you choose, so that nobody else reaches it.', next })
  if (named === undefined) throw new ExplainedError({ what: `--host ${wanted} is no address and no network interface of this machine.`, why: 'Nothing was opened.', next })
  if (isLocal(named.address)) return named
  throw new ExplainedError({ what: `${named.address} can be reached from the internet.`, why: 'A room is for one local network: names and the code go over it as they are.', next: `${next} WORKSHOP.md says how to bring in people who are elsewhere.` })
}

/** Loopback, link-local, and what RFC 1918, RFC 4193 and RFC 6598 keep for private networks. */
export function isLocal(address: string): boolean {
  if (isIPv4(address)) return /^(?:127\.|10\.|192\.168\.|169\.254\.|172\.(?:1[6-9]|2\d|3[01])\.|100\.(?:6[4-9]|[7-9]\d|1[01]\d|12[0-7])\.)/.test(address)
  return isIPv6(address) && /^(?:::1$|f[cd]|fe[89ab])/i.test(address)
}

function isAll(address: string): boolean {
  return /^(?:0\.0\.0\.0|\*|\[?::\]?|0)$/.test(address)
}
