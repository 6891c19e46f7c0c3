import { X509Certificate } from 'node:crypto'
import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { AgnizeError, diskError } from '../../base/errors.js'
import { writeFileAtomically } from '../../base/write-file-atomically.js'
import { isLoopback } from '../loopback.js'
import { openAuthority, splitPem } from './authority.js'
import { certify, domainsOf, isCertifiable, type KeyPair, namesOf } from './certificates.js'
import { isAny, ownAddresses } from './own-addresses.js'

const day = 86_400_000

/** A certificate is renewed this many days before it expires. Judgment: a server that is started once a month still renews it. */
const renewDays = 30

/** Interval between looks at this machine's addresses, in milliseconds. Judgment. */
const lookEvery = 30_000

/** What `--tls auto` needs of its surroundings; tests give others. */
export interface OwnTlsOptions {
  readonly addresses?: () => readonly string[]
  readonly now?: () => Date
}

/** HTTPS of a server with an authority of its own: a certificate for the addresses in use, which is renewed while it runs. */
export class OwnTls {
  /** The authority's certificate (PEM). */
  readonly authority: X509Certificate
  readonly #authority: KeyPair
  readonly #path: string
  readonly #addresses: () => readonly string[]
  readonly #now: () => Date
  readonly #domains: readonly string[]
  #current: KeyPair
  #timer: NodeJS.Timeout | undefined

  private constructor(
    authority: KeyPair,
    path: string,
    { addresses, now }: Required<OwnTlsOptions>,
  ) {
    this.#authority = authority
    this.#current = authority
    this.authority = new X509Certificate(authority.cert)
    this.#path = path
    this.#addresses = addresses
    this.#now = now
    this.#domains = domainsOf(authority)
  }

  /** Opens the authority of a home and a certificate for a server that listens on a host; both are made where they are missing. */
  static async open(
    home: string,
    host: string,
    { addresses = () => ownAddresses(host), now = () => new Date() }: OwnTlsOptions = {},
  ): Promise<OwnTls> {
    const authority = await openAuthority(home, now())
    const tls = new OwnTls(authority, join(home, 'tls', 'server.pem'), { addresses, now })
    if (!isAny(host) && !isLoopback(host) && !isCertifiable(host.toLowerCase(), tls.#domains)) {
      throw new AgnizeError(
        'bad-argument',
        `The authority of --tls auto certifies addresses of private networks and local names only, not ${host}: choose 0.0.0.0 or a private address with --host, or give a certificate with --tls-cert and --tls-key.`,
      )
    }
    const kept = splitPem(await readFile(tls.#path, 'utf8').catch(() => ''))
    if (kept) tls.#current = kept
    await tls.renew()
    return tls
  }

  /** The server's certificate with its key. */
  get current(): KeyPair {
    return this.#current
  }

  /** Names and IP addresses that the certificate is for, those that phones use first. */
  get names(): string[] {
    const certified = namesOf(new X509Certificate(this.#current.cert))
    return this.#certifiable().filter((name) => certified.includes(name))
  }

  /** Makes another certificate where the current one lacks an address in use or expires soon. Returns whether it did. */
  async renew(): Promise<boolean> {
    const cert = new X509Certificate(this.#current.cert)
    const certified = namesOf(cert)
    const isGood =
      cert.checkIssued(this.authority) &&
      cert.verify(this.authority.publicKey) &&
      new Date(cert.validTo).getTime() - this.#now().getTime() > renewDays * day &&
      new Date(cert.validFrom) <= this.#now() &&
      this.#certifiable().every((name) => certified.includes(name))
    if (isGood) return false
    const next = await certify(this.#authority, this.#certifiable(), this.#now())
    try {
      await writeFileAtomically(this.#path, Buffer.from(next.key + next.cert), 0o600)
    } catch (error) {
      throw diskError(error, this.#path)
    }
    // Only now, so that a write that failed is tried again.
    this.#current = next
    return true
  }

  /** Calls back as often as the certificate should be looked at. */
  watch(look: () => Promise<void>): void {
    let last: Promise<void> = Promise.resolve()
    this.#timer = setInterval(() => {
      last = last.then(look)
    }, lookEvery)
    this.#timer.unref()
  }

  close(): void {
    clearInterval(this.#timer)
  }

  #certifiable(): string[] {
    return this.#addresses().filter((name) => isCertifiable(name, this.#domains))
  }
}
