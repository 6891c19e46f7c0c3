import { basename, join } from 'node:path'
import { Random } from '../dist/base/random.js'
import { kindOf, labeledPhotos } from '../dist/evaluation/labeled-faces.js'
import {
  type CohortFace,
  cohortWeight,
  distinctFaces,
  makeCohort,
} from '../dist/evaluation/make-cohort.js'
import { Cohort } from '../dist/faces/cohort.js'
import { cohortMeasure, type SimilarityMeasure } from '../dist/faces/similarity-measure.js'
import type { Agnize } from '../dist/index.js'
import { allPairs, type EmbeddedSet, embeddedSet, utkLabels } from './embedded-sets.js'
import { facesFolder } from './face-sets.js'

/** Origins as UTKFace numbers them. */
export const origins = ['white', 'black', 'East Asian', 'Indian', 'other'] as const

/** Groups of fewer people are shown and decide nothing. */
export const fewestPeople = 100

/** The faces of UTKFace by kind of people, one of each person. */
export function utkFaces({ faces }: EmbeddedSet): CohortFace[] {
  const labeled = faces.flatMap(({ photo, vector, quality }) => {
    const labels = utkLabels(photo)
    if (!labels || !(quality > 0)) return []
    const { age, sex, origin } = labels
    return [{ vector, kind: kindOf(age, sex === 0 ? 'men' : 'women', origins[origin]!) }]
  })
  return distinctFaces(labeled)
}

/** Whether a kind is one of adults of one origin and sex. */
export const isAdult = (kind: string) => / (men|women)$/.test(kind)

/** A cohort's measure, with the mean resemblance of ordinary faces. */
export function measureOf(
  faces: readonly CohortFace[],
  ordinaryFaces: readonly Float32Array[],
  options: { people?: number; neighbors?: number; weight?: number; seed?: number } = {},
): SimilarityMeasure {
  const { means, neighbors } = makeCohort(faces, options)
  const cohort = new Cohort(means, neighbors)
  const ordinary =
    ordinaryFaces.reduce((sum, vector) => sum + cohort.resemblance(vector), 0) /
    ordinaryFaces.length
  return cohortMeasure(cohort, { ordinary, weight: options.weight ?? cohortWeight, sha256: '' })
}

/** Number of people of each kind. */
export function peopleByKind(faces: readonly CohortFace[]): Map<string, number> {
  const people = new Map<string, number>()
  for (const { kind } of faces) people.set(kind, (people.get(kind) ?? 0) + 1)
  return people
}

/** Pairs of two people within each kind, similarities in falling order. */
export function pairsByKind(
  faces: readonly CohortFace[],
  measure: SimilarityMeasure,
): Map<string, Float32Array> {
  const kinds = [...new Set(faces.map(({ kind }) => kind))]
  return new Map(
    kinds.map((kind) => [
      kind,
      allPairs(
        faces.filter((face) => face.kind === kind).map(({ vector }) => measure.prepare(vector)),
      ),
    ]),
  )
}

/** Number of draws of a cross-validation. */
const draws = 12
/** Share of the people in the cohort of a draw. */
const cohortShare = 0.75

/**
 * Similarities of pairs within each kind of people who are not in the cohort: in each draw it is made of three quarters of the
 * people, and the others are compared.
 */
export function heldOutPairs(
  faces: readonly CohortFace[],
  ordinaryFaces: readonly Float32Array[],
  options: Parameters<typeof measureOf>[2] = {},
): Map<string, Float32Array> {
  const all = new Map<string, Float32Array[]>()
  for (let draw = 0; draw < draws; draw++) {
    const random = new Random(draw + 1)
    const inCohort = faces.map(() => random.next() < cohortShare)
    const measure = measureOf(
      faces.filter((_, i) => inCohort[i]),
      ordinaryFaces,
      { ...options, seed: draw + 1 },
    )
    const others = faces.filter((_, i) => !inCohort[i])
    for (const [kind, pairs] of pairsByKind(others, measure)) {
      const before = all.get(kind)
      if (before) before.push(pairs)
      else all.set(kind, [pairs])
    }
  }
  return new Map(
    [...all].map(([kind, parts]) => {
      const joined = new Float32Array(parts.reduce((sum, { length }) => sum + length, 0))
      let at = 0
      for (const part of parts) {
        joined.set(part, at)
        at += part.length
      }
      return [kind, joined.sort().reverse()]
    }),
  )
}

/** The faces of FairFace by kind of people, one of each person. */
export async function cohortFacesOfFairFace(agnize: Agnize): Promise<CohortFace[]> {
  const photos = await labeledPhotos(join(facesFolder, 'fairface'))
  const kinds = new Map(photos.map(({ photo, kind }) => [basename(photo), kind]))
  const { faces } = await embeddedSet(agnize, 'fairface')
  return distinctFaces(
    faces
      .filter(({ quality }) => quality > 0)
      .map(({ photo, vector }) => ({ vector, kind: kinds.get(photo)! })),
  )
}
