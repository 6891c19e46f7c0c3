import { execFileSync } from 'node:child_process'
import { readdirSync, readFileSync } from 'node:fs'
import { copyFile, mkdir, rm, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { agnize, homeWithModels, sample, temporaryFolder } from '../fixtures.js'

const offline = { AGNIZE_OFFLINE: '1', npm_config_registry: 'http://127.0.0.1:9/' }
const networks = ['fr_detect.onnx', 'fr_feature.onnx', 'fr_landmark.onnx', 'fr_liveness.onnx']

test.each([
  'models.tar',
  'models',
])('models are carried in %s to a machine without a network', async (name) => {
  const target = join(await temporaryFolder(), name)
  const exported = await agnize(['models', 'export', target], { home: await homeWithModels() })
  expect(exported).toMatchObject({ code: 0, stdout: expect.stringContaining('(9.2 MB)') })
  const content = name.endsWith('.tar')
    ? execFileSync('tar', ['tf', target], { encoding: 'utf8' }).trim().split('\n')
    : readdirSync(target)
  expect(content.sort()).toEqual(networks)
  const home = await temporaryFolder()
  const without = await agnize(['detect', sample(3)], { home, env: offline })
  expect(without.stderr).toContain('agnize models import')
  const imported = await agnize(['models', 'import', target], { home, env: offline })
  expect(imported).toMatchObject({ code: 0, stdout: expect.stringContaining('imported') })
  expect(await agnize(['detect', sample(3)], { home, env: offline })).toMatchObject({ code: 0 })
})

test('an export of an earlier version, without the network of liveness, is taken', async () => {
  const folder = join(await temporaryFolder(), 'models')
  await agnize(['models', 'export', folder], { home: await homeWithModels() })
  await rm(join(folder, 'fr_liveness.onnx'))
  const home = await temporaryFolder()
  const imported = await agnize(['models', 'import', folder], { home, env: offline })
  expect(imported).toMatchObject({ code: 0, stdout: expect.stringContaining('(7.3 MB)') })
  expect(await agnize(['detect', sample(3)], { home, env: offline })).toMatchObject({ code: 0 })
})

test('what is damaged, incomplete or no export is refused, and nothing is taken', async () => {
  const folder = await temporaryFolder()
  const whole = join(folder, 'whole')
  await agnize(['models', 'export', whole], { home: await homeWithModels() })
  const damaged = join(folder, 'damaged')
  await mkdir(damaged)
  for (const name of networks) await copyFile(join(whole, name), join(damaged, name))
  const bytes = readFileSync(join(whole, networks[1]!))
  bytes[1000]! ^= 1
  await writeFile(join(damaged, networks[1]!), bytes)
  await mkdir(join(folder, 'empty'))
  await writeFile(join(folder, 'text.tar'), 'no archive '.repeat(200))
  for (const [name, message] of [
    ['damaged', /fr_feature\.onnx in .* is damaged .*nothing was taken.*\[model-corrupt\]/],
    ['empty', /does not contain fr_detect\.onnx.*\[model-missing\]/],
    ['text.tar', /\[model-(corrupt|missing)\]/],
    ['none.tar', /cannot be read.*\[model-missing\]/],
  ] as const) {
    const home = await temporaryFolder()
    const run = await agnize(['models', 'import', join(folder, name)], { home })
    expect(run, name).toMatchObject({ code: 2, stderr: expect.stringMatching(message) })
    expect(readdirSync(home)).toEqual([])
  }
})

test('an export needs the models', async () => {
  const home = await temporaryFolder()
  const run = await agnize(['models', 'export', join(home, 'out.tar')], { home })
  expect(run).toMatchObject({ code: 2, stderr: expect.stringContaining('[model-missing]') })
  expect(readdirSync(home)).toEqual([])
})
