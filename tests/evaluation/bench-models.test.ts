import { mkdir, readdir, symlink } from 'node:fs/promises'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { builtinCards, embeddingCard, modelPackage } from '../../dist/models/builtin.js'
import {
  agnize,
  facesFolder,
  homeWithModels,
  homeWithOwnModels,
  temporaryFolder,
  testHome,
} from '../fixtures.js'
import { lacks } from '../requirements.js'

test('speed of each network on each device; what a device lacks is said', async () => {
  const home = await homeWithModels()
  const args = ['models', 'bench', '--devices', 'cpu,coreml', '--json']
  const run = await agnize(args, { home })
  expect(run.code).toBe(0)
  const { speed, accuracy } = JSON.parse(run.stdout)
  expect(accuracy).toEqual([])
  expect(speed).toHaveLength(2 * builtinCards.length)
  for (const { device, milliseconds, runs, error } of speed) {
    if (error !== null) expect(error).toMatch(/device coreml/)
    else expect(milliseconds > 0 && runs >= 5, device).toBe(true)
    if (device === 'cpu') expect(error).toBeNull()
  }
  const shown = await agnize(args.slice(0, -1), { home })
  expect(shown.stdout).toMatch(/fr_feature +embedding +112 × 112 +cpu +[\d.]+/)
})

test.skipIf(lacks('faces'))('accuracy of each embedding network on labeled photos', async () => {
  const home = await homeWithOwnModels()
  const file = `models/${modelPackage.name}-${modelPackage.version}/${embeddingCard.name}.onnx`
  const add = ['models', 'add', 'mine', join(testHome(), file), '--preset', 'arcface-112']
  // The same network with the colors in another order is worse.
  expect(await agnize([...add, '--license', 'non-commercial'], { home })).toMatchObject({ code: 0 })
  const people = await temporaryFolder()
  for (const name of (await readdir(join(facesFolder, 'lfw'))).slice(0, 4)) {
    await mkdir(join(people, name))
    const photos = (await readdir(join(facesFolder, 'lfw', name))).slice(0, 4)
    for (const photo of photos) {
      await symlink(join(facesFolder, 'lfw', name, photo), join(people, name, photo))
    }
  }
  const bench = ['models', 'bench', people]
  const { code, stdout } = await agnize([...bench, '--json'], { home })
  expect(code).toBe(0)
  const { accuracy } = JSON.parse(stdout)
  expect(accuracy.map(({ model }: { model: string }) => model)).toEqual(['fr_feature', 'mine'])
  for (const { auc, misses, photos, genuine_pairs, impostor_pairs } of accuracy) {
    expect(auc.value).toBeGreaterThan(0.9)
    expect(misses.map(({ fmr }: { fmr: number }) => fmr)).toEqual([1e-2, 1e-3])
    expect(photos).toBe(16)
    expect([genuine_pairs, impostor_pairs]).toEqual([24, 96])
  }
  const shown = await agnize(bench, { home, env: { AGNIZE_USE: 'commercial' } })
  expect(shown.stdout).toMatch(/fr_feature +\S.* 16 +0/)
  expect(shown.stdout).not.toContain('mine')
})

test('a folder that does not exist is refused before anything is measured', async () => {
  const home = await homeWithModels()
  const run = await agnize(['models', 'bench', join(home, 'none')], { home })
  expect(run).toMatchObject({
    code: 2,
    stdout: '',
    stderr: expect.stringContaining('[photo-not-found]'),
  })
})
