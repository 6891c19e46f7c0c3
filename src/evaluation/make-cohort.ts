import { balancedGroups, equidistantCenter, meanOf } from '../clustering/balanced-groups.js'
import { Cohort } from '../faces/cohort.js'
import { dot } from '../faces/vectors.js'
import type { GroupMeans } from '../models/cohort-file.js'

/**
 * Two faces of one kind with a higher cosine are taken for one person's, and one of them is left out: 0.62, above which pairs of
 * UTKFace are the same person or the same photo by eye; in a kind of which more than 1 in 1,000 pairs are above it, as of children, 0.75. Judgment.
 */
const samePerson = { usual: 0.62, share: 1e-3, alike: 0.75 } as const

/**
 * Share of a face's resemblance beyond an ordinary one that is taken off its similarities. Judgment, after trials on UTKFace and
 * Labeled Faces in the Wild: at 1 groups are no more equal, and the rarest false matches of ordinary faces need higher thresholds;
 * at 0.6 children are taken for one another far more often.
 */
export const cohortWeight = 0.8

/** A face that a cohort is made of. */
export interface CohortFace {
  /** Embedding: a unit vector. */
  readonly vector: Float32Array
  /** Kind of people that it belongs to, such as an age, a sex and an origin. Groups are formed within a kind. */
  readonly kind: string
}

/** Options of {@link makeCohort}. */
export interface MakeCohortOptions {
  /** Least number of people in a group; default 20, so that no mean is anybody's template. */
  readonly people?: number
  /** Number of nearest groups that count for a face; default 3. */
  readonly neighbors?: number
  /** Seed of the groups; default 1. */
  readonly seed?: number
}

/** Group means, and what is to be known of them. */
export interface MadeCohort {
  readonly means: GroupMeans
  readonly neighbors: number
  /** Mean resemblance of the faces to the groups that they are not in, m₀. */
  readonly ordinary: number
  /** Number of people in the smallest group. */
  readonly people: number
  /** Number of faces that were left out, since another one is of the same person. */
  readonly repeated: number
  /** Number of faces and groups of each kind; a kind with fewer than half of a group's people has no group. */
  readonly kinds: readonly {
    readonly kind: string
    readonly faces: number
    readonly groups: number
  }[]
  /** How near a group mean is to single faces: what it could tell of one of them. */
  readonly privacy: {
    /** Largest difference of the cosines of a mean to two of its members: 0 says of no member more than of all others. */
    readonly spread: number
    /** Largest cosine of a mean and a face. */
    readonly nearest: number
    /** Largest difference between the cosines of a mean to its nearest face and to its twentieth nearest. */
    readonly largestLead: number
  }
}

/**
 * Makes a cohort of faces of different people, one face each: equally large groups of similar faces within each kind of people.
 *
 * Balance matters more than number: a cohort of whoever happens to be in a set raises the false match rate of those who are rare in
 * it (docs/accuracy.md).
 */
export function makeCohort(
  all: readonly CohortFace[],
  { people = 20, neighbors = 3, seed = 1 }: MakeCohortOptions = {},
): MadeCohort {
  const faces = distinctFaces(all)
  const byKind = indicesByKind(faces)
  const kinds: MadeCohort['kinds'][number][] = []
  const groups: number[][] = []
  for (const [kind, members] of [...byKind].sort(([a], [b]) => (a < b ? -1 : 1))) {
    const enough = filledUp(members, faces, people)
    const formed = balancedGroups(
      enough.map((i) => faces[i]!.vector),
      people,
      seed,
    ).map((group) => group.map((k) => enough[k]!))
    kinds.push({ kind, faces: members.length, groups: enough.length === 0 ? 0 : formed.length })
    if (enough.length > 0) groups.push(...formed)
  }
  const vectors = groups.map((group) => equidistantCenter(group.map((i) => faces[i]!.vector)))
  const means = inOneArray(vectors)
  return {
    means,
    neighbors,
    ordinary: resemblanceToOthers(faces, groups, vectors, neighbors),
    people: groups.length === 0 ? 0 : Math.min(...groups.map(({ length }) => length)),
    repeated: all.length - faces.length,
    kinds,
    privacy: privacyOf(faces, groups, vectors),
  }
}

