import { weightedMean } from '../faces/vectors.js'
import type { StoredTemplate, Subject } from './store.js'

/**
 * How several templates of a person make one similarity.
 *
 * - `best`: that of the most similar template.
 * - `mean`: that of the templates' average, weighted by quality.
 */
export type Fusion = 'best' | 'mean'

/** A person who may be the one in the probe. */
export interface Candidate {
  readonly subject: Subject
  /** Cosine, −1…1. */
  readonly similarity: number
  /** The person's template most similar to the probe. */
  readonly templateId: string
  /** File name of the photo behind that template. */
  readonly photo: string
}

/** Finds the people most similar to a probe. */
export interface SearchIndex {
  /**
   * @param probe - An embedding of the index's model.
   * @param limit - Most candidates wanted.
   * @returns One candidate a person, most similar first.
   */
  search(probe: Float32Array, limit: number): Candidate[]
  /** How many vectors a probe is compared with: templates, or with `mean` people. */
  readonly comparisons: number
  readonly templates: number
}

/**
 * `mean`: on both measured sets it brings strangers less near to anybody (docs/accuracy.md), and people are told
 * apart no worse.
 */
export const defaultFusion: Fusion = 'mean'

/**
 * An index that compares the probe with everybody: exact, and fast enough for some ten thousand templates.
 */
export class ExactIndex implements SearchIndex {
  readonly #templates: readonly StoredTemplate[]
  readonly #groups: { subject: Subject; from: number; to: number }[] = []
  readonly #vectors: Float32Array
  readonly #means: Float32Array | undefined
  readonly #dimensions: number

  /** @param templates - Those of each subject side by side. */
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

/** Inner product of `probe` with the stretch of `vectors` that starts at `from`. */
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

const clamp = (similarity: number) => Math.max(-1, Math.min(1, similarity))
