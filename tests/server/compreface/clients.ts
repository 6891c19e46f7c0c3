import { readFile } from 'node:fs/promises'
import sharp from 'sharp'
import type { GivenSettings } from '../../../dist/server/settings.js'
import { inSample1, sample } from '../../fixtures.js'
import { ask, type Started, startServer } from '../start.js'

/** A server with one key for each of CompreFace's services, and photos. */
export interface CompreFaceServer {
  readonly started: Started
  readonly keys: Readonly<Record<'recognition' | 'detection' | 'verification', string>>
  /** Sends a request with the key of a service. */
  readonly call: (path: string, init?: Init) => Promise<Reply>
}

export interface Init {
  readonly method?: string
  readonly json?: unknown
  readonly body?: RequestInit['body']
  readonly headers?: Record<string, string>
  readonly service?: keyof CompreFaceServer['keys']
}

export interface Reply {
  readonly status: number
  readonly headers: Headers
  readonly text: string
  readonly body: any
}

export async function startCompreFace(settings: GivenSettings = {}): Promise<CompreFaceServer> {
  const started = await startServer(settings, { keep: true })
  const keys = { recognition: '', detection: '', verification: '' }
  for (const service of ['recognition', 'detection', 'verification'] as const) {
    const { body } = await ask(started, '/v1/keys', {
      json: {
        ...{ name: service, scopes: ['read', 'identify', 'enroll'], galleries: ['default'] },
        service,
      },
    })
    keys[service] = body.key
  }
  const call = async (
    path: string,
    { method, json, body, headers, service = 'recognition' }: Init = {},
  ): Promise<Reply> => {
    const content = json === undefined ? body : JSON.stringify(json)
    const response = await fetch(`${started.url}${path}`, {
      method: method ?? (content === undefined ? 'GET' : 'POST'),
      ...(content !== undefined && { body: content }),
      headers: {
        'x-api-key': keys[service],
        ...(json !== undefined && { 'content-type': 'application/json' }),
        ...headers,
      },
    })
    const text = await response.text()
    const isJson = /json/.test(response.headers.get('content-type') ?? '')
    return {
      ...{ status: response.status, headers: response.headers, text },
      body: isJson ? JSON.parse(text) : text,
    }
  }
  return { started, keys, call }
}

/** Anna alone, the group in which she is, and a poster: Anna twice. */
export async function photos() {
  const [x, y] = inSample1
  const anna = await sharp(sample(1))
    .extract({ left: x - 260, top: y - 260, width: 500, height: 520 })
    .jpeg()
    .toBuffer()
  const small = await sharp(anna).resize(380).toBuffer()
  const twice = await sharp({
    create: { width: 940, height: 540, channels: 3, background: '#999' },
  })
    .composite([
      { input: anna, left: 10, top: 10 },
      { input: small, left: 540, top: 60 },
    ])
    .jpeg()
    .toBuffer()
  return { anna, twice, group: await readFile(sample(3)) }
}

/** A form with a photo, and fields. */
export function formWith(photo: Buffer, fields: Record<string, string> = {}, part = 'file') {
  const form = new FormData()
  for (const [name, value] of Object.entries(fields)) form.append(name, value)
  form.append(part, new Blob([new Uint8Array(photo)]), 'photo.jpg')
  return form
}
