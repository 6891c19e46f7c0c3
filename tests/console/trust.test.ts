import { execFile } from 'node:child_process'
import { mkdir, writeFile } from 'node:fs/promises'
import { createServer } from 'node:https'
import type { AddressInfo } from 'node:net'
import { join } from 'node:path'
import { promisify } from 'node:util'
import { type Browser, chromium } from 'playwright-core'
import { expect, onTestFinished, test } from 'vitest'
import { openAuthority } from '../../dist/server/tls/authority.js'
import { certify } from '../../dist/server/tls/certificates.js'
import { chromiumOptions } from '../chromium.js'
import { temporaryFolder } from '../fixtures.js'
import { lacks } from '../requirements.js'
import { startServer } from '../server/start.js'
import { accessibilityFindings, signIn } from './console.js'

const run = promisify(execFile)

/** A browser with a trust store of its own, and no flag that ignores errors. */
async function browserThatTrusts(
  authority: string | undefined,
  ...args: string[]
): Promise<Browser> {
  const home = await temporaryFolder()
  const store = join(home, '.pki/nssdb')
  await mkdir(store, { recursive: true })
  const database = ['-d', `sql:${store}`]
  await run('certutil', [...database, '-N', '--empty-password'])
  if (authority) {
    const file = join(home, 'authority.pem')
    await writeFile(file, authority)
    await run('certutil', [...database, '-A', '-n', 'agnize', '-t', 'C,,', '-i', file])
  }
  const browser = await chromium.launch({
    ...chromiumOptions,
    args: [...chromiumOptions.args, ...args],
    env: { ...process.env, HOME: home },
  })
  onTestFinished(() => browser.close())
  return browser
}

test.skipIf(lacks('certutil'))(
  'a browser that trusts the authority opens the console, with camera and sockets; another refuses it',
  async () => {
    const at = await startServer({ tls: 'auto' })
    const untrusting = await browserThatTrusts(undefined)
    const refused = await untrusting.newPage()
    await expect(refused.goto(at.url)).rejects.toThrow(/ERR_CERT_AUTHORITY_INVALID/)
    // It gets the certificate where no warning stands before it.
    const stranger = await untrusting.newPage()
    await stranger.goto(`http://127.0.0.1:${at.server.trustPorts.plain}/`)
    expect(await stranger.getByRole('heading', { level: 1 }).textContent()).toBe(
      'Trust this server',
    )
    expect(await accessibilityFindings(stranger)).toEqual([])
    const download = stranger.waitForEvent('download')
    await stranger.getByRole('link', { name: 'Download the certificate' }).click()
    expect((await download).suggestedFilename()).toBe('agnize.crt')

    const { cert } = await openAuthority(at.home)
    const page = await (await browserThatTrusts(cert)).newPage()
    for (const host of ['127.0.0.1', 'localhost']) {
      await page.goto(at.url.replace('127.0.0.1', host))
      await signIn(page, at.key)
      await page.getByRole('heading', { level: 1 }).waitFor()
      const allowed = await page.evaluate(() => [
        window.isSecureContext,
        'mediaDevices' in navigator,
      ])
      expect(allowed).toEqual([true, true])
    }
    const socket = await page.evaluate(
      () =>
        new Promise((done) => {
          const socket = new WebSocket('/v1/galleries/default/live')
          socket.onopen = () => done('open')
          socket.onerror = () => done('refused')
        }),
    )
    expect(socket).toBe('open')
  },
)

test.skipIf(lacks('certutil'))(
  'a browser that trusts the authority refuses what it signs for a public name',
  async () => {
    const authority = await openAuthority(await temporaryFolder())
    const shown = await certify(authority, ['www.example.com'])
    const server = createServer(shown, (_request, reply) => reply.end('a public page'))
    await new Promise<void>((done) => server.listen(0, '127.0.0.1', done))
    onTestFinished(() => void server.close())
    const { port } = server.address() as AddressInfo
    const browser = await browserThatTrusts(
      authority.cert,
      `--host-resolver-rules=MAP www.example.com 127.0.0.1:${port}`,
    )
    const page = await browser.newPage()
    await expect(page.goto('https://www.example.com/')).rejects.toThrow(/ERR_CERT/)
  },
)
