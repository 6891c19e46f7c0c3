import { createHash } from 'node:crypto'
import { cp, readdir, readFile, rm, writeFile } from 'node:fs/promises'
import { basename, join } from 'node:path'
import { expect, test } from 'vitest'
import { openAgnize } from '../../../dist/index.js'
import { homeWithModels, inSample1, sample, temporaryFolder, testHome } from '../../fixtures.js'
import { startServer } from '../start.js'
import { call, testCoverage, useApiServer } from './api.js'

useApiServer('models')

test('are listed with license and state, and downloaded when missing', async () => {
  const { body } = await call('listModels')
  expect(body.items.filter(({ in_use }: any) => in_use)).toHaveLength(3)
  expect(body.items[0]).toMatchObject({ state: 'ready', license: 'MIT', origin: 'builtin' })
  expect((await call('pullModels')).body).toEqual({ fetched: [] })
})

test('are those of the cards', async () => {
  const { body } = await call('listNetworks')
  expect(Object.keys(body)).toEqual(['detection', 'landmarks', 'embedding'])
  for (const { sha256, bytes } of Object.values<any>(body)) {
    const network = await call('getNetwork', { sha256 })
    expect(network.headers.get('cache-control')).toMatch(/immutable/)
    expect(network.bytes).toHaveLength(bytes)
    expect(createHash('sha256').update(network.bytes).digest('hex')).toBe(sha256)
  }
  const { status, body: problem } = await call('getNetwork', { sha256: '0'.repeat(64) })
  expect([status, problem.code]).toEqual([422, 'model-unknown'])
})

test('a damaged or missing file is not sent', async () => {
  const home = await temporaryFolder()
  await cp(join(testHome(), 'models'), join(home, 'models'), {
    recursive: true,
    dereference: true,
  })
  const at = await startServer({ home })
  const { sha256, source } = (await call('listNetworks', {}, { at })).body.landmarks
  const files = await readdir(join(home, 'models'), { recursive: true })
  const file = files.find((each) => each.endsWith(basename(source.path)))
  const path = join(home, 'models', file!)
  const bytes = await readFile(path)
  bytes[1000]! ^= 1
  await writeFile(path, bytes)
  expect((await call('getNetwork', { sha256 }, { at })).body.code).toBe('model-corrupt')
  await rm(path, { force: true })
  expect((await call('getNetwork', { sha256 }, { at })).body.code).toBe('model-missing')
  expect((await call('listModels', {}, { at })).body.items).toContainEqual(
    expect.objectContaining({ name: 'fr_landmark', state: 'missing' }),
  )
  expect((await call('pullModels', {}, { at })).body.code).toBe('offline')
})

test('whose cohort is not the gallery’s are refused', async () => {
  const home = await homeWithModels()
  {
    await using other = await openAgnize({ home, use: 'commercial' })
    await other.enroll('Anna', sample(1), { at: inSample1 })
  }
  const at = await startServer({ home })
  const photo = (await readFile(sample(3))).toString('base64')
  const { status, body } = await call('identify', { gallery: 'default' }, { at, json: { photo } })
  expect([status, body.code]).toEqual([409, 'wrong-cohort'])
  expect(body.detail).toContain('agnize gallery migrate --cohort')
})

testCoverage()
