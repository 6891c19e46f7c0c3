/**
 * Quantizes a unit vector to 8 bits. The values of embeddings are distributed like those of a random direction, with a
 * standard deviation of 1/√dimensions; the range is 4.5 of those, so that a similarity is off by less than 0.001.
 */
export function quantize(vector: Float32Array, into: Int8Array, at = 0): void {
  const scale = quantization(vector.length)
  for (let i = 0; i < vector.length; i++) {
    const value = Math.round(vector[i]! * scale)
    into[at + i] = value > 127 ? 127 : value < -127 ? -127 : value
  }
}

/**
 * Difference, in the units of quantized vectors, above which two similarities are certainly in the right order: the product
 * of two vectors has the rounding errors of both, with a standard deviation of √(2/12) of a step; six deviations.
 */
export const quantizationMargin = (dimensions: number) =>
  6 * Math.sqrt(2 / 12) * quantization(dimensions)

/** The quantized value of 1. */
const quantization = (dimensions: number) => (127 / 4.5) * Math.sqrt(dimensions)
