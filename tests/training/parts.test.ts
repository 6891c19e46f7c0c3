import { readFile, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { describe, expect, test } from 'vitest'
import { Random } from '../../dist/base/random.js'
import { adamStep, learningRate } from '../../dist/training/adam.js'
import { balancedBatch, batchLabels, offlineTriplets } from '../../dist/training/batches.js'
import { readCheckpoint, writeCheckpoint } from '../../dist/training/checkpoint.js'
import { type Augmentation, augmentedFace, plainFace } from '../../dist/training/data/augment.js'
import { splitBySubject, type TrainingFace } from '../../dist/training/data/training-photos.js'
import { termsOf } from '../../dist/training/losses.js'
import { settingsFrom } from '../../dist/training/training-options.js'
import { temporaryFolder } from '../fixtures.js'

const input = { width: 64, height: 64, channels: 'gray', mean: 127.5, scale: 127.5 } as const
const still: Augmentation = {
  mirror: 0,
  shift: 0,
  scale: 0,
  rotation: 0,
  brightness: 0,
  contrast: 0,
  blur: 0,
  cutout: 0,
}
/** A smooth picture without symmetry. */
const kept = {
  width: 80,
  height: 80,
  data: Uint8Array.from({ length: 80 * 80 * 3 }, (_, i) => {
    const [x, y] = [Math.floor(i / 3) % 80, Math.floor(i / 240)]
    return Math.round(127 + 60 * Math.sin(x / 9) + 50 * Math.cos(y / 13))
  }),
}

describe('augmentation', () => {
  const plain = plainFace(kept, input)
  const vary = (amounts: Partial<Augmentation>, seed = 1) =>
    augmentedFace(kept, input, { ...still, ...amounts }, new Random(seed))
  const worst = (a: Float32Array, b: Float32Array) =>
    a.reduce((most, value, i) => Math.max(most, Math.abs(value - b[i]!)), 0)

  test('without changes returns the face as in use', () => {
    expect(worst(vary({}), plain)).toBeLessThan(0.01)
  })

  test('mirrors', () => {
    const mirrored = Float32Array.from(plain, (_, i) => plain[i - (i % 64) + 63 - (i % 64)]!)
    expect(worst(vary({ mirror: 1 }), mirrored)).toBeLessThan(0.05)
    expect(worst(vary({ mirror: 1 }), plain)).toBeGreaterThan(0.3)
  })

  test('brightens all pixels alike, within the range', () => {
    const lit = vary({ brightness: 0.1 })
    const change = lit[0]! - plain[0]!
    expect(Math.abs(change)).toBeGreaterThan(0.001)
    expect(
      worst(
        lit,
        plain.map((x) => x + change),
      ),
    ).toBeLessThan(0.02)
    for (let seed = 0; seed < 20; seed++) {
      for (const x of vary({ brightness: 1, contrast: 1 }, seed)) {
        expect(Math.abs(x)).toBeLessThanOrEqual(1)
      }
    }
  })

  test('cuts one rectangle out', () => {
    const cut = vary({ cutout: 1 })
    const changed = [...cut.keys()].filter((i) => Math.abs(cut[i]! - plain[i]!) > 0.02)
    const values = new Set(changed.map((i) => cut[i]))
    expect(values.size).toBe(1)
    const [columns, rows] = [changed.map((i) => i % 64), changed.map((i) => Math.floor(i / 64))]
    const side = (list: number[]) => Math.max(...list) - Math.min(...list) + 1
    expect(side(columns)).toBeLessThanOrEqual(26)
    expect(side(rows)).toBeLessThanOrEqual(26)
    expect(changed.length).toBeGreaterThan(0.8 * side(columns) * side(rows))
  })

  test('blurs, shifts, scales and rotates within its limits', () => {
    for (const amounts of [{ blur: 1 }, { shift: 0.05 }, { scale: 0.1 }, { rotation: 10 }]) {
      const distances = [1, 2, 3].map((seed) => worst(vary(amounts, seed), plain))
      expect(Math.max(...distances), JSON.stringify(amounts)).toBeGreaterThan(0.001)
      expect(Math.max(...distances), JSON.stringify(amounts)).toBeLessThan(0.45)
    }
  })

  test('depends on the seed only', () => {
    const all = { mirror: 0.5, shift: 0.1, rotation: 9, blur: 0.5, cutout: 0.5, contrast: 0.3 }
    expect(vary(all, 7)).toEqual(vary(all, 7))
    expect(vary(all, 7)).not.toEqual(vary(all, 8))
  })
})

/** People with the given numbers of photos. */
function people(...counts: number[]): TrainingFace[] {
  return counts.flatMap((count, person) =>
    Array.from({ length: count }, (_, i) => ({
      name: `p${person}`,
      photo: `p${person}/${i}`,
      kept,
      embedding: Float32Array.of(person, i),
    })),
  )
}

describe('the split by person', () => {
  test('puts nobody on both sides, and omits people with one photo', () => {
    const faces = people(5, 4, 3, 1, 2, 2, 6)
    for (let seed = 0; seed < 20; seed++) {
      const { training, validation } = splitBySubject(faces, 0.4, new Random(seed))
      const learned = new Set(training.flat().map(({ name }) => name))
      const aside = new Set(validation.map(({ name }) => name))
      expect([...aside].filter((name) => learned.has(name))).toEqual([])
      expect(aside.size).toBe(2)
      expect(learned.size).toBe(4)
      expect([...learned, ...aside]).not.toContain('p3')
    }
  })

  test('takes names', () => {
    const { validation } = splitBySubject(people(2, 2, 2, 2), ['p1', 'p3'], new Random(1))
    expect(new Set(validation.map(({ name }) => name))).toEqual(new Set(['p1', 'p3']))
    expect(() => splitBySubject(people(2, 2, 2, 1), ['p3', 'p0'], new Random(1))).toThrow(/"p3"/)
  })

  test.each([
    [people(3)],
    [people(2, 2, 2)],
    [people(1, 1, 1, 1, 1)],
    [[]],
  ])('wants enough', (faces) => {
    expect(() => splitBySubject(faces, 0.2, new Random(1))).toThrow(
      expect.objectContaining({ code: 'too-few-photos' }),
    )
  })
})

describe('batches', () => {
  const groups = [people(5), people(0, 2), people(0, 0, 3), people(0, 0, 0, 9)]
  test('have the requested numbers of people and of photos per person', () => {
    const size = { people: 3, photos: 4 }
    const labels = batchLabels(size, 'semi-hard')
    for (let seed = 0; seed < 20; seed++) {
      const batch = balancedBatch(groups, size, new Random(seed))
      expect(batch.length).toBe(12)
      const names = [0, 4, 8].map((i) => batch[i]!.name)
      expect(new Set(names).size).toBe(3)
      batch.forEach(({ name }, i) => {
        expect(name).toBe(names[labels[i]!])
      })
    }
  })

  test('of offline triplets hold two photos of one person and one of a similar person', () => {
    const all = groups.flat()
    const embeddings = new Map(
      all.map((face) => [face, Float32Array.of(face.embedding[0]! / 10, 0)]),
    )
    const batches = offlineTriplets(
      groups,
      embeddings,
      { batches: 3, count: 5, margin: 0.02 },
      new Random(2),
    )
    expect(batches.map(({ length }) => length)).toEqual([15, 15, 15])
    for (const batch of batches) {
      for (let i = 0; i < 5; i++) {
        const [a, p, n] = [batch[i]!, batch[i + 5]!, batch[i + 10]!]
        expect(a.name).toBe(p.name)
        expect(a.photo).not.toBe(p.photo)
        // Only neighbors lie within the margin.
        expect(Math.abs(a.embedding[0]! - n.embedding[0]!)).toBe(1)
      }
    }
    expect(batchLabels({ people: 5, photos: 4 }, 'offline').length).toBe(18)
  })

  test('have the expected number of terms', () => {
    const labels = batchLabels({ people: 3, photos: 2 }, undefined)
    expect(termsOf({ kind: 'contrastive', margin: 1 }, labels)).toBe(15)
    const triplet = (mining: 'batch-all' | 'batch-hard' | 'semi-hard') =>
      termsOf({ kind: 'triplet', mining, margin: 1 }, labels)
    expect(triplet('batch-all')).toBe(6 * 1 * 4)
    expect(triplet('batch-hard')).toBe(6)
    expect(triplet('semi-hard')).toBe(6)
  })
})

test('Adam follows its paper', () => {
  const options = { beta1: 0.9, beta2: 0.999, epsilon: 1e-8, weightDecay: 0.1 }
  const learned = {
    data: Float32Array.of(1),
    first: new Float32Array(1),
    second: new Float32Array(1),
    decays: true,
  }
  let [w, m, v] = [1, 0, 0]
  for (let step = 1; step <= 5; step++) {
    const g = Math.sin(step)
    adamStep(learned, Float32Array.of(2 * g), step, 0.01, 0.5, options)
    m = 0.9 * m + 0.1 * g
    v = 0.999 * v + 0.001 * g * g
    w =
      w * (1 - 0.01 * 0.1) -
      (0.01 * (m / (1 - 0.9 ** step))) / (Math.sqrt(v / (1 - 0.999 ** step)) + 1e-8)
    expect(learned.data[0]).toBeCloseTo(w, 6)
  }
})

test('the learning rate rises, then falls to zero', () => {
  const schedule = { rate: 2, warmUp: 4, steps: 20 }
  const rates = Array.from({ length: 21 }, (_, step) => learningRate(step, schedule))
  expect(rates.slice(0, 5)).toEqual([0.5, 1, 1.5, 2, 2])
  expect(rates[12]).toBeCloseTo(1, 12)
  expect(rates[20]).toBeCloseTo(0, 12)
})

test('random numbers depend on their keys only and follow their distribution', () => {
  const draw = (...keys: number[]) => new Random(...keys).next()
  expect(draw(1, 2)).toBe(draw(1, 2))
  expect(new Set([draw(1, 2), draw(2, 1), draw(1), draw(1, 2, 0), draw(0, 1, 2)]).size).toBe(5)
  const random = new Random(3)
  const numbers = Array.from({ length: 20_000 }, () => random.normal())
  const mean = numbers.reduce((a, b) => a + b) / numbers.length
  const variance = numbers.reduce((sum, x) => sum + (x - mean) ** 2, 0) / numbers.length
  expect(mean).toBeCloseTo(0, 1)
  expect(variance).toBeCloseTo(1, 1)
  expect(new Set(random.sample([1, 2, 3, 4], 3)).size).toBe(3)
  expect(random.sample([1, 2], 9).sort()).toEqual([1, 2])
})

test('a checkpoint is a safetensors file that is read back unchanged, or refused', async () => {
  const path = join(await temporaryFolder(), 'a.safetensors')
  expect(await readCheckpoint(path)).toBeUndefined()
  const state = new Map([
    ['w', { data: Float32Array.of(1, 2, 3, 4, 5, 6), shape: [2, 3] }],
    ['b', { data: Float32Array.of(-1), shape: [1] }],
  ])
  await writeCheckpoint(path, { state, metadata: { epoch: '3' } })
  expect(await readCheckpoint(path)).toEqual({ state, metadata: { epoch: '3' } })
  const bytes = await readFile(path)
  const length = Number(bytes.readBigUInt64LE(0))
  expect(length % 8).toBe(0)
  expect(JSON.parse(bytes.toString('utf8', 8, 8 + length)).w).toEqual({
    dtype: 'F32',
    shape: [2, 3],
    data_offsets: [0, 24],
  })
  for (const damaged of [
    bytes.subarray(0, bytes.length - 4),
    bytes.subarray(0, 20),
    Buffer.from('no'),
    Buffer.from(bytes.toString('latin1').replace('"F32"', '"F64"'), 'latin1'),
    Buffer.from(bytes.toString('latin1').replace('[2,3]', '[2,9]'), 'latin1'),
    Buffer.from(bytes.toString('latin1').replace('"epoch":"3"', '"epoch": 34'), 'latin1'),
  ]) {
    await writeFile(path, damaged)
    await expect(readCheckpoint(path)).rejects.toMatchObject({ code: 'model-corrupt' })
  }
})

test.each([
  [{ margin: -1 }, /margin/],
  [{ margin: Number.NaN }, /margin/],
  [{ epochs: 0 }, /epochs/],
  [{ people: 1.5 }, /people/],
  [{ rate: Number.NaN }, /rate/],
  [{ validation: 2 }, /validation/],
  [{ network: 'resnet' as never }, /siamese-small, nn4-small2, head/],
  [{ loss: 'softmax' as never }, /triplet, contrastive/],
  [{ network: 'head' as const, from: 'facenet' }, /--model/],
])('settings %j are refused', (options, message) => {
  expect(() => settingsFrom({ out: 'a.onnx', ...options })).toThrow(
    expect.objectContaining({ code: 'bad-argument', message: expect.stringMatching(message) }),
  )
})

test('the tutorial’s triplets have the tutorial’s margin', () => {
  const loss = (options: object) => settingsFrom({ out: 'a.onnx', ...options }).loss
  expect(loss({ mining: 'offline' })).toEqual({ kind: 'triplet', mining: 'offline', margin: 0.3 })
  expect(loss({})).toEqual({ kind: 'triplet', mining: 'semi-hard', margin: 1 })
  expect(loss({ loss: 'contrastive' })).toEqual({ kind: 'contrastive', margin: 1 })
})
