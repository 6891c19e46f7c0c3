import { fromCosine, type SimilarityMeasure } from '../../faces/similarity-measure.js'
import { dotOfRow, weightedMean } from '../../faces/vectors.js'
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
  readonly #measure: SimilarityMeasure
  /** Offset of each compared vector: of the means, or of the templates. */
  readonly #offsets: Float64Array

  /** @param templates - Templates, grouped by subject. */
  constructor(templates: readonly StoredTemplate[], fusion: Fusion, measure: SimilarityMeasure) {
    this.#measure = measure
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
    const compared = this.#means ?? this.#vectors
    this.#offsets = Float64Array.from({ length: this.comparisons }, (_, i) =>
      measure.offset(() => compared.subarray(i * this.#dimensions, (i + 1) * this.#dimensions)),
    )
  }

  get comparisons(): number {
    return this.#means ? this.#groups.length : this.#templates.length
  }

  get templates(): number {
    return this.#templates.length
  }

  search(probe: Float32Array, limit: number): Candidate[] {
    const prepared = this.#measure.prepare(probe)
    const candidates = this.#groups.map(({ subject, from, to }, group) => {
      let best = from
      let most = -Infinity
      for (let i = from; i < to; i++) {
        const cosine = dotOfRow(this.#vectors, i * this.#dimensions, probe)
        const value = this.#means ? cosine : cosine - this.#offsets[i]!
        if (value > most) {
          most = value
          best = i
        }
      }
      const vectors = this.#means ?? this.#vectors
      const at = this.#means ? group : best
      const cosine = dotOfRow(vectors, at * this.#dimensions, probe)
      const similarity = fromCosine(cosine, { offset: this.#offsets[at]! }, prepared)
      return { subject, cosine, similarity, best }
    })
    return candidates
      .sort((a, b) => b.similarity - a.similarity)
      .slice(0, limit)
      .map(({ subject, cosine, similarity, best }) => {
        const { id, photo } = this.#templates[best]!
        return { subject, similarity, cosine: clamp(cosine), templateId: id, photo }
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
