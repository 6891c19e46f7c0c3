import { createServer, request } from 'node:http'
import { type AddressInfo, connect } from 'node:net'
import { describe, expect, onTestFinished, test } from 'vitest'
import { lacks } from '../requirements.js'
import { openConsole, signIn } from './console.js'

/** A proxy that serves everything under a path, unknown to the server. */
async function proxy(target: string, prefix: string): Promise<string> {
  const { port, hostname } = new URL(target)
  const stripped = (url = '') => url.slice(prefix.length)
  const server = createServer((from, to) => {
    if (!from.url!.startsWith(`${prefix}/`)) {
      to.writeHead(404).end('elsewhere')
      return
    }
    const { method, headers } = from
    const passed = request(
      { hostname, port, method, headers, path: stripped(from.url) },
      (answer) => {
        to.writeHead(answer.statusCode!, answer.headers)
        answer.pipe(to)
      },
    )
    passed.on('error', () => to.destroy())
    from.pipe(passed)
  })
  server.on('upgrade', (from, socket, head) => {
    const passed = connect(Number(port), hostname, () => {
      const headers = Object.entries(from.headers).map(([name, value]) => `${name}: ${value}`)
      passed.write(`GET ${stripped(from.url)} HTTP/1.1\r\n${headers.join('\r\n')}\r\n\r\n`)
      passed.write(head)
      passed.pipe(socket).pipe(passed)
    })
    passed.on('error', () => socket.destroy())
    socket.on('error', () => passed.destroy())
  })
  await new Promise<void>((done) => server.listen(0, '127.0.0.1', done))
  onTestFinished(() => {
    server.closeAllConnections()
    server.close()
  })
  return `http://127.0.0.1:${(server.address() as AddressInfo).port}${prefix}`
}

describe.skipIf(lacks('chromium'))('behind a path of a proxy', () => {
  test.each(['', '/faces', '/deep/er'])('the console works at "%s/"', async (prefix) => {
    const at = await openConsole({ server: {} })
    const { page, errors } = at
    const base = await proxy(at.url, prefix)
    const wrong: string[] = []
    page.on('response', (response) => {
      if (!response.url().startsWith(`${base}/`)) wrong.push(response.url())
      if (response.status() === 404) wrong.push(response.url())
    })
    await page.goto(`${base}/`)
    await signIn(page, at.key)
    await page.getByRole('link', { name: 'Keys' }).click()
    await page.getByRole('rowheader', { name: 'first' }).waitFor()
    expect(page.url()).toBe(`${base}/keys`)
    // Reloading works at every depth.
    for (const path of ['/keys', '/people/', '/people/Nobody', '/no/such/page']) {
      await page.goto(`${base}${path}`)
      await page.getByRole('navigation').waitFor()
    }
    await page.goto(`${base}/docs`)
    await page.getByRole('link', { name: 'openapi.json' }).click()
    expect(page.url()).toBe(`${base}/v1/openapi.json`)
    expect(wrong.filter((url) => !/subjects\/Nobody/.test(url))).toEqual([])
    expect(errors).toEqual([])
  })
})

test.skipIf(lacks('chromium'))(
  'a new key stays on the screen until the user confirms that it is saved',
  async () => {
    const at = await openConsole()
    const { page } = at
    await page.goto(`${at.url}/keys`)
    await page.getByRole('button', { name: 'Create key' }).click()
    await page.getByLabel('Name').fill('door')
    await page.getByRole('button', { name: 'Create', exact: true }).click()
    const shown = page.locator('code.secret')
    await shown.waitFor()
    const key = await shown.textContent()
    for (let i = 0; i < 3; i++) await page.keyboard.press('Escape')
    await page.mouse.click(5, 5)
    expect(await shown.textContent()).toBe(key)
    await page.getByRole('button', { name: 'I saved the key' }).click()
    await shown.waitFor({ state: 'detached' })
  },
)
