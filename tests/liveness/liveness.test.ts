import { existsSync } from 'node:fs'
import { copyFile, mkdir, readdir, readFile } from 'node:fs/promises'
import { join } from 'node:path'
import sharp from 'sharp'
import { expect, onTestFinished, test } from 'vitest'
import { replay } from '../../dist/evaluation/index.js'
import { type Agnize, openAgnize } from '../../dist/index.js'
import { decideLiveness } from '../../dist/liveness/decide-liveness.js'
import { livenessCard, modelPackage } from '../../dist/models/builtin.js'
import { presets } from '../../dist/models/presets.js'
import {
  agnize as command,
  homeWithModels,
  homeWithOwnModels,
  minifasFile,
  temporaryFolder,
  testHome,
} from '../fixtures.js'
import { honest, registry } from '../models/registry.js'
import { lacks } from '../requirements.js'
import { people, photosOf } from './presentations.js'

const needsPad = lacks('pad')

async function opened(home?: string, options = {}): Promise<Agnize> {
  const agnize = await openAgnize({
    home: home ?? (await homeWithModels()),
    threads: 0,
    ...options,
  })
  onTestFinished(() => agnize.close())
  return agnize
}

async function answerOf(agnize: Agnize, photo: string | Uint8Array) {
  const [face] = await agnize.analyze(photo, { liveness: 'observe' })
  return face?.liveness
}

test.skipIf(needsPad)(
  'of every person, live photos are live and prints are attacks',
  async () => {
    const agnize = await opened()
    for (const person of people) {
      for (const photo of photosOf('live', person, 3)) {
        expect(await answerOf(agnize, photo), photo).toMatchObject({ answer: 'live', reason: null })
      }
      for (const photo of photosOf('print', person, 3)) {
        const liveness = await answerOf(agnize, photo)
        expect(liveness, photo).toMatchObject({ answer: 'attack', advice: null })
        expect(liveness!.score).toBeLessThan(liveness!.threshold)
        expect(liveness!.basis).toContain('NUAA')
      }
    }
  },
  120_000,
)

test.skipIf(needsPad)(
  'a face without its surroundings, a small, a dark and a blurred one are not judged',
  async () => {
    const agnize = await opened()
    const [photo] = photosOf('live', '0005', 1)
    const box = (await agnize.analyze(photo!))[0]!.box
    const whole = () => sharp(photo!)
    const { width, height } = await whole().metadata()
    const cut = {
      left: Math.max(0, Math.round(box.x - 0.1 * box.width)),
      top: Math.max(0, Math.round(box.y - 0.1 * box.height)),
      width: Math.round(1.2 * box.width),
      height: Math.round(1.2 * box.height),
    }
    const small = Math.round((26 * width!) / box.width)
    const spoiled = {
      too_tight: await whole().extract(cut).png().toBuffer(),
      too_small: await whole().resize(small).png().toBuffer(),
      badly_exposed: await whole().linear(0.14, 0).png().toBuffer(),
      blurred: await whole().blur(9).png().toBuffer(),
    }
    for (const [reason, bytes] of Object.entries(spoiled)) {
      const liveness = await answerOf(agnize, bytes)
      expect(liveness, reason).toMatchObject({ answer: 'not_judgeable', reason, score: null })
      expect(liveness!.advice, reason).toMatch(/[.]$/)
    }
    // On its side the same face is judged as upright.
    const turned = await whole().rotate(90).png().toBuffer()
    expect(await answerOf(agnize, turned)).toMatchObject({ answer: 'live' })
    expect(height).toBe(480)
  },
  60_000,
)

test.skipIf(needsPad)(
  'a replay refuses a print that was refused, and judges the live face again',
  async () => {
    const agnize = await opened()
    const [person] = people
    await agnize.enroll(person, photosOf('live', person, 2))
    await agnize.decisions.record()
    const [live] = photosOf('live', person, 30).slice(7)
    const [print] = photosOf('print', person, 30).slice(7)
    const strict = { similarity: 0.99 }
    await agnize.identify(live!, { liveness: 'require', accept: strict })
    await agnize.identify(print!, { liveness: 'require', accept: strict })
    expect(await replay(agnize, { accept: { similarity: 0.2 } })).toMatchObject({
      ...{ decisions: 2, newlyNamed: 1, moreMisses: 0 },
      changed: [{ before: 'unknown', after: person }],
    })
  },
  60_000,
)

