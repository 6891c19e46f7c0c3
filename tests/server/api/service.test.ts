import { expect, test } from 'vitest'
import { operations } from '../../../dist/server/operations.js'
import { call, started, testCoverage, useApiServer } from './api.js'

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

testCoverage()
