import { execFile } from 'node:child_process'
import { createHash } from 'node:crypto'
import { mkdir, readdir, readFile, writeFile } from 'node:fs/promises'
import { createServer, type IncomingMessage, type RequestListener, request } from 'node:http'
import { createServer as createTlsServer } from 'node:https'
import { type AddressInfo, connect, type Server } from 'node:net'
import { join } from 'node:path'
import { promisify } from 'node:util'
import { beforeEach, describe, expect, onTestFinished, test } from 'vitest'
import { fetchNpmTarball } from '../../dist/models/npm-tarball.js'
import { temporaryFolder } from '../fixtures.js'
import { certificate } from './certificates.js'

const tarball = Buffer.from('as good as a tarball')
const pinned = {
  name: '@some/package',
  version: '1.2.3',
  integrity: `sha512-${createHash('sha512').update(tarball).digest('base64')}`,
  bytes: tarball.length,
}
const unscoped = { ...pinned, name: 'package' }

let home: string
let env: Record<string, string>
beforeEach(async () => {
  home = await temporaryFolder()
  // The settings of the machine do not apply.
  env = { HOME: home, PREFIX: join(home, 'prefix'), npm_config_fetch_retries: '0' }
})

const npmrc = (...lines: string[]) => writeFile(join(home, '.npmrc'), lines.join('\n'))
const fetched = (what = pinned, options: Parameters<typeof fetchNpmTarball>[1] = {}) =>
  fetchNpmTarball(what, { environment: { env, cwd: home }, ...options })
const refused = (why: string, registry = '') => ({
  code: 'download-failed',
  message: expect.stringMatching(
    new RegExp(
      `^The models could not be fetched from the npm registry ${registry}.* \\(${why}\\): check the network, proxy and npm settings and run "agnize models pull" again\\.$`,
    ),
  ),
})

async function listening(server: Server & { closeAllConnections(): void }): Promise<number> {
  await new Promise<void>((ready) => server.listen(0, '127.0.0.1', ready))
  onTestFinished(() => {
    server.closeAllConnections()
    server.close()
  })
  return (server.address() as AddressInfo).port
}

interface Asked {
  readonly url: string
  readonly authorization: string | undefined
}

/** A registry under a path that serves the package to authorized clients. */
async function registry({
  authorization,
  path = '/',
  tls,
  tarballAt,
  spoiled = 0,
  failing = 0,
}: {
  authorization?: string
  path?: string
  tls?: { cert: Buffer; key: Buffer }
  /** URL of the tarball in its answers; default at the registry. */
  tarballAt?: (origin: string) => string
  /** Number of tarballs that are sent damaged before an intact one. */
  spoiled?: number
  /** Number of requests that fail before one succeeds. */
  failing?: number
} = {}) {
  const asked: Asked[] = []
  const listener: RequestListener = (request, response) => {
    asked.push({ url: request.url!, authorization: request.headers.authorization })
    if (failing-- > 0) return response.writeHead(503).end()
    if (authorization && request.headers.authorization !== authorization) {
      return response.writeHead(401, { 'www-authenticate': 'Bearer' }).end()
    }
    const at = decodeURIComponent(request.url!)
    if (at === `${path}t.tgz`) return response.end(spoiled-- > 0 ? 'damaged' : tarball)
    if (at !== `${path}package` && at !== `${path}@some/package`) {
      return response.writeHead(404).end()
    }
    const dist = { tarball: tarballAt?.(origin) ?? `${origin}${path}t.tgz` }
    response.end(JSON.stringify({ versions: { [pinned.version]: { dist } } }))
  }
  const server = tls ? createTlsServer(tls, listener) : createServer(listener)
  const port = await listening(server)
  const origin = `${tls ? 'https' : 'http'}://127.0.0.1:${port}`
  return { asked, origin, url: `${origin}${path}`, place: `//127.0.0.1:${port}${path}` }
}

