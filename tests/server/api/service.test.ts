import { rm, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { checkServer, withoutPlaces } from '../../../dist/server/diagnostics.js'
import { operations } from '../../../dist/server/operations.js'
import { certify, makeAuthority } from '../../../dist/server/tls/certificates.js'
import { temporaryFolder } from '../../fixtures.js'
import { startServer } from '../start.js'
import { call, enrollAnna, started, testCoverage, useApiServer } from './api.js'

useApiServer('service')

test('the rest of the operations', async () => {
  expect((await call('getHealth')).body).toEqual({ status: 'ok' })
  expect((await call('getReady')).body).toEqual({ status: 'ready' })
  expect((await call('getVersion')).body.name).toBe('agnize')
  expect((await call('getModel')).body.id).toMatch(/^\w+@/)
  const metrics = await call('getMetrics')
  expect(metrics.body).toMatch(/^agnize_gallery_people\{gallery="default"\} 0$/m)
  const docs = await fetch(`${started.url}/docs`)
  const html = await docs.text()
  for (const { path } of operations) expect(html).toContain(path)
  expect(docs.headers.get('content-security-policy')).toContain("default-src 'none'")
  const document: any = await (await fetch(`${started.url}/v1/openapi.json`)).json()
  expect(document.openapi).toBe('3.1.0')
})

test('diagnostics name neither paths nor people, and find what needs care', async () => {
  await enrollAnna()
  await call('updateSubject', { subject: 'Anna' }, { json: { keep_until: '2020-01-01T00:00:00Z' } })
  const { status, body } = await call('getDiagnostics')
  expect(status).toBe(200)
  const found = new Map<string, any>(body.checks.map((check: any) => [check.code, check]))
  expect(found.get('retention-due')).toMatchObject({ state: 'warning', facts: { due: 1 } })
  expect(found.get('gallery')).toMatchObject({ state: 'ok', facts: { people: 1, photos: 1 } })
  expect(found.get('workers').facts).toMatchObject({ workers: 2, photos: 0 })
  expect([...found.keys()]).toEqual(
    expect.arrayContaining([
      'versions',
      'disk',
      'model',
      'store',
      'unprotected',
      'clock',
      'tls-none',
    ]),
  )
  const text = JSON.stringify(body)
  expect(text).not.toContain(started.home)
  expect(text).not.toContain('Anna')
  expect(text).not.toMatch(/"[^"]*(^|[ "(])\/(tmp|home|root|work)\b/)
  const other = await call('getDiagnostics', {}, { query: { gallery: 'absent' } })
  expect([other.status, other.body.code]).toEqual([404, 'unknown-gallery'])
})

test('a certificate that has ended is a failure, and one that ends soon a warning', async () => {
  const folder = await temporaryFolder()
  const authority = await makeAuthority('test')
  const at = async (days: number) => {
    // Its certificates are good for 397 days.
    const issued = new Date(Date.now() + (days - 396.5) * 86_400_000)
    const { key, cert } = await certify(authority, ['127.0.0.1'], issued)
    await writeFile(join(folder, 'cert.pem'), cert)
    await writeFile(join(folder, 'key.pem'), key)
  }
  const settings = { tlsCert: join(folder, 'cert.pem'), tlsKey: join(folder, 'key.pem') }
  await at(200)
  const { server } = await startServer(settings)
  const state = async () => {
    const checks = await checkServer(server)
    const { code, state } = checks.find(({ name }) => name === 'tls')!
    return [code, state]
  }
  expect(await state()).toEqual(['tls', 'ok'])
  await at(5)
  expect(await state()).toEqual(['tls-ending', 'warning'])
  await at(-1)
  expect(await state()).toEqual(['tls-ended', 'wrong'])
  await rm(join(folder, 'cert.pem'))
  expect(await state()).toEqual(['tls-unreadable', 'wrong'])
})

test('paths and addresses are taken out of findings', () => {
  const places = { home: '/srv/my agnize', store: 'postgres://me:secret@db/faces' }
  expect(
    [
      '/srv/my agnize/models/a.onnx is missing',
      'The server postgres://db/faces does not answer',
      'The file "/etc/keys/agnize.pem" cannot be read: give another (C:\\keys\\a.pem).',
      'for commercial and/or research use, 3/4',
    ].map((text) => withoutPlaces(text, places)),
  ).toEqual([
    '(home)/models/a.onnx is missing',
    'The server (address) does not answer',
    'The file "(path)" cannot be read: give another ((path)).',
    'for commercial and/or research use, 3/4',
  ])
  const onDisk = { home: '/srv/agnize', store: '/mnt/Anna Maria/data/faces.db' }
  expect(withoutPlaces('2 GB free at /mnt/Anna Maria/data: delete some', onDisk)).toBe(
    '2 GB free at (folder of the store): delete some',
  )
})

testCoverage()
