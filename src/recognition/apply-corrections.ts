import { fromCosine, type SimilarityMeasure } from '../faces/similarity-measure.js'
import { dot } from '../faces/vectors.js'
import type { CorrectionKind, EmbeddedCorrection } from '../gallery/correction-store.js'
import type { Candidate } from '../gallery/search/candidate.js'
import type { Subject } from '../gallery/subject.js'

/** A correction that affected an answer. */
export interface AppliedCorrection {
  /** UUID of the correction. */
  readonly id: string
  /** `not`: the face is not the subject; `same`: it is. */
  readonly kind: CorrectionKind
  /** The subject that the correction names. */
  readonly subject: Subject
  /** ISO 8601, UTC. */
  readonly createdAt: string
  /** Similarity of the probe to the corrected face, −1…1. */
  readonly similarity: number
}

/** Candidates after corrections were applied. */
export interface CorrectedCandidates {
  /** Remaining candidates, most similar first. */
  readonly candidates: readonly Candidate[]
  readonly applied: readonly AppliedCorrection[]
}

/**
 * Applies the corrections near a probe to its candidates.
 *
 * - "the same as NAME": the corrected face counts as one of NAME's, where that raises NAME's similarity.
 * - "not NAME": NAME is ruled out where the probe is more similar to the corrected face than to NAME's own templates. So the
 *   corrected face and similar ones no longer match NAME, while NAME is still recognized.
 *
 * @param measure - Measure of the model's similarities.
 * @param probe - Embedding of length 1.
 * @param candidates - Most similar first.
 * @param near - Similarity from which two faces count as one person's.
 */
export function correctCandidates(
  measure: SimilarityMeasure,
  probe: Float32Array,
  candidates: readonly Candidate[],
  corrections: readonly EmbeddedCorrection[],
  near: number,
): CorrectedCandidates {
  const prepared = measure.prepare(probe)
  const nearby = corrections.flatMap((correction) => {
    if (!correction.vector) return []
    const cosine = dot(probe, correction.vector)
    const similarity = fromCosine(cosine, prepared, measure.prepare(correction.vector))
    return similarity >= near ? [{ ...correction, similarity, cosine }] : []
  })
  if (nearby.length === 0) return { candidates, applied: [] }
  const people = new Map(candidates.map((candidate) => [candidate.subject.id, candidate]))
  const applied: AppliedCorrection[] = []
  const apply = ({ id, kind, subject, createdAt, similarity }: (typeof nearby)[number]) =>
    applied.push({ id, kind, subject, createdAt, similarity })
  for (const correction of nearby) {
    const { kind, subject, similarity, cosine, id, photo } = correction
    const now = people.get(subject.id)
    if (kind !== 'same' || (now && now.similarity >= similarity)) continue
    people.set(subject.id, { subject, similarity, cosine, templateId: id, photo })
    apply(correction)
  }
  for (const correction of nearby) {
    const now = people.get(correction.subject.id)
    if (correction.kind !== 'not' || !now || now.similarity >= correction.similarity) continue
    people.delete(correction.subject.id)
    apply(correction)
  }
  return {
    candidates: [...people.values()].sort((a, b) => b.similarity - a.similarity),
    applied,
  }
}
