import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { anna, call, gallery, started, stranger, testCoverage, useApiServer } from './api.js'

useApiServer('keys')

test('are created, listed, rotated and revoked with immediate effect', async () => {
  const made = await call(
    'createKey',
    {},
    {
      json: { name: 'door', scopes: ['identify'], galleries: ['default'] },
    },
  )
  const { id, key, ...shown } = made.body
  expect(key).toMatch(/^[0-9a-f-]{36}$/)
  const listed = (await call('listKeys')).body.items.find((each: any) => each.id === id)
  expect(listed).toEqual({ id, ...shown })
  const use = async (key: string) =>
    (await call('detect', {}, { key, body: anna, headers: { 'content-type': 'image/jpeg' } }))
      .status
  expect(await use(key)).toBe(200)
  expect((await call('listKeys', {}, { key })).body.code).toBe('forbidden')
  const rotated = await call('rotateKey', { key: id })
  expect([await use(key), await use(rotated.body.key)]).toEqual([401, 200])
  await call('revokeKey', { key: id })
  expect(await use(rotated.body.key)).toBe(401)
  expect((await call('revokeKey', { key: id })).body.code).toBe('unknown-key')
  const expired = await call(
    'createKey',
    {},
    {
      json: {
        ...{ name: 'old', scopes: ['identify'], galleries: ['*'] },
        expires_at: new Date(Date.now() - 1000).toISOString(),
      },
    },
  )
  expect(await use(expired.body.key)).toBe(401)
  // The store does not contain the keys themselves.
  for (const file of ['gallery.sqlite', 'gallery.sqlite-wal']) {
    const text = await readFile(join(started.home, file), 'latin1')
    expect(text).not.toContain(rotated.body.key)
  }
})

test('cannot grant more than they have', async () => {
  const own = await gallery()
  const { body } = await call(
    'createKey',
    {},
    {
      json: { name: 'admin of one', scopes: ['admin'], galleries: [own] },
    },
  )
  const create = (galleries: string[]) =>
    call('createKey', {}, { key: body.key, json: { name: 'x', scopes: ['read'], galleries } })
  expect((await create([own])).status).toBe(201)
  expect((await create(['*'])).body.code).toBe('forbidden')
  expect((await create(['default'])).body.code).toBe('forbidden')
  const { items } = (await call('listKeys', {}, { key: body.key })).body
  expect(items.every(({ galleries }: any) => galleries.every((name: string) => name === own))).toBe(
    true,
  )
  expect((await call('createGallery', {}, { key: body.key, json: { name: 'z' } })).body.code).toBe(
    'forbidden',
  )
  const others = (await call('listKeys')).body.items.find(({ name }: any) => name === 'first')
  expect((await call('revokeKey', { key: others.id }, { key: body.key })).body.code).toBe(
    'unknown-key',
  )
  const service = await call(
    'createKey',
    {},
    {
      json: { name: 'x', scopes: ['read'], galleries: ['*'], service: 'recognition' },
    },
  )
  expect(service.body.code).toBe('bad-argument')
  // Deleting a gallery removes it from keys, so that none opens a new gallery of the same name.
  await call('deleteGallery', { gallery: own }, { query: { confirm: own } })
  await call('createGallery', {}, { json: { name: own } })
  expect((await call('getGallery', { gallery: own }, { key: body.key })).status).toBe(401)
})

test('have a daily quota of photos and a rate limit per minute', async () => {
  const make = async (limits: object) =>
    (
      await call(
        'createKey',
        {},
        {
          json: {
            name: 'limited',
            scopes: ['identify', 'read'],
            galleries: ['default'],
            ...limits,
          },
        },
      )
    ).body.key
  const quota = await make({ photos_per_day: 2 })
  const detect = (key: string) =>
    call('detect', {}, { key, body: anna, headers: { 'content-type': 'image/jpeg' } })
  expect([(await detect(quota)).status, (await detect(quota)).status]).toEqual([200, 200])
  const third = await detect(quota)
  expect([third.status, third.body.code]).toEqual([429, 'quota-exceeded'])
  // The quota resets at midnight UTC.
  const midnight = (Math.ceil(Date.now() / 86_400_000) * 86_400_000 - Date.now()) / 1000
  expect(Math.abs(Number(third.headers.get('retry-after')) - midnight)).toBeLessThan(10)
  const rate = await make({ requests_per_minute: 3 })
  const statuses = []
  for (let i = 0; i < 5; i++) statuses.push((await call('getGallery', {}, { key: rate })).status)
  expect(statuses).toEqual([200, 200, 200, 429, 429])
})

test('count a photo of an import once, although it is looked at, compared and enrolled', async () => {
  const own = { gallery: await gallery() }
  const made = await call(
    'createKey',
    {},
    {
      json: {
        ...{ name: 'import', scopes: ['identify', 'enroll'], galleries: [own.gallery] },
        photos_per_day: 1,
      },
    },
  )
  const key = made.body.key as string
  const image = { 'content-type': 'image/jpeg' }
  const { body: photo } = await call('embed', {}, { key, body: anna, headers: image })
  const embeddings = photo.faces.map(({ embedding, model, quality }: any) => ({
    ...{ model, vector: embedding },
    quality: { score: quality.score, reasons: quality.reasons },
  }))
  const compare = () => call('identifyEmbeddings', own, { key, json: { embeddings } })
  const enroll = (body: Uint8Array<ArrayBuffer>) =>
    call('addFaces', { ...own, subject: 'Anna' }, { key, body, headers: image })
  expect((await compare()).status).toBe(200)
  expect((await enroll(anna)).status).toBe(201)
  // What is done again counts again, and so does everything else.
  expect((await compare()).body.code).toBe('quota-exceeded')
  expect((await enroll(anna)).body.code).toBe('quota-exceeded')
  expect((await enroll(stranger)).body.code).toBe('quota-exceeded')
  const others = embeddings.map((each: any) => ({ ...each, vector: each.vector.toReversed() }))
  const made_up = await call('identifyEmbeddings', own, { key, json: { embeddings: others } })
  expect(made_up.body.code).toBe('quota-exceeded')
})

testCoverage()
