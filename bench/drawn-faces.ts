import type { Random } from '../dist/base/random.js'

/** Number of real faces whose deviations make up a drawn one. */
const mixed = 64

/**
 * Draws embeddings from the normal distribution that has the mean and covariance of real ones, so that made-up people resemble
 * one another, and real people of the kind, as much as real people do.
 *
 * @param faces - Unit vectors of people of one kind.
 */
export function* drawnFaces(
  faces: readonly Float32Array[],
  count: number,
  random: Random,
): Generator<Float32Array> {
  const dimensions = faces[0]!.length
  const mean = new Float64Array(dimensions)
  for (const face of faces) for (let k = 0; k < dimensions; k++) mean[k]! += face[k]! / faces.length
  for (let i = 0; i < count; i++) {
    const drawn = Float64Array.from(mean)
    for (let j = 0; j < mixed; j++) {
      const face = faces[random.below(faces.length)]!
      const weight = random.normal() / Math.sqrt(mixed)
      for (let k = 0; k < dimensions; k++) drawn[k]! += weight * (face[k]! - mean[k]!)
    }
    const length = Math.hypot(...drawn)
    yield Float32Array.from(drawn, (x) => x / length)
  }
}
