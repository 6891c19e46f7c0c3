import { Random } from '../base/random.js'

/** Rounds of assigning members and computing means. Judgment: the means hardly move after ten. */
const rounds = 15

/**
 * Divides vectors into groups of similar ones that are equally large, each with at least `size` members where there are that
 * many: spherical k-means whose clusters have a capacity. In each round the vectors that lose most by not getting the
 * nearest mean choose first.
 *
 * Source: constrained k-means, P. Bradley, K. Bennett and A. Demiriz, Microsoft Research MSR-TR-2000-65, with a greedy assignment.
 *
 * @param vectors - Unit vectors.
 * @param size - Least number of members.
 * @param seed - Seed of the first means.
 * @returns Indices of the members of each group.
 */
export function balancedGroups(
  vectors: readonly Float32Array[],
  size: number,
  seed: number,
): number[][] {
  const count = Math.max(1, Math.floor(vectors.length / size))
  const all = vectors.map((_, i) => i)
  if (count === 1) return [all]
  let means = new Random(seed).sample(vectors, count)
  let groups: number[][] = []
  for (let round = 0; round < rounds; round++) {
    groups = assign(vectors, means, size)
    means = groups.map((members) => meanOf(members.map((i) => vectors[i]!)))
  }
  return groups
}

/** Assigns each vector to the nearest mean that has room; every mean gets `size` members, and the rest goes one by one. */
function assign(
  vectors: readonly Float32Array[],
  means: readonly Float32Array[],
  size: number,
): number[][] {
  const wishes = vectors.map((vector) => {
    const cosines = means.map((mean) => dot(mean, vector))
    const order = cosines.map((_, k) => k).sort((a, b) => cosines[b]! - cosines[a]!)
    return { order, loss: cosines[order[0]!]! - cosines[order[1]!]! }
  })
  const groups: number[][] = means.map(() => [])
  // Groups that may have one member more than `size`: as many as there are members left over.
  const capacity = Math.ceil(vectors.length / means.length)
  let spare = vectors.length - size * means.length
  const turns = wishes.map((_, i) => i).sort((a, b) => wishes[b]!.loss - wishes[a]!.loss)
  for (const i of turns) {
    const group = wishes[i]!.order.find((k) => {
      const { length } = groups[k]!
      return length < size || (spare > 0 && length < Math.max(capacity, size + 1))
    })!
    if (groups[group]!.length >= size) spare--
    groups[group]!.push(i)
  }
  return groups
}

/** The mean of unit vectors, normalized. */
export function meanOf(vectors: readonly Float32Array[]): Float32Array {
  const mean = new Float32Array(vectors[0]!.length)
  for (const vector of vectors) for (let i = 0; i < mean.length; i++) mean[i]! += vector[i]!
  const length = Math.hypot(...mean)
  return length > 0 ? mean.map((x) => x / length) : mean
}

function dot(a: Float32Array, b: Float32Array): number {
  let sum = 0
  for (let i = 0; i < a.length; i++) sum += a[i]! * b[i]!
  return sum
}

/**
 * The center of a group whose cosine to every member is the same, so that it says of no member more than of all others: the
 * weighted sum of the members whose weights solve G w = 1, with G their Gram matrix. For equally similar members it is the mean.
 *
 * @param vectors - Unit vectors, fewer than they have dimensions.
 * @returns A unit vector.
 */
export function equidistantCenter(vectors: readonly Float32Array[]): Float32Array {
  const weights = solve(
    vectors.map((a, i) => vectors.map((b, k) => dot(a, b) + (i === k ? ridge : 0))),
    vectors.map(() => 1),
  )
  const center = new Float32Array(vectors[0]!.length)
  for (const [i, vector] of vectors.entries()) {
    for (let k = 0; k < center.length; k++) center[k]! += weights[i]! * vector[k]!
  }
  const length = Math.hypot(...center)
  return center.map((x) => x / length)
}

/** Added to the diagonal of a Gram matrix, so that equal members do not make it singular. */
const ridge = 1e-6

/** Solves a positive definite system by Gaussian elimination; `rows` and `right` are overwritten. */
function solve(rows: number[][], right: number[]): number[] {
  for (const [i, pivot] of rows.entries()) {
    for (let k = i + 1; k < rows.length; k++) {
      const factor = rows[k]![i]! / pivot[i]!
      for (let j = i; j < rows.length; j++) rows[k]![j]! -= factor * pivot[j]!
      right[k]! -= factor * right[i]!
    }
  }
  for (let i = rows.length - 1; i >= 0; i--) {
    for (let k = i + 1; k < rows.length; k++) right[i]! -= rows[i]![k]! * right[k]!
    right[i]! /= rows[i]![i]!
  }
  return right
}
