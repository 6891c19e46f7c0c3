import { execFile } from 'node:child_process'
import { X509Certificate } from 'node:crypto'
import { chmod, mkdir, readFile, rm, rmdir, stat, writeFile } from 'node:fs/promises'
import { request } from 'node:https'
import { join } from 'node:path'
import { connect } from 'node:tls'
import { promisify } from 'node:util'
import { afterEach, describe, expect, test, vi } from 'vitest'
import { settingsFrom } from '../../dist/server/settings.js'
import { openAuthority } from '../../dist/server/tls/authority.js'
import { certify, isCertifiable, namesOf } from '../../dist/server/tls/certificates.js'
import { ownAddresses } from '../../dist/server/tls/own-addresses.js'
import { OwnTls } from '../../dist/server/tls/own-tls.js'
import { temporaryFolder } from '../fixtures.js'
import { startServer } from './start.js'

const run = promisify(execFile)
const day = 86_400_000

/** What OpenSSL says of a server's certificate by an authority. */
async function verdict(authority: string, cert: string): Promise<string> {
  const folder = await temporaryFolder()
  const [ca, leaf] = [join(folder, 'ca.pem'), join(folder, 'leaf.pem')]
  await writeFile(ca, authority)
  await writeFile(leaf, cert)
  const asked = ['verify', '-x509_strict', '-purpose', 'sslserver', '-CAfile', ca, leaf]
  return run('openssl', asked).then(
    ({ stdout }) => stdout,
    ({ stdout, stderr }: { stdout: string; stderr: string }) => stdout + stderr,
  )
}

afterEach(() => {
  vi.useRealTimers()
})

describe('the authority of a home', () => {
  test('certifies private addresses and local names; OpenSSL refuses all others', async () => {
    const home = await temporaryFolder()
    const authority = await openAuthority(home)
    const good = ['192.168.7.9', 'fd12::9', '127.0.0.1', '::1', 'localhost', 'door-pi.local']
    const { cert } = await certify(authority, good)
    expect(await verdict(authority.cert, cert)).toMatch(/OK/)
    expect(namesOf(new X509Certificate(cert))).toEqual(good)
    for (const name of ['www.example.com', 'example.local.com', '8.8.8.8', '2001:4860::8']) {
      const { cert } = await certify(authority, [name])
      expect(await verdict(authority.cert, cert)).toMatch(/permitted subtree violation/)
      expect(isCertifiable(name, ['local', 'localhost'])).toBe(false)
    }
  })

  test('is made once, also by two processes at the same time, and read by its owner only', async () => {
    const home = await temporaryFolder()
    const made = await Promise.all([openAuthority(home), openAuthority(home)])
    expect(made[0]).toEqual(made[1])
    expect(await openAuthority(home)).toEqual(made[0])
    if (process.platform === 'win32') return
    const file = join(home, 'tls/authority.pem')
    expect((await stat(file)).mode & 0o777).toBe(0o600)
    expect((await stat(join(home, 'tls'))).mode & 0o777).toBe(0o700)
    await chmod(file, 0o644)
    await expect(openAuthority(home)).rejects.toThrow(/can be read by others: run chmod 600/)
  })

  test('that is damaged or has expired is not replaced silently', async () => {
    const home = await temporaryFolder()
    await mkdir(join(home, 'tls'))
    const file = join(home, 'tls/authority.pem')
    await writeFile(file, 'rubbish', { mode: 0o600 })
    await expect(openAuthority(home)).rejects.toThrow(/is damaged: delete it/)
    expect(await readFile(file, 'utf8')).toBe('rubbish')
    const other = await temporaryFolder()
    await openAuthority(other)
    const later = new Date(Date.now() + 3651 * day)
    await expect(openAuthority(other, later)).rejects.toThrow(/has expired: delete it/)
  })
})