test.skipIf(needsPad)(
  'required, a print is never named, nor enrolled; observed, it is named and reported',
  async () => {
    const agnize = await opened()
    for (const person of people.slice(0, 3)) {
      await agnize.enroll(person, photosOf('live', person, 2), { liveness: 'require' })
    }
    for (const person of people.slice(0, 3)) {
      const [live] = photosOf('live', person, 30).slice(7)
      const [print] = photosOf('print', person, 30).slice(7)
      const named = async (photo: string, liveness: 'off' | 'observe' | 'require') => {
        const [face] = await agnize.identify(photo, { liveness })
        return [face!.answer, face!.reason, face!.subject?.name, face!.liveness?.answer]
      }
      expect(await named(live!, 'require')).toEqual(['match', null, person, 'live'])
      expect(await named(print!, 'require')).toEqual([
        ...['not_judgeable', 'attack', undefined, 'attack'],
      ])
      expect((await named(print!, 'observe')).slice(2)).toEqual([person, 'attack'])
      expect((await named(print!, 'off')).slice(2)).toEqual([person, undefined])
      expect(await agnize.verify(live!, print!, { liveness: 'require' })).toMatchObject({
        answer: 'not_judgeable',
        match: false,
        reasons: ['attack'],
      })
      expect(await agnize.verify(live!, print!, { liveness: 'observe' })).toMatchObject({
        match: true,
      })
      await expect(agnize.enroll(person, print!, { liveness: 'require' })).rejects.toMatchObject({
        code: 'not-live',
        message: expect.stringContaining('take a photo of the person'),
      })
    }
    // An embedding has no photo that could be judged.
    const { embedding } = (await agnize.analyze(photosOf('live', '0001', 1)[0]!))[0]!
    expect(await agnize.identifyEmbeddings([{ embedding }], { liveness: 'require' })).toMatchObject(
      [{ answer: 'not_judgeable', reason: 'liveness_not_judgeable', subject: null }],
    )
  },
  120_000,
)

test.skipIf(needsPad || lacks('minifas'))(
  'a second network that is added by its file decides together with the built-in one',
  async () => {
    const home = await homeWithOwnModels()
    const args = ['models', 'add', 'minifas', minifasFile, '--preset', 'liveness-minifas']
    expect(await command(args, { home })).toMatchObject({
      code: 0,
      stdout: expect.stringContaining('added minifas (liveness)'),
    })
    const agnize = await opened(home)
    const [live, print] = [photosOf('live', '0009', 1)[0]!, photosOf('print', '0009', 1)[0]!]
    const liveness = await answerOf(agnize, live)
    expect(liveness).toMatchObject({ answer: 'live' })
    expect(liveness!.basis).toMatch(/fr_liveness: .*; minifas: /)
    expect(await answerOf(agnize, print)).toMatchObject({ answer: 'attack' })
    const wrong = ['models', 'add', 'other', `${testHome()}/models`, '--preset', 'liveness-minifas']
    expect((await command(wrong, { home })).code).toBe(2)
    const detector = join(testHome(), 'models', folder, 'fr_detect.onnx')
    const refused = ['models', 'add', 'other', detector, '--preset', 'liveness-minifas']
    expect(await command(refused, { home })).toMatchObject({
      code: 2,
      stderr: expect.stringContaining('does not run as a liveness network'),
    })
  },
  60_000,
)

const folder = `${modelPackage.name}-${modelPackage.version}`

/** A home as an earlier version left it: without the liveness network. */
async function homeOfBefore(): Promise<string> {
  const home = await temporaryFolder()
  const from = join(testHome(), 'models', folder)
  await mkdir(join(home, 'models', folder), { recursive: true })
  for (const name of await readdir(from)) {
    if (name === 'fr_liveness.onnx') continue
    await copyFile(join(from, name), join(home, 'models', folder, name))
  }
  return home
}

test('a cache without the network works as before, and is completed when liveness is asked for', async () => {
  const home = await homeOfBefore()
  const photo = new URL('../../node_modules/@vladmandic/face-api/demo/sample1.jpg', import.meta.url)
  const { env, asked } = await registry(honest)
  expect(await command(['detect', photo.pathname], { home, env })).toMatchObject({ code: 0 })
  expect(asked()).toBe(0)
  const offline = { ...env, AGNIZE_OFFLINE: '1' }
  const without = await command(['detect', photo.pathname, '--liveness', 'observe'], {
    home,
    env: offline,
  })
  const file = join(home, 'models', folder, 'fr_liveness.onnx')
  expect(without.code).toBe(2)
  expect(without.stderr).toContain(
    `copy model/fr_liveness.onnx of the package faceplugin-face-recognition-js@0.0.1 to ${file}`,
  )
  const args = ['detect', photo.pathname, '--liveness', 'observe', '--json']
  const completed = await command(args, { home, env })
  expect(completed.code).toBe(0)
  for (const { liveness } of JSON.parse(completed.stdout).faces) {
    expect(['live', 'attack', 'not_judgeable']).toContain(liveness.answer)
  }
  expect([existsSync(file), asked()]).toEqual([true, 1])
  expect(await command(args, { home, env: offline })).toMatchObject({ code: 0 })
  expect((await readFile(file)).length).toBe(livenessCard.bytes)
})

test('several networks are combined by their log odds', () => {
  const cards = [livenessCard, { name: 'other', threshold: presets['liveness-minifas'].threshold }]
  const { threshold } = decideLiveness(cards, 'too_tight')
  expect(threshold).toBeGreaterThan(0.5)
  expect(threshold).toBeLessThan(0.7)
  expect(decideLiveness(cards, [0.9, 0.9])).toMatchObject({ answer: 'live', reason: null })
  expect(decideLiveness(cards, [0.9, 0.9]).score).toBeCloseTo(0.9, 6)
  expect(decideLiveness(cards, [0.99, 0.01])).toMatchObject({ answer: 'attack' })
  // A network that is certain is outvoted by none, and outvotes none by more than its share.
  expect(decideLiveness(cards, [1, 0.05]).score).toBeCloseTo(
    decideLiveness(cards, [0.9999, 0.05]).score!,
    6,
  )
  expect(decideLiveness([livenessCard], [0.7])).toMatchObject({ answer: 'live', score: 0.7 })
})
