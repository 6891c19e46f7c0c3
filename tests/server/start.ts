import { mkdtemp, readFile, rm, symlink } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { PassThrough } from 'node:stream'
import { onTestFinished } from 'vitest'
import { Server } from '../../dist/server/server.js'
import { type GivenSettings, settingsFrom } from '../../dist/server/settings.js'
import { sample, testHome } from '../fixtures.js'

/** A server of a test, with its log. */
export interface Started {
  readonly server: Server
  readonly url: string
  /** Key with all scopes. */
  readonly key: string
  readonly home: string
  /** Lines of its log, so far. */
  readonly log: () => string[]
  /** Stops the server and deletes its home; called automatically for a server started in a test. */
  readonly stop: () => Promise<void>
}

/** Starts a server in this process, on a free port of the loopback address, with a home of its own. */
export async function startServer(
  settings: GivenSettings = {},
  { keep = false, patience }: { readonly keep?: boolean; readonly patience?: number } = {},
): Promise<Started> {
  const own = settings.home as string | undefined
  const home = own ?? (await mkdtemp(join(tmpdir(), 'agnize-server-')))
  if (!own) await symlink(join(testHome(), 'models'), join(home, 'models'))
  const sink = new PassThrough()
  const chunks: Buffer[] = []
  sink.on('data', (chunk: Buffer) => chunks.push(chunk))
  const server = await Server.start(
    settingsFrom({ port: 0, threads: 2, offline: true, ...settings, home }, {}),
    { to: sink, ...(patience !== undefined && { patience }) },
  )
  const stop = async () => {
    await server.stop()
    if (!own) await rm(home, { recursive: true, force: true })
  }
  if (!keep) onTestFinished(stop)
  return {
    server,
    url: server.url,
    key: server.firstKey ?? '',
    home,
    stop,
    log: () => Buffer.concat(chunks).toString().split('\n').filter(Boolean),
  }
}

/** Sends a request to a server; JSON in and out. */
export async function ask(
  { url, key }: Pick<Started, 'url' | 'key'>,
  path: string,
  {
    json,
    headers,
    ...init
  }: Omit<RequestInit, 'headers'> & { json?: unknown; headers?: Record<string, string> } = {},
): Promise<{ status: number; headers: Headers; body: any }> {
  const response = await fetch(`${url}${path}`, {
    ...init,
    ...(json !== undefined && { body: JSON.stringify(json), method: init.method ?? 'POST' }),
    headers: {
      ...(key && { authorization: `Bearer ${key}` }),
      ...(json !== undefined && { 'content-type': 'application/json' }),
      ...headers,
    },
  })
  const text = await response.text()
  const isJson = /json/.test(response.headers.get('content-type') ?? '')
  return {
    status: response.status,
    headers: response.headers,
    body: isJson && text !== '' ? JSON.parse(text) : text,
  }
}

/** Headers of a browser in which the person of a new account has signed in. */
export async function signedIn(
  server: Pick<Started, 'url' | 'key'>,
  rights: { role: string; galleries: string[] } = { role: 'administrator', galleries: ['*'] },
) {
  const [name, password] = [`Person ${rights.role}`, 'correct horse battery']
  await ask(server, '/v1/accounts', { json: { name, password, ...rights } })
  const own = { origin: server.url, 'sec-fetch-site': 'same-origin' }
  const anonymous = { url: server.url, key: '' }
  const { headers } = await ask(anonymous, '/v1/session', {
    json: { name, password },
    headers: own,
  })
  return { ...own, cookie: (headers.get('set-cookie') ?? '').split(';')[0]! }
}

/** A form with photos. */
export async function form(photos: Record<string, string | Uint8Array>): Promise<FormData> {
  const form = new FormData()
  for (const [part, photo] of Object.entries(photos)) {
    const bytes = typeof photo === 'string' ? await readFile(photo) : photo
    form.append(part, new Blob([new Uint8Array(bytes)]), `${part}.jpg`)
  }
  return form
}

/** The bytes of a stock photo. */
export const sampleBytes = (n: Parameters<typeof sample>[0]) => readFile(sample(n))
