import { createServer, type IncomingMessage, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'
import { expect, onTestFinished, test } from 'vitest'
import { openAgnize } from '../../dist/index.js'
import { temporaryFolder } from '../fixtures.js'

async function listening(answer: (request: IncomingMessage, response: ServerResponse) => void) {
  const keys: (string | string[] | undefined)[] = []
  const server = createServer((request, response) => {
    keys.push(request.headers['x-api-key'])
    answer(request, response)
  })
  await new Promise<void>((done) => server.listen(0, '127.0.0.1', done))
  onTestFinished(() => {
    server.close()
    server.closeAllConnections()
  })
  return { url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`, keys }
}

const empty = (response: ServerResponse) =>
  response.end(JSON.stringify({ faces: [], total_pages: 0, total_elements: 0 }))

async function imported(url: string) {
  const agnize = await openAgnize({ home: await temporaryFolder(), offline: true })
  onTestFinished(() => agnize.close())
  return agnize.gallery.importCompreFace(url, 'the-key')
}

test.each([
  301, 302, 307, 308,
])('the key of a CompreFace follows no redirect (%i) to another host', async (status) => {
  const other = await listening((_, response) => empty(response))
  const there = await listening((request, response) =>
    response.writeHead(status, { location: `${other.url}${request.url}` }).end(),
  )
  await expect(imported(there.url)).rejects.toMatchObject({
    code: 'download-failed',
    message: expect.stringContaining(other.url),
  })
  expect(there.keys).toEqual(['the-key'])
  expect(other.keys).toEqual([])
})

test('follows redirects on the same host, up to a limit', async () => {
  const there = await listening((request, response) => {
    if (request.url?.startsWith('/moved/')) empty(response)
    else response.writeHead(302, { location: `/moved${request.url}` }).end()
  })
  expect(await imported(there.url)).toMatchObject({ added: 0 })
  const round = await listening((request, response) =>
    response.writeHead(302, { location: request.url! }).end(),
  )
  await expect(imported(round.url)).rejects.toMatchObject({ code: 'download-failed' })
  expect(round.keys.length).toBeLessThan(10)
})

test('a wrong key that CompreFace answers with 404 is not reported as a temporary failure', async () => {
  const there = await listening((_, response) => response.writeHead(404).end())
  await expect(imported(there.url)).rejects.toMatchObject({
    message: expect.stringContaining('key'),
  })
})
