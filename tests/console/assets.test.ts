import { readdirSync } from 'node:fs'
import { get, type IncomingMessage } from 'node:http'
import { buffer } from 'node:stream/consumers'
import { brotliDecompressSync } from 'node:zlib'
import { expect, test } from 'vitest'
import { lacks } from '../requirements.js'
import { startServer } from '../server/start.js'
import { openConsole } from './console.js'

/**
 * Script that the live page may load before the networks, its worker's included, in bytes as they are sent: the bar of
 * docs/reference/benchmarks.md, counted as by bench/live.ts.
 */
const allowedScript = 200_000

const assets = readdirSync('dist/console/assets')

function fetched(url: string, encoding: string): Promise<IncomingMessage> {
  return new Promise((done, fail) => {
    get(url, { headers: { 'accept-encoding': encoding } }, done).once('error', fail)
  })
}

test('the WebAssembly is sent compressed, and decompressed to whoever cannot decompress it', async () => {
  const { url } = await startServer()
  const name = assets.find((file) => file.endsWith('.wasm.br'))!.replace(/\.br$/, '')
  expect(assets).not.toContain(name)

  const small = await fetched(`${url}/assets/${name}`, 'gzip, br')
  expect(small.headers).toMatchObject({
    'content-type': 'application/wasm',
    'content-encoding': 'br',
    vary: expect.stringMatching(/accept-encoding/i),
    'cache-control': expect.stringContaining('immutable'),
  })
  const compressed = await buffer(small)

  const plain = await fetched(`${url}/assets/${name}`, 'gzip')
  expect(plain.headers['content-encoding']).toBeUndefined()
  const bytes = await buffer(plain)
  expect(WebAssembly.validate(bytes)).toBe(true)
  expect(brotliDecompressSync(compressed).equals(bytes)).toBe(true)
  expect(compressed.length).toBeLessThan(bytes.length / 3)
})

test.skipIf(lacks('chromium'))('the live page loads no more script than allowed', async () => {
  const { page, url } = await openConsole()
  await page.goto(`${url}/live`)
  const loaded = await page.waitForFunction(() => {
    const scripts = (performance.getEntriesByType('resource') as PerformanceResourceTiming[])
      .filter(({ name }) => name.endsWith('.js'))
      .map(({ name, encodedBodySize }) => ({ name: name.replace(/.*\//, ''), encodedBodySize }))
    return scripts.some(({ name }) => /^worker-/.test(name)) ? scripts : null
  })
  const scripts = (await loaded.jsonValue())!
  const sum = scripts.reduce((sum, { encodedBodySize }) => sum + encodedBodySize, 0)
  console.log(`script of the live page: ${(sum / 1000).toFixed(1)} kB of ${allowedScript / 1000}`)
  expect(sum, JSON.stringify(scripts)).toBeLessThanOrEqual(allowedScript)
})
