import { createHash } from 'node:crypto'
import { once } from 'node:events'
import { readFileSync } from 'node:fs'
import { appendFile, copyFile, mkdir, readdir, readFile, rm, writeFile } from 'node:fs/promises'
import { createServer, type Server, type ServerResponse } from 'node:http'
import { createRequire } from 'node:module'
import type { AddressInfo } from 'node:net'
import { dirname, join } from 'node:path'
import { chromium } from 'playwright-core'
import { afterAll, beforeAll, describe, expect, onTestFinished, test } from 'vitest'
import { openAgnize } from '../../dist/index.js'
import { openSession } from '../../dist/models/runtime.node.js'
import { weightBlobs } from '../../dist/training/facenet/blobs.js'
import { readCsvWeights } from '../../dist/training/facenet/csv-weights.js'
import { exportNetwork } from '../../dist/training/networks/network.js'
import { nn4Small2 } from '../../dist/training/networks/nn4-small2.js'
import { agnize, canMount, homeWithModels, sample, smallDisk, temporaryFolder } from '../fixtures.js'
import { chromiumPath } from '../chromium.js'
import { golden, goldenInput, hasFacenet, weightsFolder } from './facenet.js'

describe.skipIf(!hasFacenet)('FaceNet with the golden vectors of another implementation', () => {
  let folder: string
  beforeAll(async () => {
    folder = await weightsFolder()
  })

  test.each(['openface', 'tutorial'] as const)('%s: every stage and the embedding', async (variant) => {
    const { embedding, stages } = (await golden()).variants[variant]
    const model = exportNetwork(nn4Small2(variant), await readCsvWeights(folder), { stages: true })
    const session = await openSession(model, [1, 3, 96, 96])
    const outputs = await session.run(goldenInput)
    await session.release()
    expect(Object.keys(stages).length).toBe(8)
    for (const [name, { shape, mean, std, first }] of Object.entries(stages)) {
      const values = outputs[`stage_${name}`]!
      expect(values.length).toBe(shape.reduce((a, b) => a * b, 1))
      const average = values.reduce((sum, x) => sum + x, 0) / values.length
      const square = values.reduce((sum, x) => sum + (x - average) ** 2, 0) / values.length
      expect(average, name).toBeCloseTo(mean, 4)
      expect(Math.sqrt(square), name).toBeCloseTo(std, 4)
      first.forEach((value, i) => {
        expect(values[i], name).toBeCloseTo(value, 4)
      })
    }
    expect(largestDifference(outputs.embedding!, embedding)).toBeLessThan(1e-4)
  })

  test('the ONNX file in a browser', async () => {
    const model = exportNetwork(nn4Small2(), await readCsvWeights(folder))
    const { embedding } = (await golden()).variants.openface
    expect(largestDifference(await inBrowser(model, goldenInput), embedding)).toBeLessThan(1e-4)
  })

  test('from CSV files to a model that the gallery works with', async () => {
    const home = await homeOwn()
    const added = await agnize(['models', 'add', 'facenet', '--weights', folder], { home })
    expect(added).toMatchObject({ code: 0 })
    expect(added.stdout).toContain('128 dimensions')
    const model = ['--model', 'facenet']
    expect(await agnize(['enroll', 'Ada', sample(1), ...model], { home })).toMatchObject({ code: 0 })
    const strict = await agnize(['identify', sample(1), ...model], { home })
    expect(strict.code).toBe(2)
    expect(strict.stderr).toContain('not-calibrated')
    const found = await agnize(['identify', sample(1), ...model, '--threshold', '0.99'], { home })
    expect(found).toMatchObject({ code: 0, stderr: '' })
    expect(found.stdout).toMatch(/Ada +1\.000/)
    await using opened = await openAgnize({ home, model: 'facenet' })
    const [face] = await opened.analyze(sample(1))
    expect(face!.embedding.vector.length).toBe(128)
    expect(Math.hypot(...face!.embedding.vector)).toBeCloseTo(1, 5)
  })

  test.each([
    ['missing', (path: string) => rm(path), 'is missing'],
    ['short', (path: string) => writeFile(path, '1,2,3'), 'holds 3 numbers instead of 192'],
    ['empty', (path: string) => writeFile(path, ''), 'holds 0 numbers instead of 192'],
    [
      'not numeric',
      (path: string) => writeFile(path, Array(192).fill('1').with(7, 'abc').join(',')),
      'number 8 is "abc"',
    ],
    ['infinite', (path: string) => writeFile(path, Array(192).fill('1e999').join(',')), 'not numeric'],
  ])('a weight file that is %s is named', async (_, spoil, message) => {
    const spoilt = await temporaryFolder()
    for (const file of await readdir(folder)) await copyFile(join(folder, file), join(spoilt, file))
    await spoil(join(spoilt, 'bn3_v.csv'))
    const home = await temporaryFolder()
    const { code, stderr } = await agnize(['models', 'add', 'facenet', '--weights', spoilt], { home })
    expect(code).toBe(2)
    expect(stderr).toContain(join(spoilt, 'bn3_v.csv'))
    expect(stderr).toContain(message)
    expect(stderr).toContain('[model-invalid]')
    expect((await agnize(['models', 'list'], { home })).stdout).not.toContain('facenet')
  })

  describe('pulled', () => {
    test('whole, checked, once; used by the tutorial', async () => {
      const { url, asked } = await weightsServer(folder)
      const home = await homeOwn()
      const pulled = await agnize(['models', 'pull', 'facenet', '--from', url], { home, env: await pins(folder) })
      expect(pulled).toMatchObject({ code: 0, stderr: '' })
      expect(asked.length).toBe(226)
      expect(new Set(asked).size).toBe(226)
      expect(await readdir(join(home, 'models', 'facenet'))).toEqual(['card.json', 'facenet.onnx'])
      const list = await agnize(['models', 'list'], { home })
      expect(list.stdout).toMatch(/facenet +embedding +ready +1\d\.\d MB +Apache-2\.0/)
      const people = await temporaryFolder()
      await copyFile(sample(1), join(people, 'Ada.jpg'))
      await copyFile(sample(2), join(people, 'skuli.jpg'))
      const walk = await agnize(['tutorial', people, sample(1)], { home })
      expect(walk).toMatchObject({ code: 0, stderr: '' })
      expect(walk.stdout).toContain('Ada: 128 numbers')
      expect(walk.stdout).toMatch(/0\.0000 +Ada/)
      expect(walk.stdout).toContain('Welcome Ada, have a nice day!')
      expect(walk.stdout).toContain('Nearer than 0.52 is a match')
    })
  })
})

function largestDifference(a: ArrayLike<number>, b: ArrayLike<number>): number {
  expect(a.length).toBe(b.length)
  return Math.max(...Array.from(a, (value, i) => Math.abs(value - b[i]!)))
}
