import { createHash, randomBytes, webcrypto, X509Certificate } from 'node:crypto'
import { BlockList, isIP } from 'node:net'
import * as asn1js from 'asn1js'
import {
  AlgorithmIdentifier,
  AttributeTypeAndValue,
  AuthorityKeyIdentifier,
  BasicConstraints,
  Certificate,
  Extension,
  ExtKeyUsage,
  GeneralName,
  GeneralNames,
  GeneralSubtree,
  NameConstraints,
  Time,
} from 'pkijs'

/** A certificate with its private key, both in PEM. */
export interface KeyPair {
  readonly cert: string
  readonly key: string
}

const day = 86_400_000

/** Certificates are valid from this long before they are made, since clocks of phones may be behind. Judgment. */
const slack = day

/** Validity of an authority, in days: ten years, so that phones have to trust it once in their life. */
const authorityDays = 3650

/** Validity of a server's certificate, in days: browsers refuse more than 398. */
const serverDays = 397

/** Domains that no public authority certifies, and whose names a server in a home or an office has. */
const localDomains = ['localhost', 'local', 'home.arpa', 'internal', 'lan']

/** Networks that are not routed on the internet, with their prefix lengths. */
const privateNetworks: readonly (readonly [address: string, prefix: number])[] = [
  ['10.0.0.0', 8],
  ['172.16.0.0', 12],
  ['192.168.0.0', 16],
  ['127.0.0.0', 8],
  ['169.254.0.0', 16],
  // Shared by carriers and by private networks such as Tailscale.
  ['100.64.0.0', 10],
  ['::1', 128],
  ['fc00::', 7],
  ['fe80::', 10],
]

const privateAddresses = new BlockList()
for (const [address, prefix] of privateNetworks) {
  privateAddresses.addSubnet(address, prefix, isIP(address) === 6 ? 'ipv6' : 'ipv4')
}

/** The domains that an authority made on a host may certify. */
function permittedDomains(host: string): string[] {
  // Top-level domains consist of letters alone: a name such as "dev" would open all of them.
  const isOwn = /^[a-z0-9-]*[0-9-][a-z0-9-]*$/.test(host) && !host.startsWith('xn--')
  return isOwn ? [...localDomains, host] : localDomains
}

/** Whether an authority that may certify some domains may certify a name or an IP address. */
export function isCertifiable(name: string, domains: readonly string[]): boolean {
  const family = isIP(name)
  if (family > 0) return privateAddresses.check(name, family === 6 ? 'ipv6' : 'ipv4')
  return domains.some((domain) => name === domain || name.endsWith(`.${domain}`))
}

/**
 * Makes an authority that can certify private addresses and local names only: a client refuses whatever else it signs, so that a
 * stolen key opens no public site to its thief.
 *
 * @param host - Name of this machine, which stands in the authority's name.
 */
export async function makeAuthority(host: string, now = new Date()): Promise<KeyPair> {
  const keys = await newKeys()
  const from = now.getTime() - slack
  const cert = emptyCertificate(new Date(from), new Date(from + authorityDays * day))
  const name = `agnize on ${host || 'this machine'}, ${now.toISOString().slice(0, 10)}`
  cert.subject.typesAndValues = [commonName(name)]
  cert.issuer.typesAndValues = [commonName(name)]
  await cert.subjectPublicKeyInfo.importKey(keys.publicKey)
  const id = keyId(cert)
  const names = [
    ...permittedDomains(host).map((domain) => new GeneralName({ type: 2, value: domain })),
    ...privateNetworks.map(
      ([address, prefix]) =>
        new GeneralName({ type: 7, value: octets(networkBytes(address, prefix)) }),
    ),
  ]
  cert.extensions = [
    extension('2.5.29.19', true, new BasicConstraints({ cA: true, pathLenConstraint: 0 })),
    extension('2.5.29.15', true, { toSchema: () => keyUsage(0b0000_0110, 1) }),
    extension('2.5.29.14', false, { toSchema: () => octets(id) }),
    extension(
      '2.5.29.30',
      true,
      new NameConstraints({ permittedSubtrees: names.map((base) => new GeneralSubtree({ base })) }),
    ),
  ]
  await cert.sign(keys.privateKey, 'SHA-256')
  return { cert: certificatePem(cert), key: await keyPem(keys.privateKey) }
}

/** The domains that an authority may certify: this machine may have had another name when it was made. */
export function domainsOf({ cert }: KeyPair): string[] {
  const { extensions = [] } = Certificate.fromBER(new X509Certificate(cert).raw)
  const constraints = extensions.find(({ extnID }) => extnID === '2.5.29.30')?.parsedValue
  const { permittedSubtrees = [] } = constraints as NameConstraints
  return permittedSubtrees.flatMap(({ base }) => (base.type === 2 ? [String(base.value)] : []))
}

