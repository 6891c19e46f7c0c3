import { dot, weightedMean } from '../../faces/vectors.js'
import type { PeopleStore, Person } from '../people-store.js'
import type { Subject, SubjectFilter } from '../subject.js'

/**
 * Fusion of the scores of a subject's templates.
 *
 * - `best`: the similarity of the most similar template.
 * - `mean`: the similarity to the mean of the templates, weighted by quality.
 */
export type Fusion = 'best' | 'mean'

/**
 * `mean`: on both measured sets it lowers the highest similarity of strangers to any subject (docs/accuracy.md), and
 * separates subjects no worse.
 */
export const defaultFusion: Fusion = 'mean'

/** A subject that a search found. */
export interface Candidate {
  /** The subject. */
  readonly subject: Subject
  /** Cosine, −1…1. */
  readonly similarity: number
  /** UUID of the subject's most similar template. */
  readonly templateId: string
  /** File name of the enrolled photo of that template. */
  readonly photo: string
}

/** Options of a search. */
export interface SearchOptions {
  /** Fusion of the scores of a subject's templates; default `mean`. */
  readonly fusion?: Fusion
  /** Maximum number of candidates. */
  readonly limit: number
  /** Filter of the searched subjects; default all. */
  readonly filter?: SubjectFilter | undefined
}

/** Result of a search. */
export interface Found {
  /** Candidates of each probe: one per subject, most similar first. */
  readonly candidates: readonly (readonly Candidate[])[]
  /** Number of vectors that a probe was compared with: templates, or with `mean` subjects. */
  readonly comparisons: number
  /** Version of the gallery that was searched. */
  readonly version: number
}

/** Finds the subjects most similar to probes. */
export interface Search {
  search(probes: readonly Float32Array[], options: SearchOptions): Promise<Found>
  /** Deletes cached data of removed subjects. */
  forget(): Promise<void>
  /** Deletes all cached data; call when the gallery was deleted. */
  drop(): Promise<void>
  close(): Promise<void>
}

/** Number of subjects that are compared exactly: more than `limit`, since their preselection is approximate. Judgment. */
export const shortlist = (limit: number) => 2 * limit + 16

/** Compares subjects with a probe exactly. @returns The candidates, most similar first. */
export async function rank(
  store: PeopleStore,
  people: readonly Person[],
  probe: Float32Array,
  { fusion = defaultFusion, limit }: SearchOptions,
): Promise<Candidate[]> {
  const ranked = people
    .map(({ subject, templates }) => {
      const similarities = templates.map(({ vector }) => dot(vector, probe))
      const best = similarities.indexOf(Math.max(...similarities))
      const similarity =
        fusion === 'mean' ? dot(weightedMean(templates), probe) : similarities[best]!
      const { id, photoId } = templates[best]!
      return { subject, similarity: clamp(similarity), templateId: id, photoId }
    })
    .sort((a, b) => b.similarity - a.similarity)
    .slice(0, limit)
  const photos = await store.photos(ranked.map(({ photoId }) => photoId))
  return ranked.map(({ photoId, ...candidate }) => ({
    ...candidate,
    photo: photos.get(photoId) ?? '',
  }))
}

/** Limits a cosine to −1…1, which rounding may exceed. */
export const clamp = (similarity: number) => Math.max(-1, Math.min(1, similarity))
