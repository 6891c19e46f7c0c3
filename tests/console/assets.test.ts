import { readdirSync } from 'node:fs'
import { get, type IncomingMessage } from 'node:http'
import { buffer } from 'node:stream/consumers'
import { brotliDecompressSync } from 'node:zlib'
import { expect, test } from 'vitest'
import { startServer } from '../server/start.js'

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