/** Makes a server's certificate, with a new key, for names and IP addresses. */
export async function certify(
  authority: KeyPair,
  names: readonly string[],
  now = new Date(),
): Promise<KeyPair> {
  const issuer = Certificate.fromBER(new X509Certificate(authority.cert).raw)
  const from = now.getTime() - slack
  const until = Math.min(from + serverDays * day, issuer.notAfter.value.getTime())
  const keys = await newKeys()
  const cert = emptyCertificate(new Date(from), new Date(until))
  cert.subject.typesAndValues = [commonName('agnize server')]
  cert.issuer = issuer.subject
  await cert.subjectPublicKeyInfo.importKey(keys.publicKey)
  const altNames = names.map((name) =>
    isIP(name) > 0
      ? new GeneralName({ type: 7, value: octets(addressBytes(name)) })
      : new GeneralName({ type: 2, value: name }),
  )
  cert.extensions = [
    extension('2.5.29.19', true, new BasicConstraints({ cA: false })),
    extension('2.5.29.15', true, { toSchema: () => keyUsage(0b1000_0000, 7) }),
    extension('2.5.29.37', false, new ExtKeyUsage({ keyPurposes: ['1.3.6.1.5.5.7.3.1'] })),
    extension('2.5.29.14', false, { toSchema: () => octets(keyId(cert)) }),
    extension(
      '2.5.29.35',
      false,
      new AuthorityKeyIdentifier({ keyIdentifier: octets(keyId(issuer)) }),
    ),
    extension('2.5.29.17', false, new GeneralNames({ names: altNames })),
  ]
  await cert.sign(await importKey(authority.key), 'SHA-256')
  return { cert: certificatePem(cert), key: await keyPem(keys.privateKey) }
}

/** Names and IP addresses that a certificate is for. */
export function namesOf(cert: X509Certificate): string[] {
  return (cert.subjectAltName ?? '')
    .split(', ')
    .map((entry) => entry.replace(/^(DNS|IP Address):/, ''))
    .map((name) => (isIP(name) === 6 ? shortAddress(name) : name))
}

/** An IPv6 address in its short form: Node prints those of certificates in full. */
export const shortAddress = (address: string): string =>
  new URL(`http://[${address}]`).hostname.slice(1, -1)

const algorithm = { name: 'ECDSA', namedCurve: 'P-256' } as const

const newKeys = () => webcrypto.subtle.generateKey(algorithm, true, ['sign', 'verify'])

async function keyPem(key: webcrypto.CryptoKey): Promise<string> {
  return pem('PRIVATE KEY', Buffer.from(await webcrypto.subtle.exportKey('pkcs8', key)))
}

async function importKey(text: string): Promise<webcrypto.CryptoKey> {
  const der = Buffer.from(text.replaceAll(/-----[^-]+-----|\s/g, ''), 'base64')
  return webcrypto.subtle.importKey('pkcs8', der, algorithm, false, ['sign'])
}

function emptyCertificate(from: Date, until: Date): Certificate {
  const serial = randomBytes(16)
  // A positive number that fills its bytes.
  serial[0] = (serial[0]! & 0x3f) | 0x40
  const cert = new Certificate({
    version: 2,
    serialNumber: new asn1js.Integer({ valueHex: bufferOf(serial) }),
    signature: new AlgorithmIdentifier(),
  })
  cert.notBefore = time(from)
  cert.notAfter = time(until)
  return cert
}

/** Times from 2050 on have another type. */
const time = (value: Date) => new Time({ type: value.getUTCFullYear() < 2050 ? 0 : 1, value })

const commonName = (value: string) =>
  new AttributeTypeAndValue({ type: '2.5.4.3', value: new asn1js.Utf8String({ value }) })

function extension(extnID: string, critical: boolean, content: { toSchema(): unknown }): Extension {
  const value = content.toSchema() as asn1js.BaseBlock
  return new Extension({ extnID, critical, extnValue: value.toBER(false) })
}

const keyUsage = (bits: number, unusedBits: number) =>
  new asn1js.BitString({ valueHex: bufferOf(Uint8Array.of(bits)), unusedBits })

const octets = (bytes: Uint8Array) => new asn1js.OctetString({ valueHex: bufferOf(bytes) })

/** Identifier of a certificate's key: RFC 5280's first method. */
const keyId = (cert: Certificate): Uint8Array =>
  createHash('sha1')
    .update(cert.subjectPublicKeyInfo.subjectPublicKey.valueBlock.valueHexView)
    .digest()

function networkBytes(address: string, prefix: number): Uint8Array {
  const bytes = addressBytes(address)
  const mask = bytes.map((_, i) => 0xff & ~(0xff >> Math.max(0, Math.min(8, prefix - 8 * i))))
  return Uint8Array.from([...bytes, ...mask])
}

function addressBytes(address: string): Uint8Array {
  if (isIP(address) === 4) return Uint8Array.from(address.split('.').map(Number))
  const [head = '', tail = ''] = shortAddress(address).split('::')
  const groups = (part: string) => part.split(':').filter(Boolean)
  const [left, right] = [groups(head), groups(tail)]
  const zeros = Array.from({ length: 8 - left.length - right.length }, () => '0')
  return Uint8Array.from(
    [...left, ...zeros, ...right].flatMap((group) => {
      const value = Number.parseInt(group, 16)
      return [value >> 8, value & 0xff]
    }),
  )
}

const bufferOf = (bytes: Uint8Array): ArrayBuffer => new Uint8Array(bytes).buffer

const certificatePem = (cert: Certificate) =>
  pem('CERTIFICATE', Buffer.from(cert.toSchema(true).toBER(false)))

function pem(label: string, der: Buffer): string {
  const lines = der.toString('base64').match(/.{1,64}/g)!
  return `-----BEGIN ${label}-----\n${lines.join('\n')}\n-----END ${label}-----\n`
}
