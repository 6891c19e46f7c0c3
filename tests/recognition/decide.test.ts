import fc from 'fast-check'
import { expect, test } from 'vitest'
import type { Face } from '../../dist/faces/face.js'
import type { Candidate } from '../../dist/gallery/search/candidate.js'
import { decide } from '../../dist/recognition/decide.js'

const threshold = { value: 0.4, fmr: 1e-3, limited: false, source: 'test', calibratedAt: null }
const options = { threshold, ambiguity: 0.05, allowDuplicates: false, probability: null }

function face(quality: Partial<Face['quality']> = {}): Face {
  return {
    box: { x: 0, y: 0, width: 1, height: 1 },
    detectionScore: 1,
    landmarks: [
      [0, 0],
      [0, 0],
      [0, 0],
      [0, 0],
      [0, 0],
    ],
    pose: { roll: 0, yaw: 0, pitch: 0 },
    quality: {
      score: 1,
      sharpness: 1,
      size: 1,
      pose: 1,
      exposure: 1,
      visibility: 1,
      reasons: [],
      ...quality,
    },
    embedding: { model: 'test@1', vector: new Float32Array(4) },
  }
}

/** Candidates from names and similarities. */
function candidates(similarities: Record<string, number>): Candidate[] {
  return Object.entries(similarities)
    .map(([name, similarity]) => ({
      subject: { id: name, name },
      similarity,
      cosine: similarity,
      templateId: `t-${name}`,
      photo: `${name}.jpg`,
    }))
    .sort((a, b) => b.similarity - a.similarity)
}

const answers = async (entries: Record<string, number>[], change: object = {}) =>
  decide(
    entries.map((similarities) => ({
      face: face(),
      candidates: candidates(similarities),
      applied: [],
    })),
    { ...options, ...change },
  ).map(({ answer, reason, subject }) => subject?.name ?? `${answer}: ${reason}`)

test('answers match, unknown and empty gallery', async () => {
  expect(await answers([{ A: 0.4, B: 0.1 }])).toEqual(['A'])
  expect(await answers([{ A: 0.399 }])).toEqual(['unknown: below_threshold'])
  expect(await answers([{}])).toEqual(['unknown: empty_gallery'])
})

test('two people within the margin are ambiguous; below the threshold the runner-up does not matter', async () => {
  expect(await answers([{ A: 0.7, B: 0.66 }])).toEqual(['not_judgeable: ambiguous'])
  expect(await answers([{ A: 0.7, B: 0.6 }])).toEqual(['A'])
  expect(await answers([{ A: 0.41, B: 0.39 }])).toEqual(['A'])
})

test('a face that scores 0 is not judged, however similar', async () => {
  const bad = face({ score: 0, size: 0, reasons: ['too_small', 'blurred'] })
  const [result] = decide([{ face: bad, candidates: candidates({ A: 0.9 }), applied: [] }], options)
  expect(result).toMatchObject({
    answer: 'not_judgeable',
    reason: 'too_small',
    subject: null,
    similarity: 0.9,
  })
})

test('assigns a person to one face of a photo, by the sum of similarities', async () => {
  expect(await answers([{ A: 0.8 }, { A: 0.9 }])).toEqual(['unknown: already_in_photo', 'A'])
  // A greedy assignment would give A to the first face and no candidate to the second.
  expect(await answers([{ A: 0.8, B: 0.7 }, { A: 0.75 }])).toEqual(['B', 'A'])
  expect(await answers([{ A: 0.8 }, { A: 0.9 }], { allowDuplicates: true })).toEqual(['A', 'A'])
})

test('a match explains itself', async () => {
  const [result] = decide(
    [{ face: face(), candidates: candidates({ A: 0.8, B: 0.1 }), applied: [] }],
    options,
  )
  expect(result).toMatchObject({
    answer: 'match',
    reason: null,
    similarity: 0.8,
    threshold,
    candidates: [{ templateId: 't-A', photo: 'A.jpg' }, { subject: { name: 'B' } }],
  })
  expect(result!.distance).toBeCloseTo(Math.sqrt(0.4))
})

test('the runner-up is the most similar other person, also for a face assigned to its second candidate', async () => {
  const entries = [candidates({ A: 0.8, B: 0.7, C: 0.2 }), candidates({ A: 0.75 })]
  const [first, second] = decide(
    entries.map((list) => ({ face: face(), candidates: list, applied: [] })),
    options,
  )
  expect(first).toMatchObject({ subject: { name: 'B' }, runnerUp: { subject: { name: 'A' } } })
  expect(first!.margin).toBeCloseTo(-0.1)
  expect(second).toMatchObject({ subject: { name: 'A' }, runnerUp: null, margin: null })
})

test('the assignment is optimal, names nobody twice and nobody below the threshold', async () => {
  const similarity = fc.integer({ min: 0, max: 100 }).map((n) => n / 100)
  const photo = fc.array(fc.record({ A: similarity, B: similarity, C: similarity }), {
    minLength: 1,
    maxLength: 4,
  })
  await fc.assert(
    fc.asyncProperty(photo, async (entries) => {
      const results = decide(
        entries.map((similarities) => ({
          face: face(),
          candidates: candidates(similarities),
          applied: [],
        })),
        { ...options, ambiguity: 0 },
      )
      const names = results.flatMap(({ subject }) => (subject ? [subject.name] : []))
      expect(new Set(names).size).toBe(names.length)
      const gain = results.reduce((sum, r) => sum + (r.subject ? r.similarity! - 0.4 : 0), 0)
      for (const r of results) if (r.subject) expect(r.similarity).toBeGreaterThanOrEqual(0.4)
      expect(gain).toBeCloseTo(bestGain(entries, ['A', 'B', 'C']), 6)
    }),
  )
})

/** Reference implementation: tries every assignment. */
function bestGain(entries: readonly Record<string, number>[], people: readonly string[]): number {
  const [first, ...rest] = entries
  if (!first) return 0
  const without = bestGain(rest, people)
  return Math.max(
    without,
    ...people
      .filter((name) => first[name]! >= 0.4)
      .map(
        (name) =>
          first[name]! -
          0.4 +
          bestGain(
            rest,
            people.filter((other) => other !== name),
          ),
      ),
  )
}
