import { basename, join } from 'node:path'
import { Random } from '../dist/base/random.js'
import {
  type PersonCount,
  type RateEstimate,
  rateInterval,
  varianceOverPairs,
} from '../dist/evaluation/intervals.js'
import { kindOf, labeledPhotos } from '../dist/evaluation/labeled-faces.js'
import {
  type CohortFace,
  cohortWeight,
  distinctFaces,
  makeCohort,
} from '../dist/evaluation/make-cohort.js'
import { freedomOf } from '../dist/evaluation/slices.js'
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

/** People, and the measure that compares them. */
export interface Comparison {
  readonly faces: readonly CohortFace[]
  readonly measure: SimilarityMeasure
}

/** Number of draws of a cross-validation. */
const draws = 12
/** Share of the people in the cohort of a draw. */
const cohortShare = 0.75

/** Comparisons of people who are not in the cohort: in each draw it is made of three quarters of the people, and the others are compared. */
export function heldOutComparisons(
  faces: readonly CohortFace[],
  ordinaryFaces: readonly Float32Array[],
  options: Parameters<typeof measureOf>[2] = {},
): Comparison[] {
  return Array.from({ length: draws }, (_, draw) => {
    const random = new Random(draw + 1)
    const inCohort = faces.map(() => random.next() < cohortShare)
    const measure = measureOf(
      faces.filter((_, i) => inCohort[i]),
      ordinaryFaces,
      { ...options, seed: draw + 1 },
    )
    return { faces: faces.filter((_, i) => !inCohort[i]), measure }
  })
}

/** The faces of each kind. */
function byKind(faces: readonly CohortFace[]): Map<string, CohortFace[]> {
  const kinds = new Map<string, CohortFace[]>()
  for (const face of faces) {
    const own = kinds.get(face.kind)
    if (own) own.push(face)
    else kinds.set(face.kind, [face])
  }
  return kinds
}

/** Similarities of pairs of two people within each kind, in falling order. */
export function pairsByKind(comparisons: readonly Comparison[]): Map<string, Float32Array> {
  const all = new Map<string, Float32Array[]>()
  for (const { faces, measure } of comparisons) {
    for (const [kind, own] of byKind(faces)) {
      const pairs = allPairs(own.map(({ vector }) => measure.prepare(vector)))
      all.set(kind, [...(all.get(kind) ?? []), pairs])
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

/**
 * The share of pairs within each kind that reach a threshold, with intervals over people: pairs that share a person are not
 * independent.
 */
export function falseMatchRates(
  comparisons: readonly Comparison[],
  threshold: number,
): Map<string, RateEstimate> {
  const kinds = byKind([...new Set(comparisons.flatMap(({ faces }) => faces))])
  const counts = [...kinds].map(([kind, own]) => ({
    kind,
    ...countsOf(own, comparisons, threshold),
  }))
  const effects = counts.filter(({ errors }) => errors >= fewestErrors).map(designEffect)
  const effect = Math.max(1, ...effects)
  return new Map(
    counts.map((count) => {
      const { kind, people, errors, trials, squares } = count
      const variance = varianceOverPairs(people, squares)
      return [kind, rateInterval(errors, trials, variance, freedomOf(people), trials / effect)]
    }),
  )
}

/** Fewer errors tell nothing about how pairs depend on each other. */
const fewestErrors = 10

/** Errors and comparisons of a group of people: of all pairs, of each person, and Σ r² of the pairs (varianceOverPairs). */
interface GroupCounts {
  readonly errors: number
  readonly trials: number
  readonly people: readonly PersonCount[]
  readonly squares: number
}

function countsOf(
  group: readonly CohortFace[],
  comparisons: readonly Comparison[],
  threshold: number,
): GroupCounts {
  const n = group.length
  const indexOf = new Map(group.map((face, i) => [face, i]))
  const errors = new Uint8Array(n * n)
  const trials = new Uint8Array(n * n)
  for (const { faces, measure } of comparisons) {
    const own = faces.filter((face) => indexOf.has(face))
    const prepared = own.map(({ vector }) => measure.prepare(vector))
    for (const [i, a] of prepared.entries()) {
      for (let k = 0; k < i; k++) {
        const [x, y] = [indexOf.get(own[i]!)!, indexOf.get(own[k]!)!]
        const match = measure.similarity(a, prepared[k]!) >= threshold
        for (const cell of [x * n + y, y * n + x]) {
          trials[cell]!++
          if (match) errors[cell]!++
        }
      }
    }
  }
  const sum = (values: Uint8Array) => values.reduce((total, each) => total + each, 0)
  const total = { errors: sum(errors) / 2, trials: sum(trials) / 2 }
  const rate = total.errors / total.trials
  const squares =
    errors.reduce((sum, each, cell) => sum + (each - rate * trials[cell]!) ** 2, 0) / 2
  const people = group.map((_, i) => ({
    errors: sum(errors.subarray(i * n, (i + 1) * n)),
    trials: sum(trials.subarray(i * n, (i + 1) * n)),
  }))
  return { ...total, people: people.filter(({ trials }) => trials > 0), squares }
}

/** How many pairs carry the information of one independent pair (Kish 1965). */
function designEffect({ errors, trials, people, squares }: GroupCounts): number {
  const rate = errors / trials
  return varianceOverPairs(people, squares) / ((rate * (1 - rate)) / trials) || 1
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