/** A forward proxy that records its requests. */
async function proxy(authorization?: string) {
  const asked: string[] = []
  const allowed = ({ headers }: IncomingMessage) =>
    !authorization || headers['proxy-authorization'] === authorization
  const server = createServer((incoming, response) => {
    asked.push(`${incoming.method} ${incoming.url}`)
    if (!allowed(incoming)) return response.writeHead(407).end()
    request(incoming.url!, { headers: incoming.headers }, (answer) => {
      response.writeHead(answer.statusCode!, answer.headers)
      answer.pipe(response)
    }).end()
  })
  server.on('connect', (incoming, socket) => {
    asked.push(`CONNECT ${incoming.url}`)
    if (!allowed(incoming)) return socket.end('HTTP/1.1 407 no\r\n\r\n')
    const [host, port] = incoming.url!.split(':')
    const onward = connect(Number(port), host, () => {
      socket.write('HTTP/1.1 200 yes\r\n\r\n')
      onward.pipe(socket).pipe(onward)
    })
    for (const end of [socket, onward]) end.on('error', () => {})
  })
  return { asked, at: `127.0.0.1:${await listening(server)}` }
}

describe('who asks', () => {
  const basic = `Basic ${Buffer.from('anna:pass').toString('base64')}`
  test.each([
    ['a token', 'Bearer s3cret', ['_authToken=s3cret']],
    ['a token of the environment', 'Bearer s3cret', [`_authToken=$\{TOKEN}`]],
    ['a token in quotes', 'Bearer a;b', ['_authToken="a;b"']],
    ['_auth', basic, [`_auth=${basic.slice(6)}`]],
    ['a name and a password', basic, ['username=anna', '_password=cGFzcw==']],
  ])('%s that is needed', async (_, authorization, settings) => {
    const { url, place, asked } = await registry({ authorization })
    env.TOKEN = 's3cret'
    await npmrc(`registry=${url}`)
    await expect(fetched()).rejects.toMatchObject(refused('E401', url))
    await npmrc(`registry=${url}`, ...settings.map((line) => `${place}:${line}`))
    expect(await fetched()).toEqual(tarball)
    expect(asked.map((each) => each.authorization)).toEqual([
      undefined,
      authorization,
      authorization,
    ])
    // The tarball is cached, so neither the token nor the registry is needed.
    await npmrc(`registry=${url}`)
    expect(await fetched()).toEqual(tarball)
    expect(asked).toHaveLength(3)
  })

  test('a registry of a scope, under a path, with a token of its own', async () => {
    const own = await registry({ path: '/npm/private/', authorization: 'Bearer private' })
    const common = await registry()
    await npmrc(
      `registry=${common.url}`,
      `@some:registry=${own.url}`,
      `${own.place.replace('private/', '')}:_authToken=private`,
      `${common.place}:_authToken=common`,
    )
    expect(await fetched()).toEqual(tarball)
    expect(own.asked.map(({ url }) => url)).toEqual([
      '/npm/private/@some%2fpackage',
      '/npm/private/t.tgz',
    ])
    expect(common.asked).toEqual([])
  })

  test('sends a token to no other host that the registry or a redirect names', async () => {
    const others: Asked[] = []
    const port = await listening(
      createServer((request, response) => {
        others.push({ url: request.url!, authorization: request.headers.authorization })
        if (request.url === '/back') {
          return response.writeHead(302, { location: `${first.url}t.tgz` }).end()
        }
        response.end(tarball)
      }),
    )
    const first = await registry({ tarballAt: () => `http://localhost:${port}/t.tgz` })
    await npmrc(`registry=${first.url}`, `${first.place}:_authToken=s3cret`)
    expect(await fetched()).toEqual(tarball)
    expect(others).toEqual([{ url: '/t.tgz', authorization: undefined }])

    env.npm_config_cache = join(home, 'other')
    const seen: Asked[] = []
    const redirecting = await listening(
      createServer((request, response) => {
        seen.push({ url: request.url!, authorization: request.headers.authorization })
        const target = { '/package': '/moved', '/t.tgz': `http://localhost:${port}/back` }
        const location = target[request.url as keyof typeof target]
        if (location) return response.writeHead(302, { location }).end()
        const dist = { tarball: `http://127.0.0.1:${redirecting}/t.tgz` }
        response.end(JSON.stringify({ versions: { [pinned.version]: { dist } } }))
      }),
    )
    await npmrc(
      `registry=http://127.0.0.1:${redirecting}/`,
      `//127.0.0.1:${redirecting}/:_authToken=s3cret`,
      `${first.place}:_authToken=first`,
    )
    first.asked.length = 0
    expect(await fetched(unscoped)).toEqual(tarball)
    expect(seen).toEqual(
      ['/package', '/moved', '/t.tgz'].map((url) => ({ url, authorization: 'Bearer s3cret' })),
    )
    expect(others.at(-1)).toEqual({ url: '/back', authorization: undefined })
    expect(first.asked).toEqual([{ url: '/t.tgz', authorization: undefined }])
  })

  test('refuses endless redirects, and those to invalid addresses', async () => {
    let location = '/again'
    const port = await listening(
      createServer((_, response) => response.writeHead(302, { location }).end()),
    )
    await npmrc(`registry=http://127.0.0.1:${port}/`)
    await expect(fetched()).rejects.toMatchObject(refused('EMAXREDIRECT'))
    location = 'http://['
    await expect(fetched()).rejects.toMatchObject(refused('EINVALIDREDIRECT'))
    location = 'file:///etc/passwd'
    await expect(fetched()).rejects.toMatchObject(refused('EUNSUPPORTEDPROTOCOL'))
  })
})

