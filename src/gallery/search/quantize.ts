/**
 * A unit vector's values in 8 bits. The values of embeddings spread like those of a random direction, with a deviation of
 * 1/√dimensions; four and a half of those fill the range, so that a similarity is off by less than 0.001.
 */
export function quantize(vector: Float32Array, into: Int8Array, at = 0): void {
  const scale = quantization(vector.length)
  for (let i = 0; i < vector.length; i++) {
    const value = Math.round(vector[i]! * scale)
    into[at + i] = value > 127 ? 127 : value < -127 ? -127 : value
  }
}

/**
 * How far apart, in the units of quantized vectors, two similarities must be to be in the right order for sure: each
 * product of two vectors is off by the roundings of both, whose deviation is √(2/12) of a step; six deviations.
 */
export const quantisationMargin = (dimensions: number) =>
  6 * Math.sqrt(2 / 12) * quantization(dimensions)

/** What a value of 1 becomes. */
const quantization = (dimensions: number) => (127 / 4.5) * Math.sqrt(dimensions)
