/** Inner product of two vectors of equal dimension; for embeddings it is the cosine similarity. */
export function dot(a: Float32Array, b: Float32Array): number {
  let sum = 0
  for (let i = 0; i < a.length; i++) sum += a[i]! * b[i]!
  return sum
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
