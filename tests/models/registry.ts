import { createServer, type IncomingMessage, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'
import { join } from 'node:path'
import { onTestFinished } from 'vitest'
import { modelPackage } from '../../dist/models/builtin.js'
import { fetchNpmTarball } from '../../dist/models/npm-tarball.js'
import { temporaryFolder } from '../fixtures.js'

let tarball: Promise<Buffer> | undefined

/** The real package, from npm's own cache or registry. */
export function realTarball(): Promise<Buffer> {
  tarball ??= fetchNpmTarball(modelPackage)
  return tarball
}

/** Answers a request for the tarball. */
export type Behavior = (response: ServerResponse, tarball: Buffer) => void

/** Sends the whole tarball. */
export const honest: Behavior = (response, bytes) => void response.end(bytes)

/**
 * An npm registry on loopback that holds the one package.
 *
 * @returns Environment for the command, with an npm cache of its own, and the number of requests for the tarball.
 */
export async function registry(behave: Behavior) {
  const bytes = await realTarball()
  let asked = 0
  const server = createServer((request: IncomingMessage, response) => {
    const { port } = server.address() as AddressInfo
    if (request.url?.endsWith('.tgz')) {
      asked++
      behave(response, bytes)
    } else {
      const { name, version, integrity } = modelPackage
      const dist = { tarball: `http://127.0.0.1:${port}/${name}.tgz`, integrity }
      response.setHeader('content-type', 'application/json')
      response.end(
        JSON.stringify({
          name,
          'dist-tags': { latest: version },
          versions: { [version]: { name, version, dist } },
        }),
      )
    }
  })
  await new Promise<void>((ready) => server.listen(0, '127.0.0.1', ready))
  onTestFinished(() => {
    server.closeAllConnections()
    server.close()
  })
  const { port } = server.address() as AddressInfo
  return {
    env: {
      npm_config_registry: `http://127.0.0.1:${port}/`,
      npm_config_cache: join(await temporaryFolder(), 'npm-cache'),
      npm_config_fetch_retries: '0',
    },
    asked: () => asked,
  }
}