describe('the certificate', () => {
  test('is valid for at most 397 days, and stays while nothing changes', async () => {
    const home = await temporaryFolder()
    const first = await OwnTls.open(home, '127.0.0.1')
    const { validFrom, validTo, subjectAltName } = new X509Certificate(first.current.cert)
    expect(Date.parse(validTo) - Date.parse(validFrom)).toBe(397 * day)
    expect(subjectAltName).toMatch(/DNS:localhost, IP Address:127\.0\.0\.1, IP Address:0:.*:1$/)
    expect(await first.renew()).toBe(false)
    expect((await OwnTls.open(home, '127.0.0.1')).current).toEqual(first.current)
  })

  test('is another one when an address comes, before it expires, and by another authority', async () => {
    const home = await temporaryFolder()
    let addresses = ['192.168.1.5', 'localhost']
    let now = new Date()
    const tls = await OwnTls.open(home, '0.0.0.0', { addresses: () => addresses, now: () => now })
    const numbers = [new X509Certificate(tls.current.cert).serialNumber]
    const renewed = async () => {
      const done = await tls.renew()
      numbers.push(new X509Certificate(tls.current.cert).serialNumber)
      return done
    }
    addresses = ['192.168.1.5', '10.0.0.7', 'localhost', '8.8.8.8']
    expect(await renewed()).toBe(true)
    expect(tls.names).toEqual(['192.168.1.5', '10.0.0.7', 'localhost'])
    // An address that has gone, and comes again when the network does, asks for none.
    addresses = ['10.0.0.7', 'localhost']
    expect(await tls.renew()).toBe(false)
    now = new Date(now.getTime() + 365 * day)
    expect(await tls.renew()).toBe(false)
    now = new Date(now.getTime() + 2 * day)
    expect(await renewed()).toBe(true)
    expect(new Set(numbers).size).toBe(3)
    await writeFile(join(home, 'tls/authority.pem'), await otherAuthority(), { mode: 0o600 })
    const after = await OwnTls.open(home, '0.0.0.0', { addresses: () => addresses })
    expect(await verdict(after.authority.toString(), after.current.cert)).toMatch(/OK/)
  })

  test('is made again after it could not be written', async () => {
    const home = await temporaryFolder()
    let addresses = ['192.168.1.5']
    const tls = await OwnTls.open(home, '0.0.0.0', { addresses: () => addresses })
    const file = join(home, 'tls', 'server.pem')
    await rm(file)
    await mkdir(file)
    addresses = ['192.168.1.6']
    await expect(tls.renew()).rejects.toThrow()
    await rmdir(file)
    expect(await tls.renew()).toBe(true)
    expect(new X509Certificate(tls.current.cert).subjectAltName).toContain('192.168.1.6')
  })

  test('names what clients use: the host that is listened on', async () => {
    expect(ownAddresses('127.0.0.1')).toEqual(['localhost', '127.0.0.1', '::1'])
    expect(ownAddresses('192.168.1.5')[0]).toBe('192.168.1.5')
    expect(
      ownAddresses('0.0.0.0').some((name) => /^[0-9a-f]*:.*:/.test(name) && name !== '::1'),
    ).toBe(false)
    const home = await temporaryFolder()
    await expect(OwnTls.open(home, 'www.example.com')).rejects.toThrow(
      /not www.example.com: choose/,
    )
    await expect(OwnTls.open(home, '8.8.8.8')).rejects.toThrow(/with --tls-cert and --tls-key/)
  })
})

async function otherAuthority(): Promise<string> {
  const home = await temporaryFolder()
  const { key, cert } = await openAuthority(home)
  return key + cert
}

