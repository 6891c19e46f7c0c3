import { Random } from '../dist/base/random.js'
import type { EvaluationSet, Sample } from '../dist/evaluation/evaluation-set.js'
import { cosineMeasure } from '../dist/faces/similarity-measure.js'

/** Distribution of synthetic faces. */
export interface SyntheticOptions {
  readonly dimensions: number
  /** Share of a photo's variance that comes from its person: the mean similarity of two photos of one person. */
  readonly ofPerson: number
  /** Share that comes from the person's family resemblance: the mean similarity of two people of one family. */
  readonly ofFamily: number
  readonly families: number
  readonly seed: number
}

/** As measured for the default model: genuine pairs around 0.72, impostors with a heavier tail than a normal distribution. */
export const likeTheDefaultModel: Omit<SyntheticOptions, 'seed'> = {
  dimensions: 128,
  ofPerson: 0.72,
  ofFamily: 0.12,
  families: 40,
}

/** Generates embeddings of synthetic people: family resemblance + person + photo, each a random direction. */
export class SyntheticFaces {
  readonly #options: SyntheticOptions
  readonly #random: Random
  readonly #families: Float32Array[]

  constructor(options: SyntheticOptions) {
    this.#options = options
    this.#random = new Random(options.seed)
    this.#families = Array.from({ length: options.families }, () => this.#direction())
  }

  /** Creates a person who resembles the others of a family. @returns A function that generates a photo of the person. */
  person(): () => Float32Array {
    const { ofFamily, ofPerson, families } = this.#options
    const family = this.#families[this.#random.below(families)]!
    const own = this.#direction()
    const person = family.map(
      (x, k) => Math.sqrt(ofFamily) * x + Math.sqrt(ofPerson - ofFamily) * own[k]!,
    )
    return () => {
      const noise = this.#direction()
      const photo = person.map((x, k) => x + Math.sqrt(1 - ofPerson) * noise[k]!)
      const length = Math.hypot(...photo)
      return photo.map((x) => x / length)
    }
  }

  #direction(): Float32Array {
    const { dimensions } = this.#options
    const vector = Float32Array.from({ length: dimensions }, () => this.#random.normal())
    const length = Math.hypot(...vector)
    return vector.map((x) => x / length)
  }
}

/** A sample of a synthetic face. */
export function syntheticSample(
  person: string,
  photo: string,
  vector: Float32Array,
  attributes: Sample['attributes'] = {},
): Sample {
  return { photo, person, role: null, vector, sha256: null, quality: null, box: null, attributes }
}

/** An evaluation set of synthetic faces with all pairs. */
export function syntheticSet(samples: readonly Sample[]): EvaluationSet {
  return {
    name: 'made up',
    model: 'made up',
    measure: cosineMeasure,
    samples,
    failures: [],
    pairs: null,
    failedPairs: { same: 0, different: 0 },
    warnings: [],
    timings: null,
  }
}
