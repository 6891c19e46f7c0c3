import {
  type Comparable,
  fromCosine,
  type SimilarityMeasure,
} from '../../faces/similarity-measure.js'
import { dot } from '../../faces/vectors.js'
import type { PeopleStore } from '../people-store.js'
import type { Subject, SubjectFilter } from '../subject.js'
import type { ComparedPerson } from './compared-person.js'

/**
 * Fusion of the scores of a subject's templates.
 *
 * - `best`: the similarity of the most similar template.
 * - `mean`: the similarity to the mean of the templates, weighted by quality.
 */
export type Fusion = 'best' | 'mean'

/** Every {@link Fusion}. */
export const fusions = ['best', 'mean'] as const satisfies readonly Fusion[]

/**
 * `mean`: on both measured sets it lowers the highest similarity of strangers to any subject (docs/accuracy.md), and
 * separates subjects no worse.
 */
export const defaultFusion: Fusion = 'mean'

/** A subject that a search found. */
export interface Candidate {
  /** The subject. */
  readonly subject: Subject
  /** The similarity that decides, −1…1. */
  readonly similarity: number
  /** Cosine of the embeddings, −1…1: the similarity of networks without a cohort. */
  readonly cosine: number
  /** UUID of the subject's most similar template. */
  readonly templateId: string
  /** File name of the enrolled photo of that template. */
  readonly photo: string
}

/** Options of a search. */
export interface SearchOptions {
  /** Measure of the model's similarities. */
  readonly measure: SimilarityMeasure
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

/**
 * How people are searched: in the database; by a graph; all of them, in memory, also while a graph is `building`; or `unused`, where
 * nothing was searched yet.
 */
export type SearchMethod = 'database' | 'graph' | 'building' | 'scan' | 'unused'

/** Finds the subjects most similar to probes. */
export interface Search {
  readonly method: SearchMethod
  search(probes: readonly Float32Array[], options: SearchOptions): Promise<Found>
  /** Deletes cached data of removed subjects. */
  forget(): Promise<void>
  /** Deletes all cached data; call when the gallery was deleted. */
  drop(): Promise<void>
  close(): Promise<void>
}

/**
 * Number of subjects that are compared exactly: more than `limit`, since their preselection is approximate, and goes by the
 * cosine, which orders subjects otherwise than a measure with a cohort does: its best is among the first 40 (bench/candidates.ts).
 */
export function shortlist(limit: number, measure: SimilarityMeasure): number {
  return 2 * limit + (measure.cohort === null ? 16 : 64)
}

/** A probe in the space in which a store compares templates. */
export function comparableProbe(
  store: PeopleStore,
  vector: Float32Array,
  measure: SimilarityMeasure,
): Comparable {
  return { vector: store.probe(vector), offset: measure.offset(() => vector) }
}

/** Compares subjects with a probe exactly. @returns The candidates, most similar first. */
export async function rank(
  store: PeopleStore,
  people: readonly ComparedPerson[],
  probe: Comparable,
  { fusion = defaultFusion, limit }: Pick<SearchOptions, 'fusion' | 'limit'>,
): Promise<Candidate[]> {
  const ranked = people
    .map((each) => {
      const { subject, templates } = each.person
      const cosines = templates.map(({ vector }) => dot(vector, probe.vector))
      // The template that is named beside a mean is the one of the highest cosine, which needs no offsets.
      const scores =
        fusion === 'best' ? each.templates.map(({ offset }, i) => cosines[i]! - offset) : cosines
      const best = scores.indexOf(Math.max(...scores))
      const compared = fusion === 'best' ? each.templates[best]! : each.mean
      const cosine = dot(compared.vector, probe.vector)
      const { id, photoId } = templates[best]!
      return {
        subject,
        similarity: fromCosine(cosine, compared, probe),
        cosine: clamp(cosine),
        ...{ templateId: id, photoId },
      }
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