describe('agnize serve --tls auto', () => {
  test('speaks HTTPS and hands out its authority without encryption', async () => {
    const at = await startServer({ tls: 'auto' })
    const { plain } = at.server.trustPorts
    const page = await fetch(`http://127.0.0.1:${plain}/trust`)
    expect(page.headers.get('content-security-policy')).toContain("default-src 'none'")
    const ca = await fetch(`http://127.0.0.1:${plain}/trust/authority.crt`)
    expect(ca.headers.get('content-type')).toBe('application/x-x509-ca-cert')
    const authority = new X509Certificate(Buffer.from(await ca.arrayBuffer()))
    expect((await page.text()).replaceAll('<wbr>', '')).toContain(authority.fingerprint256)
    expect(at.server.trustPage?.fingerprint).toBe(authority.fingerprint256)
    const health = await get(`${at.url}/v1/health`, authority)
    expect(health).toMatchObject({ status: 200, body: '{"status":"ok"}' })
    // It would also keep browsers from the page without encryption.
    expect(health.headers['strict-transport-security']).toBeUndefined()
    const beside = await get(`${at.url}/trust`, authority)
    expect(beside.body.replaceAll('<wbr>', '')).toContain(authority.fingerprint256)
    // Nothing else is there without encryption, the key of the authority least of all.
    for (const path of ['/', '/v1/health', '/trust/authority.pem', '/trust/../tls/authority.pem']) {
      const other = await fetch(`http://127.0.0.1:${plain}${path}`, { redirect: 'manual' })
      expect([other.status, other.headers.get('location')]).toEqual([302, '/trust'])
    }
    const post = await fetch(`http://127.0.0.1:${plain}/trust`, { method: 'POST', body: 'x' })
    expect(post.status).toBe(405)
    expect(at.log().join('\n')).not.toContain('PRIVATE')
  })

  test('renews the certificate without a restart', async () => {
    const at = await startServer({ tls: 'auto' })
    const former = await shownBy(at.server.port)
    await at.server.renewCertificate()
    expect((await shownBy(at.server.port)).serialNumber).toBe(former.serialNumber)
    vi.useFakeTimers({ toFake: ['Date'], now: Date.now() + 370 * day })
    await at.server.renewCertificate()
    const renewed = await shownBy(at.server.port)
    expect(renewed.serialNumber).not.toBe(former.serialNumber)
    expect(Date.parse(renewed.valid_to)).toBeGreaterThan(Date.parse(former.valid_to) + 360 * day)
    expect(at.log().join('\n')).toContain('certificate renewed')
  })

  test('refuses settings that contradict it, and says which port is in use', async () => {
    const both = { tls: 'auto', tlsCert: 'a', tlsKey: 'b' }
    expect(() => settingsFrom(both, {})).toThrow(/tls auto creates its own certificates/)
    expect(() => settingsFrom({ trustPort: 8485 }, {})).toThrow(/trustPort serves/)
    expect(() => settingsFrom({ tls: 'auto', trustPort: 8484 }, {})).toThrow(/are the same/)
    expect(() => settingsFrom({ tls: 'auto', port: 65_535 }, {})).toThrow(
      /65535 is the last one: give trustPort/,
    )
    const first = await startServer({ tls: 'auto' })
    const trustPort = first.server.trustPorts.plain
    await expect(startServer({ tls: 'auto', trustPort })).rejects.toThrow(
      /Port \d+ of 127.0.0.1 is in use: .* with --trust-port/,
    )
  })
})

interface Answer {
  readonly status: number | undefined
  readonly headers: Readonly<Record<string, unknown>>
  readonly body: string
}

/** Asks a server that has to show a certificate by an authority. */
function get(url: string, authority: X509Certificate): Promise<Answer> {
  return new Promise((done, fail) => {
    request(url, { ca: authority.toString() }, (response) => {
      const chunks: Buffer[] = []
      response.on('data', (chunk: Buffer) => chunks.push(chunk))
      response.on('end', () => {
        const { statusCode: status, headers } = response
        done({ status, headers, body: Buffer.concat(chunks).toString() })
      })
    })
      .on('error', fail)
      .end()
  })
}

/** The certificate that a new connection is shown. */
function shownBy(port: number): Promise<{ serialNumber: string; valid_to: string }> {
  return new Promise((done, fail) => {
    const socket = connect({ port, host: '127.0.0.1', rejectUnauthorized: false }, () => {
      done(socket.getPeerCertificate())
      socket.end()
    })
    socket.on('error', fail)
  })
}
