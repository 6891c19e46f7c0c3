import { expect, test } from 'vitest'
import { cosineMeasure } from '../../dist/faces/similarity-measure.js'
import { ExactIndex } from '../../dist/gallery/search/exact-index.js'
import type { StoredTemplate } from '../../dist/gallery/template.js'
import { unitVector } from '../fixtures.js'

const measure = cosineMeasure

const dot = (a: Float32Array, b: Float32Array) => a.reduce((sum, x, i) => sum + x * b[i]!, 0)

/** People with one to three templates each. */
function people(count: number, length: number): StoredTemplate[] {
  return Array.from({ length: count }, (_, person) =>
    Array.from(
      { length: (person % 3) + 1 },
      (_, i): StoredTemplate => ({
        id: `t${person}-${i}`,
        subject: { id: `s${person}`, name: `Person ${person}` },
        vector: unitVector(person * 7 + i + 1, length),
        quality: 0.2 + 0.3 * i,
        photo: `${person}-${i}.jpg`,
      }),
    ),
  ).flat()
}

test('ranks people by their best template, most similar first', () => {
  for (const length of [16, 19, 128]) {
    const templates = people(50, length)
    const index = new ExactIndex(templates, 'best', measure)
    const probe = unitVector(9999, length)
    const expected = [...new Set(templates.map(({ subject }) => subject.id))]
      .map((id) => {
        const own = templates.filter(({ subject }) => subject.id === id)
        const best = own.sort((a, b) => dot(b.vector, probe) - dot(a.vector, probe))[0]!
        return { id, similarity: dot(best.vector, probe), templateId: best.id }
      })
      .sort((a, b) => b.similarity - a.similarity)
    const found = index.search(probe, 10)
    expect(found).toHaveLength(10)
    found.forEach((candidate, i) => {
      expect(candidate.subject.id).toBe(expected[i]!.id)
      expect(candidate.templateId).toBe(expected[i]!.templateId)
      expect(candidate.similarity).toBeCloseTo(expected[i]!.similarity, 5)
    })
    expect([index.comparisons, index.templates]).toEqual([templates.length, templates.length])
    expect(new ExactIndex(templates, 'mean', measure).comparisons).toBe(50)
  }
})

test('the mean is weighted by quality and has length 1', () => {
  const templates = people(3, 16)
  const found = new ExactIndex(templates, 'mean', measure).search(unitVector(77), 3)
  for (const { subject, similarity } of found) {
    const own = templates.filter((t) => t.subject.id === subject.id)
    const mean = new Float32Array(16)
    for (const { vector, quality } of own) {
      for (const [k, x] of vector.entries()) mean[k] = mean[k]! + quality * x
    }
    const norm = Math.hypot(...mean)
    expect(similarity).toBeCloseTo(dot(mean, unitVector(77)) / norm, 5)
  }
})

test('an empty index finds nobody', () => {
  expect(new ExactIndex([], 'best', measure).search(unitVector(1), 5)).toEqual([])
  expect(new ExactIndex([], 'mean', measure).search(unitVector(1), 5)).toEqual([])
})