describe('where settings are', () => {
  const nowhere = 'http://127.0.0.1:9/'

  test('the environment overrides the project, the project the user, and the user the global settings', async () => {
    const there = await registry()
    const project = join(home, 'project')
    await mkdir(join(project, 'packages/a/deep'), { recursive: true })
    await mkdir(join(home, 'prefix/etc'), { recursive: true })
    await writeFile(join(project, 'packages/a/package.json'), '{}')
    const from = async (cwd: string, more = {}) => {
      await fetchNpmTarball(unscoped, {
        environment: { env: { ...env, npm_config_cache: await temporaryFolder(), ...more }, cwd },
      })
      return there.asked.splice(0).length
    }
    const globally = join(home, 'prefix/etc/npmrc')
    await writeFile(globally, `registry = ${there.url} ; a comment`)
    expect(await from(project)).toBe(2)
    await writeFile(globally, `registry = ${nowhere}`)
    await npmrc('# a comment', '[a section]', 'registry=http://127.0.0.1:9/')
    await expect(from(project)).rejects.toThrow()
    await npmrc(`registry=${there.url}`)
    expect(await from(project)).toBe(2)
    await npmrc(`registry=${nowhere}`)
    await writeFile(join(project, 'package.json'), '{"workspaces":["packages/*"]}')
    await writeFile(join(project, '.npmrc'), `registry=${there.url}`)
    expect(await from(project)).toBe(2)
    expect(await from(join(project, 'packages/a/deep'))).toBe(2)
    await writeFile(join(project, '.npmrc'), `registry=${nowhere}`)
    for (const name of ['npm_config_registry', 'NPM_CONFIG_REGISTRY']) {
      expect(await from(project, { [name]: there.url })).toBe(2)
    }
    // The path of the user's settings file can be set, too.
    const other = join(home, 'other')
    await writeFile(other, `registry=${there.url}`)
    const elsewhere = join(home, 'elsewhere')
    await mkdir(elsewhere)
    expect(await from(elsewhere, { NPM_CONFIG_USERCONFIG: other })).toBe(2)
    expect(await from(elsewhere, { npm_config_userconfig: '~/other' })).toBe(2)
    await npmrc('globalconfig=~/other')
    expect(await from(elsewhere)).toBe(2)
  })

  test('a token in the environment alone', async () => {
    const { url, place } = await registry({ authorization: 'Bearer s3cret' })
    env.npm_config_registry = url
    env[`npm_config_${place}:_authToken`] = 's3cret'
    expect(await fetched()).toEqual(tarball)
  })
})

