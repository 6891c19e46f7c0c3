import { cp, mkdir, readdir, readFile, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { describe, expect, test } from 'vitest'
import { carryOverIds } from '../../dist/clustering/carry-over-ids.js'
import { dbscan } from '../../dist/clustering/dbscan.js'
import { groupFaces, groupingRate } from '../../dist/clustering/group-faces.js'
import { clusterAgreement } from '../../dist/evaluation/index.js'
import { clusterPhotos, openAgnize, photosIn } from '../../dist/index.js'
import {
  agnize as command,
  facesFolder,
  sample,
  temporaryFolder,
  testHome,
  unitVector,
} from '../fixtures.js'
import { lacks } from '../requirements.js'

/** Two crescents and noise, the input of the reference. */
function crescents(): [number, number][] {
  let state = 1
  const random = () => {
    state = (16807 * state) % 2147483647
    return state / 2147483647
  }
  const near = () => 0.1 * (random() - 0.5)
  const points: [number, number][] = []
  for (const moved of [false, true]) {
    for (let i = 0; i < 60; i++) {
      const angle = (Math.PI * i) / 59
      const [x, y] = [Math.cos(angle), Math.sin(angle)]
      points.push(moved ? [1 - x + near(), 0.5 - y + near()] : [x + near(), y + near()])
    }
  }
  for (let i = 0; i < 20; i++) points.push([4 * random() - 1.5, 4 * random() - 1.5])
  return points
}

describe('DBSCAN', () => {
  // Made by scikit-learn 1.2.1: sklearn.cluster.DBSCAN(eps=…, min_samples=…).fit(points).labels_, a letter a label.
  test.each([
    [
      ...[0.12, 2],
      'aaaaaaaaaaaaabbbbbbbcccccccccccccddddddddddddeeeeeeeeeeeeeffggghhhhhhhhiiiiiiiiiiiiiiiiiiiiiiiiiiiiiiiiiiiiiiiiiiiiiiiiii................i..',
    ],
    [
      ...[0.15, 4],
      'aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaabbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbb.............a..b.b',
    ],
    [
      ...[0.09, 3],
      '...aaaabbbcccdddeeeefffggghhhhh..iiiiiiijjjjjkkkk....lllll..mmmnnnnnnnnooooopppqqqqrrrrrr....ssssssssttttuuuuuuuvvvvvwwwv...................',
    ],
  ] as [
    number,
    number,
    string,
  ][])('gives the reference’s clusters: within %f, %i points', (radius, leastPoints, expected) => {
    const points = crescents()
    const neighbors = points.map(([x, y], i) =>
      points.flatMap(([x2, y2], k) => (k !== i && Math.hypot(x - x2, y - y2) <= radius ? [k] : [])),
    )
    const { labels } = dbscan(neighbors, leastPoints)
    const letters = [...labels].map((label) => (label < 0 ? '.' : String.fromCharCode(97 + label)))
    expect(letters.join('')).toBe(expected)
  })
})

test('groups faces by their neighbors; a face without neighbors is a group of its own', async () => {
  const [a, b, c] = [1, 2, 3].map((seed) => unitVector(seed, 128)) as [
    Float32Array,
    Float32Array,
    Float32Array,
  ]
  const options = { similarity: 0.6, threads: 1 }
  expect(await groupFaces([a, b, a, c, b], options)).toEqual([0, 1, 0, 2, 1])
  expect(await groupFaces([a], options)).toEqual([0])
  expect(await groupFaces([], options)).toEqual([])
  expect(groupingRate(10)).toBe(1e-6)
  expect(groupingRate(10_001)).toBeCloseTo(0.1 / (10_001 * 5000), 15)
})

test('ids persist: most members decide, each id is used once, and new groups get new ids', () => {
  let made = 0
  const ids = (groups: number[], before: string[]) =>
    carryOverIds(groups, before, () => `new${++made}`)
  // Merge: the id of the larger cluster is kept. Split: the larger part keeps the id.
  expect(ids([0, 0, 0], ['a', 'b', 'b'])).toEqual(['b', 'b', 'b'])
  expect(ids([0, 0, 1], ['a', 'a', 'a'])).toEqual(['a', 'a', 'new1'])
  expect(ids([0, 1], ['a', 'a'])).toEqual(['a', 'new2'])
  // A cluster that loses its preferred id takes its next one.
  expect(ids([0, 0, 0, 1, 1, 1], ['a', 'a', 'a', 'a', 'a', 'b'])).toEqual([
    ...['a', 'a', 'a', 'b', 'b', 'b'],
  ])
  expect(ids([], [])).toEqual([])
})

test('measures agreement with the truth', () => {
  const perfect = clusterAgreement([0, 0, 1], ['a', 'a', 'b'])
  expect(perfect).toEqual({
    ...{ pairPrecision: 1, pairRecall: 1, bCubedPrecision: 1, bCubedRecall: 1 },
    ...{ groups: 2, people: 2 },
  })
  // Bagga and Baldwin's second response: of twelve items, five are right, and groups of two and five are merged.
  const truth = [...'aaaaabbccccc']
  const merged = clusterAgreement([...'111112222222'], truth)
  expect(merged.bCubedPrecision).toBeCloseTo((5 + 2 * (2 / 7) + 5 * (5 / 7)) / 12, 12)
  expect(merged.bCubedRecall).toBeCloseTo(1, 12)
  expect(merged.pairPrecision).toBeCloseTo((10 + 1 + 10) / (10 + 21), 12)
  expect(merged.pairRecall).toBe(1)
})

describe.skipIf(lacks('faces'))('people whom nobody named', () => {
  test('LFW: merges no two people, and splits hardly any', async () => {
    await using agnize = await openAgnize({ home: testHome(), threads: 2 })
    const photos = await photosIn(join(facesFolder, 'lfw'), true)
    const { people } = await clusterPhotos(agnize, photos)
    // The largest face of each photo belongs to the folder's person; the others are passers-by.
    const largest = new Map<string, { area: number; group: number }>()
    for (const [group, faces] of people.entries()) {
      for (const { photo, box } of faces) {
        const area = box.width * box.height
        if (area > (largest.get(photo)?.area ?? 0)) largest.set(photo, { area, group })
      }
    }
    const found = [...largest]
    const agreement = clusterAgreement(
      found.map(([, { group }]) => group),
      found.map(([photo]) => photo.split('/').at(-2)!),
    )
    expect(found.length).toBeGreaterThanOrEqual(48)
    expect([agreement.pairPrecision, agreement.bCubedPrecision]).toEqual([1, 1])
    expect(agreement.pairRecall).toBeGreaterThan(0.95)
    expect(agreement.bCubedRecall).toBeGreaterThan(0.95)
  })
})

describe('agnize cluster', () => {
  const cluster = (args: string[]) => command(['cluster', ...args], { home: testHome() })

  test('writes a folder or a JSON line per person, and resumes where it was stopped', async () => {
    const [folder, out] = [await temporaryFolder(), join(await temporaryFolder(), 'people')]
    await mkdir(join(folder, 'more'))
    await cp(sample(1), join(folder, 'a.jpg'))
    await cp(sample(3), join(folder, 'more', 'a.jpg'))
    await writeFile(join(folder, 'broken.jpg'), 'no photo')
    const done = await cluster([folder, '--to', out])
    expect([done.code, done.stderr]).toEqual([
      0,
      expect.stringMatching(/broken\.jpg.*\[not-an-image\]/),
    ])
    // The same woman is in both photos; the others are in one photo each.
    expect((await readdir(join(out, 'person-001'))).sort()).toEqual(['2-a.jpg', 'a.jpg'])
    expect(await readdir(join(out, 'person-002'))).toHaveLength(1)
    expect(await readdir(out)).not.toContain('.faces.jsonl')
    const again = await cluster([folder, '--to', out])
    expect([again.code, again.stderr]).toEqual([
      2,
      expect.stringMatching(/is not empty.*\[bad-argument\]/),
    ])

    const cache = join(folder, 'cache')
    const first = await cluster([join(folder, 'a.jpg'), '--json', '--cache', cache])
    expect(
      first.stdout
        .trim()
        .split('\n')
        .map((line) => JSON.parse(line))[0],
    ).toMatchObject({
      ...{ schema_version: 2, person: 'person-001' },
      faces: [{ photo: join(folder, 'a.jpg'), quality: expect.any(Number) }],
    })
    const before = await readFile(cache, 'utf8')
    // The cache of a killed run: its last line is truncated.
    await writeFile(cache, `${before}{"key":"half`)
    const second = await cluster([folder, '--json', '--cache', cache])
    expect(second.stdout.trim().split('\n').length).toBeGreaterThan(1)
    const lines = (await readFile(cache, 'utf8'))
      .split('\n')
      .filter((line) => line.startsWith('{"key"'))
    expect(
      lines.filter((line) => line.includes(`"photo":"${join(folder, 'a.jpg')}"`)),
    ).toHaveLength(1)
    const none = await cluster([join(folder, 'broken.jpg')])
    expect(none.code).toBe(2)
  })
})
