import { join } from 'node:path'
import sharp from 'sharp'
import { expect, onTestFinished, test } from 'vitest'
import { redundantReferences } from '../../dist/application/reference-upkeep.js'
import { type Agnize, cosine, openAgnize } from '../../dist/index.js'
import {
  agnize as command,
  homeWithModels,
  inSample1,
  sample,
  temporaryFolder,
  unitVector,
} from '../fixtures.js'

/** Photos of one woman: one from another day, and near-duplicates of a second one. */
async function photosOfHer(): Promise<{ first: string; copies: string[] }> {
  const folder = await temporaryFolder()
  const copies: string[] = []
  for (const brightness of [1, 0.97, 1.04]) {
    const path = join(folder, `copy-${brightness}.jpg`)
    await sharp(sample(1)).modulate({ brightness }).jpeg().toFile(path)
    copies.push(path)
  }
  return { first: sample(3), copies }
}

async function opened(key?: string): Promise<{ agnize: Agnize; home: string }> {
  const home = await homeWithModels()
  const agnize = await openAgnize({ home, threads: 2, ...(key && { key }) })
  onTestFinished(() => agnize.close())
  return { agnize, home }
}

/** Point in her face in sample 3. */
async function inSample3(agnize: Agnize): Promise<readonly [number, number]> {
  const [her] = await agnize.analyze(sample(1))
  const faces = await agnize.analyze(sample(3))
  const { box } = faces.reduce((best, face) =>
    cosine(face.embedding, her!.embedding) > cosine(best.embedding, her!.embedding) ? face : best,
  )
  return [box.x + box.width / 2, box.y + box.height / 2]
}

for (const key of [undefined, '1'.repeat(64)]) {
  test(`deactivates the most redundant references, and restores them${key ? ', in a protected gallery' : ''}`, async () => {
    const { agnize, home } = await opened(key)
    const { first, copies } = await photosOfHer()
    await agnize.enroll('Anna', first, { at: await inSample3(agnize) })
    if (key) await agnize.gallery.protect()
    await agnize.references.configure({ maxReferences: 2 })
    await agnize.enroll('Anna', copies, { at: inSample1 })
    const shown = await agnize.references.of('Anna')
    expect(shown).toHaveLength(4)
    // The reference from another day is kept, and one of the duplicates.
    expect(shown.map(({ isAside }) => isAside)).toEqual([
      false,
      ...shown.slice(1).map((each) => each.isAside),
    ])
    expect(shown.filter(({ isAside }) => isAside)).toHaveLength(2)
    expect((await agnize.people.get('Anna')).templates).toBe(2)
    expect(await agnize.people.show('Anna')).toHaveLength(2)
    const seen = async () =>
      (await agnize.identify(sample(1))).map(({ subject }) => subject?.name).includes('Anna')
    expect(await seen()).toBe(true)
    expect(await agnize.references.tidy('Anna')).toBe(0)
    const aside = shown.find(({ isAside }) => isAside)!
    await agnize.references.takeBack(aside.id)
    expect((await agnize.people.get('Anna')).templates).toBe(3)
    await expect(agnize.references.takeBack(aside.id)).rejects.toMatchObject({
      code: 'unknown-face',
    })
    expect(await agnize.references.tidy('Anna')).toBe(1)
    expect(await agnize.people.check()).toEqual([])
    // A backup includes the references set aside.
    const backup = join(home, 'backup.agnize')
    await agnize.gallery.backup(backup)
    const { agnize: again } = await opened(key)
    await again.gallery.restore(backup)
    expect((await again.references.of('Anna')).filter(({ isAside }) => isAside)).toHaveLength(2)
    expect((await again.people.get('Anna')).templates).toBe(2)
    // An erasure deletes all references.
    await agnize.people.erase('Anna')
    await expect(agnize.references.of('Anna')).rejects.toMatchObject({ code: 'unknown-subject' })
  })
}

test('keeps enrolled references before added ones, and the better of two similar ones', () => {
  const of = (id: string, seed: number, quality: number, origin: object | null = null) =>
    ({ id, vector: unitVector(seed, 64), quality, origin, hasPicture: true }) as never
  expect(redundantReferences([of('a', 1, 0.9), of('b', 1, 0.5), of('c', 2, 0.1)], 2)).toEqual(['b'])
  expect(redundantReferences([of('a', 1, 0.2), of('b', 1, 0.9, {}), of('c', 2, 0.1)], 2)).toEqual([
    'b',
  ])
  expect(redundantReferences([of('a', 1, 0.2), of('b', 2, 0.9)], 2)).toEqual([])
  const bare = { ...(of('a', 1, 0.2) as object), hasPicture: false } as never
  expect(redundantReferences([bare, of('b', 1, 0.9)], 1)).toEqual(['b'])
  expect(redundantReferences([bare, bare], 1)).toEqual([])
})

