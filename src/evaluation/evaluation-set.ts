import { counted } from '../base/counted.js'
import { AgnizeError, type ErrorCode } from '../base/errors.js'
import type { SimilarityMeasure } from '../faces/similarity-measure.js'
import type { Box } from '../geometry/box.js'

/** Use of a photo: `gallery`, enrolled; `probe`, searched for; null, either. */
export type Role = 'gallery' | 'probe' | null

/** A photo with the face that is evaluated. */
export interface Sample {
  /** Path, or the name that the data set gives. */
  readonly photo: string
  /** Name of the person, as the data set has it. */
  readonly person: string
  /** What the photo is used for. */
  readonly role: Role
  /** Embedding: a unit vector. */
  readonly vector: Float32Array
  /** SHA-256 of the photo's bytes, in hexadecimal digits; null without a photo. */
  readonly sha256: string | null
  /** Score of the quality, 0…1; null where it is unknown. */
  readonly quality: number | null
  /** The face, in pixels of the photo; null where it is unknown. */
  readonly box: Box | null
  /** Attributes: numbers are measures that rise with quality, strings are categories. */
  readonly attributes: Readonly<Record<string, number | string>>
}

/** A photo whose face could not be evaluated. */
export interface FailedSample {
  /** The photo, as the data set names it. */
  readonly photo: string
  /** Name of the person, as the data set has it. */
  readonly person: string
  /** Intended role of the photo. */
  readonly role: Role
  /** Code of the error. */
  readonly code: ErrorCode
  /** Message of the error. */
  readonly message: string
}

/** Two samples to compare, by their indices in the set. */
export interface SamplePair {
  readonly a: number
  readonly b: number
  readonly same: boolean
  /** Number of the fold, as the list has it; null without folds. */
  readonly fold: number | null
}

/** Data of an evaluation: embeddings with their people, and the pairs to compare. */
export interface EvaluationSet {
  /** Description of the data. */
  readonly name: string
  /** The model that made the embeddings. */
  readonly model: string
  /** Measure of the model's similarities. */
  readonly measure: SimilarityMeasure
  /** Samples, those of one person contiguous. */
  readonly samples: readonly Sample[]
  readonly failures: readonly FailedSample[]
  /** Pairs to compare; null for every pair of samples. */
  readonly pairs: readonly SamplePair[] | null
  /** Number of pairs that cannot be compared because a photo failed. */
  readonly failedPairs: { readonly same: number; readonly different: number }
  /** Limitations of the data, in words. */
  readonly warnings: readonly string[]
  /** Mean milliseconds per stage; null where no photo was read. */
  readonly timings: Readonly<Record<string, number>> | null
}

/** A photo to evaluate, as listed. */
export interface ListedPhoto {
  readonly photo: string
  readonly person: string
  readonly role: Role
  readonly attributes: Readonly<Record<string, number | string>>
}

/** Numbers the people of the samples, from 0 in order of appearance. */
export function peopleOf(samples: readonly Pick<Sample, 'person'>[]): {
  readonly people: Int32Array
  readonly names: readonly string[]
} {
  const numbers = new Map<string, number>()
  const people = Int32Array.from(samples, ({ person }) => {
    const known = numbers.get(person)
    if (known !== undefined) return known
    numbers.set(person, numbers.size)
    return numbers.size - 1
  })
  return { people, names: [...numbers.keys()] }
}

/**
 * Samples that can be compared with one another, each person's contiguous: of one model and dimension, finite, without duplicate
 * photos. What is dropped is reported as a warning.
 */
export function comparable(samples: readonly Sample[]): {
  readonly samples: Sample[]
  readonly warnings: string[]
} {
  const warnings: string[] = []
  const byHash = new Map<string, Sample>()
  let doubled = 0
  let both = 0
  const disputed: string[] = []
  const kept = samples.filter((sample) => {
    // Without a photo's hash, an identical embedding of the same person marks a duplicate.
    const key = sample.sha256 ?? `${sample.person} ${bytesOf(sample.vector)}`
    const first = byHash.get(key)
    if (!first) {
      byHash.set(key, sample)
      return true
    }
    if (first.person === sample.person) {
      if (first.role === sample.role) doubled++
      else both++
    } else disputed.push(`${first.photo} (${first.person}) and ${sample.photo} (${sample.person})`)
    return false
  })
  if (doubled > 0) {
    warnings.push(
      `${counted(doubled, 'photo is a copy', 'photos are copies')} of another photo of the same person and left out: comparing a photo with itself measures nothing.`,
    )
  }
  if (both > 0) {
    warnings.push(
      `${counted(both, 'photo is', 'photos are')} both enrolled and a probe, and left out of the search: each would find itself.`,
    )
  }
  if (disputed.length > 0) {
    warnings.push(
      `The same photo is filed under two people, and only the first one is evaluated: ${listed(disputed)}.`,
    )
  }
  const people = new Map<string, Sample[]>()
  for (const sample of kept) {
    const own = people.get(sample.person)
    if (own) own.push(sample)
    else people.set(sample.person, [sample])
  }
  return { samples: [...people.values()].flat(), warnings }
}

/** Names the first few of many items. */
export function listed(items: readonly string[], limit = 3): string {
  const shown = items.slice(0, limit).join(', ')
  return items.length > limit ? `${shown} and ${items.length - limit} more` : shown
}

/** @throws AgnizeError `too-few-photos` when there is nothing to compare. */
export function requirePairs(genuine: number, impostor: number): void {
  if (genuine + impostor > 0) return
  throw new AgnizeError(
    'too-few-photos',
    'There are no two photos with a face to compare: give at least two people, or one person with two photos.',
  )
}

/** Number of pairs that could not be formed because a photo failed. */
export function countFailedPairs(
  samples: readonly Sample[],
  failures: readonly FailedSample[],
): EvaluationSet['failedPairs'] {
  const count = (list: readonly { person: string }[]) => {
    const people = new Map<string, number>()
    for (const { person } of list) people.set(person, (people.get(person) ?? 0) + 1)
    const pairsIn = (n: number) => (n * (n - 1)) / 2
    const same = [...people.values()].reduce((sum, n) => sum + pairsIn(n), 0)
    return { same, different: pairsIn(list.length) - same }
  }
  const all = count([...samples, ...failures])
  const compared = count(samples)
  return { same: all.same - compared.same, different: all.different - compared.different }
}

function bytesOf({ buffer, byteOffset, byteLength }: Float32Array): string {
  return Buffer.from(buffer, byteOffset, byteLength).toString('base64')
}
