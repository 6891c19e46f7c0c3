/** Inner product of two vectors of equal dimension; for embeddings it is the cosine similarity. */
export function dot(a: Float32Array, b: Float32Array): number {
  let sum = 0
  for (let i = 0; i < a.length; i++) sum += a[i]! * b[i]!
  return sum
}

/**
 * Inner product of a vector with a row of a matrix. Four sums: one that waits for the addition before it takes longer.
 *
 * @param rows - Row-major.
 * @param from - Index of the row's first value.
 */
export function dotOfRow(rows: Float32Array, from: number, vector: Float32Array): number {
  const { length } = vector
  let [a, b, c, d] = [0, 0, 0, 0]
  let k = 0
  for (; k + 3 < length; k += 4) {
    a += rows[from + k]! * vector[k]!
    b += rows[from + k + 1]! * vector[k + 1]!
    c += rows[from + k + 2]! * vector[k + 2]!
    d += rows[from + k + 3]! * vector[k + 3]!
  }
  for (; k < length; k++) a += rows[from + k]! * vector[k]!
  return a + b + c + d
}

/** Scales a vector to length 1 in place. @returns The original length. */
export function normalize(vector: Float32Array): number {
  let sum = 0
  for (const value of vector) sum += value * value
  const norm = Math.sqrt(sum)
  if (norm > 0) for (let i = 0; i < vector.length; i++) vector[i] = vector[i]! / norm
  return norm
}

/** Weight of a template in its subject's mean: its quality, at least 0.01, so that even the poorest counts. Judgment. */
export function weightOf({ quality }: { readonly quality: number | null }): number {
  return Math.max(quality ?? 1, 0.01)
}

/** The mean of a subject's embeddings, weighted by quality and normalized. */
export function weightedMean(
  templates: readonly { readonly vector: Float32Array; readonly quality: number | null }[],
): Float32Array {
  const mean = new Float32Array(templates[0]!.vector.length)
  for (const template of templates) {
    const weight = weightOf(template)
    const { vector } = template
    for (let k = 0; k < mean.length; k++) mean[k]! += weight * vector[k]!
  }
  normalize(mean)
  return mean
}