test('adds confident faces of cameras only when enabled and past every check, and can undo it', async () => {
  const { agnize, home } = await opened()
  await agnize.enroll('Anna', sample(1), { at: inSample1 })
  const { id } = await agnize.people.get('Anna')
  const faces = await agnize.analyze(sample(3))
  const [x, y] = await inSample3(agnize)
  const face = faces.find(
    ({ box }) => box.x < x && x < box.x + box.width && box.y < y && y < box.y + box.height,
  )!
  const { width = 0, height = 0 } = await sharp(sample(3)).metadata()
  const side = Math.min(2 * face.box.height, 2 * x, 2 * y, 2 * (width - x), 2 * (height - y))
  const image = await sharp(sample(3))
    .extract({
      ...{ left: Math.round(x - side / 2), top: Math.round(y - side / 2) },
      ...{ width: Math.floor(side), height: Math.floor(side) },
    })
    .jpeg({ quality: 95 })
    .toBuffer()
  const visit = (change: object = {}, explanation: object = {}) => ({
    ...{ visit: 'v1', camera: 'door', subject: { id, name: 'Anna' } },
    face: {
      ...{ model: face.embedding.model, vector: face.embedding.vector, quality: 0.9 },
      ...{ similarity: 0.7, image },
      explanation: {
        answer: 'match',
        similarity: 0.7,
        threshold: 0.5,
        margin: 0.4,
        probability: null,
        frames: 5,
        ...explanation,
      },
      ...change,
    },
  })
  expect(await agnize.references.adapt(visit())).toBeNull()
  await agnize.references.configure({ adapting: true })
  const stranger = faces.find((each) => each !== face)!
  for (const refused of [
    visit({ quality: 0.5 }),
    visit({ similarity: null }),
    visit({ image: null }),
    visit({}, { margin: 0.1 }),
    // Not similar to any face that a human enrolled as her.
    visit({ vector: stranger.embedding.vector }),
    // Too similar to a reference to add information.
    visit({ vector: (await agnize.analyze(sample(1)))[0]!.embedding.vector }),
    visit({ model: 'other@1' }),
  ]) {
    expect(await agnize.references.adapt(refused)).toBeNull()
  }
  const added = await agnize.references.adapt(visit())
  expect(added).not.toBeNull()
  expect(await agnize.references.added()).toMatchObject([
    { id: added, subject: { name: 'Anna' }, origin: { visit: 'v1', camera: 'door', margin: 0.4 } },
  ])
  expect((await agnize.people.get('Anna')).templates).toBe(2)
  // It is averaged over views, as enrolled faces are; that of the visit is not.
  const kept = (await agnize.people.keptFaces('Anna')).find(({ id }) => id === added)!
  const averaged = (await agnize.analyzeCrop(image))!.embedding
  const { model, vector } = kept.templates[0]!
  expect(cosine({ model, vector }, averaged)).toBeCloseTo(1, 5)
  expect(cosine({ model, vector }, face.embedding)).toBeLessThan(0.999)
  // At most one reference is added a day.
  expect(await agnize.references.adapt(visit())).toBeNull()
  const shown = await command(['gallery', 'references', 'added'], { home })
  expect(shown.stdout).toMatch(/Anna.*added: door, 0\.700, anchor 0\.\d+/)
  const set = await command(['gallery', 'references', 'set', '--max', '5'], { home })
  expect(set.stdout).toBe(
    'At most 5 references of a person are searched; cameras add confident faces.\n',
  )
  const off = await command(['gallery', 'references', 'set', '--no-adapt', '--most', 'all'], {
    home,
  })
  expect(off.stdout).toBe('All references of a person are searched; cameras add none.\n')
  const undone = await command(['gallery', 'references', 'undo', added!], { home })
  expect(undone.code).toBe(0)
  expect((await agnize.people.get('Anna')).templates).toBe(1)
  expect((await command(['gallery', 'references', 'undo', added!], { home })).stderr).toMatch(
    /unknown-face/,
  )
  expect((await command(['gallery', 'references', 'tidy'], { home })).stderr).toMatch(
    /All references/,
  )
})
