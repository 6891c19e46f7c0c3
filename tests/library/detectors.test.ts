import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import sharp from 'sharp'
import { expect, onTestFinished, test } from 'vitest'
import { type Agnize, cosine, type Face, type OpenOptions, openAgnize } from '../../dist/index.js'
import { detectionCard } from '../../dist/models/builtin.js'
import { useDetector } from '../../dist/models/default-detector.js'
import {
  agnize as command,
  facesFolder,
  homeWithOwnModels,
  sample,
  yunetFile,
  yunetFixedFile,
} from '../fixtures.js'
import { lacks } from '../requirements.js'

async function open(home: string, options: OpenOptions = {}): Promise<Agnize> {
  const agnize = await openAgnize({ home, threads: 1, ...options })
  onTestFinished(() => agnize.close())
  return agnize
}

const pullYunet = (agnize: Agnize) =>
  agnize.models.pull({ name: 'YuNet', from: yunetFile, acceptLicense: true })

test.skipIf(lacks('yunet'))('YuNet is the default where it was pulled', async () => {
  const home = await homeWithOwnModels()
  const agnize = await open(home)
  await pullYunet(agnize)
  expect((await agnize.cards()).detection.name).toBe('yunet')
  expect((await (await open(home, { detector: 'fr_detect' })).cards()).detection.name).toBe(
    'fr_detect',
  )
  expect(await useDetector(home, agnize.models, 'fr_detect')).toBe('fr_detect')
  expect((await (await open(home)).cards()).detection.name).toBe('fr_detect')
  const sizes = [3, 3, 3, 4, 5, 4]
  for (const detector of ['YuNet', 'fr_detect']) {
    const chosen = await open(home, { detector })
    for (const [i, people] of sizes.entries()) {
      const n = (i + 1) as 1 | 2 | 3 | 4 | 5 | 6
      const { length } = await chosen.analyze(sample(n))
      expect(length, `${detector} in sample ${n}`).toBe(people)
    }
  }
})

test.skipIf(lacks('yunet'))('a gallery keeps its detector until it is told to change', async () => {
  const home = await homeWithOwnModels()
  const before = await open(home)
  await before.enroll('Anna', [sample(6)], { at: await middleOf(before, 6) })
  const [face] = await before.analyze(sample(6))
  await before.close()

  const after = await open(home)
  await pullYunet(after)
  expect((await after.cards()).detection.name).toBe(detectionCard.name)
  expect((await after.analyze(sample(6)))[0]!.detectionScore).toBe(face!.detectionScore)
  await expect(after.gallery.useDetector('yunett')).rejects.toMatchObject({ code: 'model-unknown' })
  expect(await after.gallery.useDetector('YuNet')).toEqual({ before: 'fr_detect', now: 'yunet' })
  const faces = await after.identify(sample(6))
  expect(faces.map(({ subject }) => subject?.name)).toContain('Anna')
  await after.close()
  expect((await (await open(home)).cards()).detection.name).toBe('yunet')

  const others = await open(home, { gallery: 'others' })
  await others.enroll('Ben', [sample(6)], { at: await middleOf(others, 6) })
  expect((await others.cards()).detection.name).toBe('yunet')
  await others.models.remove('yunet')
  await expect((await open(home)).identify(sample(6))).rejects.toMatchObject({
    code: 'model-missing',
    message: expect.stringContaining('agnize models pull yunet'),
  })
  expect(await (await open(home, { detector: 'fr_detect' })).identify(sample(6))).toHaveLength(4)
})

async function middleOf(agnize: Agnize, n: 6): Promise<readonly [number, number]> {
  const [{ box }] = (await agnize.analyze(sample(n))) as [Awaited<ReturnType<Agnize['analyze']>>[0]]
  return [box.x + box.width / 2, box.y + box.height / 2]
}

test.skipIf(lacks('yunet'))(
  'a file of fixed size is added by its preset, and another is refused',
  async () => {
    const home = await homeWithOwnModels()
    const agnize = await open(home)
    const added = await command(
      ['models', 'add', 'fixed', yunetFixedFile, '--preset', 'yunet', '--license', 'MIT'],
      { home },
    )
    expect(added.stdout).toContain('640 × 640')
    expect((await agnize.models.detectionCard('fixed')).multiple).toBeNull()
    const fixed = await open(home, { detector: 'fixed' })
    expect(await fixed.analyze(sample(5))).toHaveLength(5)
    const refused = await command(['models', 'add', 'wrong', yunetFixedFile, '--preset', 'scrfd'], {
      home,
    })
    expect(refused.code).toBe(2)
    expect(refused.stderr).toContain('no SCRFD')
  },
)

test.each([90, 180, 270])('a photo turned by %i° shows the same faces', async (degrees) => {
  const agnize = await open(await homeWithOwnModels())
  const photo = await sharp(await readFile(sample(6)))
    .resize(1024)
    .toBuffer()
  const upright = await agnize.analyze(photo)
  const turned = await agnize.analyze(await sharp(photo).rotate(degrees).png().toBuffer())
  expect(turned).toHaveLength(upright.length)
  for (const face of upright) {
    const likeness = (other: Face) => cosine(face.embedding, other.embedding)
    const [same] = [...turned].sort((a, b) => likeness(b) - likeness(a))
    expect(likeness(same!)).toBeGreaterThan(0.8)
    const roll = (same!.pose.roll - face.pose.roll - degrees + 540) % 360
    expect(Math.abs(roll - 180)).toBeLessThan(15)
  }
})

test.skipIf(lacks('faces'))(
  'a face that is thrown back, laughing, is not taken for one upside down',
  async () => {
    const agnize = await open(await homeWithOwnModels())
    const photo = (number: number) =>
      join(facesFolder, `lfw-wild/Roseanne_Barr/Roseanne_Barr_000${number}.jpg`)
    const [laughing] = await agnize.analyze(photo(2))
    expect(Math.abs(laughing!.pose.roll)).toBeLessThan(20)
    const { answer } = await agnize.verify(photo(2), photo(3))
    expect(answer).toBe('match')
  },
)

test('the command finds faces with the detector that --detector names', async () => {
  const home = await homeWithOwnModels()
  const { code, stderr } = await command(['detect', sample(1), '--detector', 'nobody'], { home })
  expect([code, stderr]).toEqual([2, expect.stringMatching(/no detector "nobody".*model-unknown/)])
})
