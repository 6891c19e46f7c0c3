import { isIP } from 'node:net'
import { hostname, networkInterfaces } from 'node:os'
import { isLoopback } from '../loopback.js'
import { shortAddress } from './certificates.js'

/** Interfaces of containers and virtual machines, which no phone reaches. */
const virtual = /^(docker|br-|veth|virbr|vmnet|vboxnet|cni|flannel|podman)/

/** First label of this machine's name, in lower case; empty where it has none that stands in a certificate. */
export function hostLabel(): string {
  const label = hostname().toLowerCase().split('.')[0]!
  return /^[a-z0-9-]{1,63}$/.test(label) ? label : ''
}

/**
 * The names and IP addresses under which clients reach a server that listens on a host, those that phones use first: addresses
 * of the network, names, then this machine's own.
 */
export function ownAddresses(host: string): string[] {
  const found = isLoopback(host)
    ? []
    : isAny(host)
      ? [...networkAddresses(host), ...hostNames()]
      : [host.toLowerCase()]
  return [...new Set([...found, 'localhost', '127.0.0.1', '::1'])]
}

/** Whether a host stands for every address of this machine. */
export const isAny = (host: string): host is '0.0.0.0' | '::' => host === '0.0.0.0' || host === '::'

function networkAddresses(host: '0.0.0.0' | '::'): string[] {
  const found = Object.entries(networkInterfaces()).flatMap(([name, addresses = []]) =>
    addresses
      // Links' own addresses of IPv6 need the name of an interface beside them, which no URL may have.
      .filter(({ internal, scopeid }) => !internal && !scopeid)
      .filter(({ family }) => host === '::' || family === 'IPv4')
      .map(({ address, family }) => ({ name, address, family })),
  )
  const rank = ({ name, family }: { name: string; family: string }) =>
    (virtual.test(name) ? 2 : 0) + (family === 'IPv4' ? 0 : 1)
  return found
    .sort((a, b) => rank(a) - rank(b))
    .map(({ address }) => (isIP(address) === 6 ? shortAddress(address) : address))
}

function hostNames(): string[] {
  const label = hostLabel()
  const full = hostname().toLowerCase()
  return label ? [`${label}.local`, full, label] : []
}