describe('certificates', () => {
  test('accepts a custom authority from a file or a setting, or skips the check', async () => {
    const { ca, tls } = await certificate(home)
    const { url } = await registry({ tls })
    await npmrc(`registry=${url}`)
    await expect(fetched()).rejects.toMatchObject(refused('[A-Z_]*(CERT|SIGN|ISSUER)[A-Z_]*', url))
    const pem = (await readFile(ca, 'utf8')).trim()
    for (const line of [
      `cafile=${ca}`,
      'cafile=./ca.pem',
      `ca=${JSON.stringify(pem)}`,
      `ca[]=${JSON.stringify(pem)}`,
      'strict-ssl=false',
    ]) {
      env.npm_config_cache = await temporaryFolder()
      await npmrc(`registry=${url}`, line)
      expect(await fetched(), line).toEqual(tarball)
    }
  })

  test('presents a client certificate', async () => {
    const { ca, tls } = await certificate(home)
    const server = createTlsServer(
      { ...tls, ca: await readFile(ca), requestCert: true },
      (request, response) => {
        const dist = { tarball: `https://127.0.0.1:${port}/t.tgz` }
        const page = JSON.stringify({ versions: { [pinned.version]: { dist } } })
        response.end(request.url === '/t.tgz' ? tarball : page)
      },
    )
    const port = await listening(server)
    const place = `//127.0.0.1:${port}/`
    const common = [`registry=https:${place}`, `cafile=${ca}`]
    await npmrc(...common)
    await expect(fetched()).rejects.toMatchObject({ code: 'download-failed' })
    await npmrc(...common, `${place}:certfile=cert.pem`, `${place}:keyfile=key.pem`)
    expect(await fetched()).toEqual(tarball)
  })
})

describe('proxies', () => {
  function environment(name: string, at: string): void {
    const before = process.env[name]
    process.env[name] = `http://${at}`
    onTestFinished(() => {
      if (before === undefined) delete process.env[name]
      else process.env[name] = before
    })
  }

  test.each([
    ['proxy', (at: string) => npmrc(`proxy=http://${at}`)],
    ['https-proxy', (at: string) => npmrc(`https-proxy=http://${at}/`)],
    ['HTTPS_PROXY', async (at: string) => environment('HTTPS_PROXY', at)],
    ['http_proxy', async (at: string) => environment('http_proxy', at)],
  ])('%s: passed through, and passed by where it is not to be', async (_, set) => {
    const plain = await registry()
    const { asked, at } = await proxy()
    env.npm_config_registry = plain.url
    await set(at)
    expect(await fetched()).toEqual(tarball)
    expect(asked).toEqual([`GET ${plain.url}@some%2fpackage`, `GET ${plain.url}t.tgz`])
    env.npm_config_cache = await temporaryFolder()
    env.npm_config_noproxy = 'example.org, 127.0.0.1'
    expect(await fetched()).toEqual(tarball)
    expect(asked).toHaveLength(2)
    expect(plain.asked).toHaveLength(4)
  })

  test('tunnels to a registry over TLS, and hides the token from the proxy', async () => {
    const { ca, tls } = await certificate(home)
    const secure = await registry({ tls, authorization: 'Bearer s3cret' })
    const own = `Basic ${Buffer.from('a b:c@').toString('base64')}`
    const { asked, at } = await proxy(own)
    const common = [`registry=${secure.url}`, `cafile=${ca}`, `${secure.place}:_authToken=s3cret`]
    await npmrc(...common, `https-proxy=http://${at}`)
    await expect(fetched()).rejects.toMatchObject(refused('E407'))
    await npmrc(...common, `https-proxy=http://a%20b:c%40@${at}`)
    expect(await fetched()).toEqual(tarball)
    const host = new URL(secure.url).host
    expect(asked).toEqual(Array(3).fill(`CONNECT ${host}`))
  })

  test('reports an unreachable proxy and an unsupported protocol', async () => {
    const { url } = await registry()
    await npmrc(`registry=${url}`, 'proxy=http://127.0.0.1:9')
    await expect(fetched()).rejects.toMatchObject(refused('ECONNREFUSED'))
    await npmrc(`registry=${url}`, 'proxy=socks5://127.0.0.1:9')
    await expect(fetched()).rejects.toMatchObject(refused('EINVALIDPROXY'))
  })
})