/**
 * The members of a kind; one with at least half of a group's people is filled up with the most similar faces of other kinds,
 * because people whose kind has no group stay as alike as before. None where there are fewer.
 */
function filledUp(
  members: readonly number[],
  faces: readonly CohortFace[],
  people: number,
): readonly number[] {
  if (members.length >= people) return members
  if (members.length < people / 2 || faces.length < people) return []
  const mean = meanOf(members.map((i) => faces[i]!.vector))
  const own = new Set(members)
  const others = faces.map((_, i) => i).filter((i) => !own.has(i))
  others.sort((a, b) => dot(mean, faces[b]!.vector) - dot(mean, faces[a]!.vector))
  return [...members, ...others.slice(0, people - members.length)]
}

function indicesByKind(faces: readonly CohortFace[]): Map<string, number[]> {
  const byKind = new Map<string, number[]>()
  for (const [i, { kind }] of faces.entries()) {
    const members = byKind.get(kind)
    if (members) members.push(i)
    else byKind.set(kind, [i])
  }
  return byKind
}

/** One face of each person: of very similar faces of a kind the first. */
export function distinctFaces(faces: readonly CohortFace[]): CohortFace[] {
  return [...indicesByKind(faces).values()].flatMap((members) =>
    distinct(members.map((i) => faces[i]!)),
  )
}

/** Faces of one kind, one of each person. */
function distinct(faces: readonly CohortFace[]): CohortFace[] {
  const repeats: { readonly i: number; readonly k: number; readonly cosine: number }[] = []
  for (const [i, { vector }] of faces.entries()) {
    for (const [k, other] of faces.slice(0, i).entries()) {
      const cosine = dot(vector, other.vector)
      if (cosine > samePerson.usual) repeats.push({ i, k, cosine })
    }
  }
  const pairs = (faces.length * (faces.length - 1)) / 2
  const limit = repeats.length > samePerson.share * pairs ? samePerson.alike : samePerson.usual
  const dropped = new Set<number>()
  for (const { i, k, cosine } of repeats) {
    if (cosine > limit && !dropped.has(k)) dropped.add(i)
  }
  return faces.filter((_, i) => !dropped.has(i))
}

function inOneArray(vectors: readonly Float32Array[]): GroupMeans {
  const dimensions = vectors[0]?.length ?? 0
  const all = new Float32Array(vectors.length * dimensions)
  for (const [i, vector] of vectors.entries()) all.set(vector, i * dimensions)
  return { vectors: all, dimensions, count: vectors.length }
}

/** Mean resemblance of faces to the groups that they are not in. */
function resemblanceToOthers(
  faces: readonly CohortFace[],
  groups: readonly (readonly number[])[],
  means: readonly Float32Array[],
  neighbors: number,
): number {
  let sum = 0
  let count = 0
  for (const [own, group] of groups.entries()) {
    const others = new Cohort(inOneArray(means.filter((_, k) => k !== own)), neighbors)
    for (const i of group) {
      sum += others.resemblance(faces[i]!.vector)
      count++
    }
  }
  return sum / count
}

function privacyOf(
  faces: readonly CohortFace[],
  groups: readonly (readonly number[])[],
  means: readonly Float32Array[],
): MadeCohort['privacy'] {
  let spread = 0
  let nearest = -1
  let largestLead = 0
  for (const [k, mean] of means.entries()) {
    const cosines = faces.map(({ vector }) => dot(mean, vector))
    const own = groups[k]!.map((i) => cosines[i]!)
    spread = Math.max(spread, Math.max(...own) - Math.min(...own))
    cosines.sort((a, b) => b - a)
    nearest = Math.max(nearest, cosines[0]!)
    largestLead = Math.max(largestLead, cosines[0]! - (cosines[19] ?? -1))
  }
  return { spread, nearest, largestLead }
}
