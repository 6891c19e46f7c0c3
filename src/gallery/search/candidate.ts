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
 * `mean`: on both measured sets it brings strangers less near to anybody (docs/accuracy.md), and people are told
 * apart no worse.
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

/** How a gallery is searched. */
export interface SearchOptions {
  /** Fusion of the scores of a subject's templates; default `mean`. */
  readonly fusion?: Fusion
  /** Most candidates wanted. */
  readonly limit: number
  /** Only among these people. */
  readonly filter?: SubjectFilter | undefined
}

/** What a search found. */
export interface Found {
  /** Of each probe: one candidate a person, most similar first. */
  readonly candidates: readonly (readonly Candidate[])[]
  /** How many vectors a probe was compared with: templates, or with `mean` people. */
  readonly comparisons: number
  /** Version of the gallery that was searched. */
  readonly version: number
}

/** Finds the people most similar to probes. */
export interface Search {
  search(probes: readonly Float32Array[], options: SearchOptions): Promise<Found>
  /** Keeps nothing of people who are gone. */
  forget(): Promise<void>
  /** To be called when the gallery is gone: nothing kept of it stays. */
  drop(): Promise<void>
  close(): Promise<void>
}

/** More people are compared exactly than are wanted, since the way they were found is rough. */
export const shortlist = (limit: number) => 2 * limit + 16

/** Compares people with a probe exactly. @returns The most similar first. */
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

/** Rounding may carry a cosine beyond its range. */
export const clamp = (similarity: number) => Math.max(-1, Math.min(1, similarity))