describe('npm’s cache', () => {
  test('keeps the package where npm finds it, and serves it without the registry', async () => {
    const { url, asked } = await registry()
    await npmrc(`registry=${url}`, 'cache=~/cache')
    await expect(fetched(unscoped, withOffline())).rejects.toMatchObject(refused('ENOTCACHED'))
    const seen: number[] = []
    expect(await fetched(unscoped, { onBytes: (bytes) => seen.push(bytes) })).toEqual(tarball)
    expect(seen.at(-1)).toBe(tarball.length)
    expect(asked).toHaveLength(2)
    await npmrc('registry=http://127.0.0.1:9/', 'cache=~/cache')
    expect(await fetched(unscoped)).toEqual(tarball)
    expect(await fetched(unscoped, withOffline())).toEqual(tarball)
    // npm's own command keeps the cached tarball.
    const { stdout } = await promisify(execFile)('npm', ['cache', 'verify'], {
      env: { ...process.env, ...env, npm_config_cache: join(home, 'cache') },
      shell: process.platform === 'win32',
    })
    expect(stdout).toContain('Content verified: 1 ')
    expect(stdout).not.toContain('garbage')
    expect(await fetched(unscoped)).toEqual(tarball)
  })

  test('downloads damaged entries again', async () => {
    const { url, asked } = await registry()
    await npmrc(`registry=${url}`, 'cache=~/cache')
    await fetched(unscoped)
    const folder = join(home, 'cache/_cacache/content-v2')
    const [file] = (await readdir(folder, { recursive: true, withFileTypes: true })).filter(
      (entry) => entry.isFile(),
    )
    await writeFile(join(file!.parentPath, file!.name), 'damaged')
    expect(await fetched(unscoped)).toEqual(tarball)
    expect(asked).toHaveLength(4)
    expect(await readFile(join(file!.parentPath, file!.name))).toEqual(tarball)
  })

  test('leaves a read-only cache alone', async () => {
    const { url } = await registry()
    await writeFile(join(home, 'cache'), 'no folder')
    await npmrc(`registry=${url}`, 'cache=~/cache')
    expect(await fetched()).toEqual(tarball)
  })

  const withOffline = () => ({
    environment: { env: { ...env, npm_config_offline: 'true' }, cwd: home },
  })
})

describe('what goes wrong', () => {
  test('is retried according to npm’s settings', async () => {
    const { url, asked } = await registry({ failing: 2, spoiled: 1 })
    await npmrc(`registry=${url}`, 'fetch-retry-mintimeout=1', 'fetch-retry-factor=2')
    await expect(fetched()).rejects.toMatchObject(refused('E503'))
    env.npm_config_fetch_retries = '1'
    // The second request fails, too; and the first tarball is damaged.
    expect(await fetched()).toEqual(tarball)
    expect(asked).toHaveLength(5)
  })

  test('refuses anything but the pinned package', async () => {
    const { url } = await registry({ spoiled: 9 })
    await npmrc(`registry=${url}`)
    await expect(fetched()).rejects.toMatchObject(
      refused('the downloaded package is not the expected one'),
    )
    const other = { ...pinned, version: '9.9.9' }
    await expect(fetched(other)).rejects.toMatchObject(refused('ETARGET'))
    const missing = { ...pinned, name: 'missing' }
    await expect(fetched(missing)).rejects.toMatchObject(refused('E404'))
  })

  test('asks a registry itself that repeats npm’s addresses', async () => {
    for (const path of ['/', '/npm/']) {
      env.npm_config_cache = await temporaryFolder()
      const there = await registry({
        path,
        tarballAt: () => 'https://registry.npmjs.org/t.tgz',
      })
      await npmrc(`registry=${there.url}`)
      expect(await fetched()).toEqual(tarball)
      expect(there.asked.at(-1)!.url).toBe(`${path}t.tgz`)
    }
  })

  test('reports invalid JSON, a missing address, no answer and a timeout', async () => {
    let answer: RequestListener = (_, response) => response.end('<html>')
    const port = await listening(createServer((...both) => answer(...both)))
    await npmrc(`registry=http://127.0.0.1:${port}/`, 'fetch-timeout=200')
    await expect(fetched()).rejects.toMatchObject(refused('invalid json response body'))
    answer = (_, response) => response.end('{"versions":{"1.2.3":{"dist":{}}}}')
    await expect(fetched()).rejects.toMatchObject(
      refused('Invalid package manifest: no `dist.tarball` field'),
    )
    answer = () => {}
    await expect(fetched()).rejects.toMatchObject(refused('ETIMEDOUT'))
    answer = (_, response) => void response.write('{')
    await expect(fetched()).rejects.toMatchObject(refused('ETIMEDOUT'))
    const patience = new AbortController()
    answer = () => patience.abort()
    await expect(fetched(pinned, { signal: patience.signal })).rejects.toMatchObject({
      code: 'cancelled',
    })
    await npmrc('registry=no address')
    await expect(fetched()).rejects.toMatchObject(refused('.*', 'no address'))
  })
})
