import { weightedMean } from '../../faces/vectors.js'
import type { Subject } from '../subject.js'
import type { StoredTemplate } from '../template.js'
import { type Candidate, clamp, type Fusion } from './candidate.js'

/**
 * Compares a probe with every template of a list, outside a gallery.
 */
export class ExactIndex {
  readonly #templates: readonly StoredTemplate[]
  readonly #groups: { subject: Subject; from: number; to: number }[] = []
  readonly #vectors: Float32Array
  readonly #means: Float32Array | undefined
  readonly #dimensions: number

  /** @param templates - Templates, grouped by subject. */
  constructor(templates: readonly StoredTemplate[], fusion: Fusion) {
    this.#templates = templates
    this.#dimensions = templates[0]?.vector.length ?? 0
    this.#vectors = new Float32Array(templates.length * this.#dimensions)
    templates.forEach(({ subject, vector }, i) => {
      this.#vectors.set(vector, i * this.#dimensions)
      const last = this.#groups.at(-1)
      if (last?.subject.id === subject.id) last.to = i + 1
      else this.#groups.push({ subject, from: i, to: i + 1 })
    })
    if (fusion === 'mean') this.#means = this.#weightedMeans()
  }

  get comparisons(): number {
    return this.#means ? this.#groups.length : this.#templates.length
  }

  get templates(): number {
    return this.#templates.length
  }

  search(probe: Float32Array, limit: number): Candidate[] {
    const candidates = this.#groups.map(({ subject, from, to }, group) => {
      let best = from
      let similarity = -Infinity
      for (let i = from; i < to; i++) {
        const value = dot(this.#vectors, i * this.#dimensions, probe)
        if (value > similarity) {
          similarity = value
          best = i
        }
      }
      if (this.#means) similarity = dot(this.#means, group * this.#dimensions, probe)
      return { subject, similarity, best }
    })
    return candidates
      .sort((a, b) => b.similarity - a.similarity)
      .slice(0, limit)
      .map(({ subject, similarity, best }) => {
        const { id, photo } = this.#templates[best]!
        return { subject, similarity: clamp(similarity), templateId: id, photo }
      })
  }

  #weightedMeans(): Float32Array {
    const means = new Float32Array(this.#groups.length * this.#dimensions)
    this.#groups.forEach(({ from, to }, group) => {
      means.set(weightedMean(this.#templates.slice(from, to)), group * this.#dimensions)
    })
    return means
  }
}

/** Inner product of `probe` with the part of `vectors` that starts at `from`. */
function dot(vectors: Float32Array, from: number, probe: Float32Array): number {
  let a = 0
  let b = 0
  let c = 0
  let d = 0
  const length = probe.length
  let k = 0
  for (; k + 3 < length; k += 4) {
    a += vectors[from + k]! * probe[k]!
    b += vectors[from + k + 1]! * probe[k + 1]!
    c += vectors[from + k + 2]! * probe[k + 2]!
    d += vectors[from + k + 3]! * probe[k + 3]!
  }
  for (; k < length; k++) a += vectors[from + k]! * probe[k]!
  return a + b + c + d
}
