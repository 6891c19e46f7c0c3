/**
 * Share of a standard normal distribution above `z`, with a relative error under 2e-7 also far out in the tail.
 *
 * Complementary error function by the Chebyshev fit of Numerical Recipes (3rd edition, §6.2.2).
 */
export function upperTail(z: number): number {
  const x = Math.abs(z) / Math.SQRT2
  const t = 2 / (2 + x)
  const series = [
    -1.26551223, 1.00002368, 0.37409196, 0.09678418, -0.18628806, 0.27886807, -1.13520398,
    1.48851587, -0.82215223, 0.17087277,
  ].reduceRight((sum, coefficient) => sum * t + coefficient, 0)
  const tail = (t * Math.exp(-x * x + series)) / 2
  return z >= 0 ? tail : 1 - tail
}

/** The `z` that a standard normal variable exceeds with the given probability, 0 < p < 1. */
export function upperQuantile(p: number): number {
  let low = -40
  let high = 40
  for (let i = 0; i < 100; i++) {
    const middle = (low + high) / 2
    if (upperTail(middle) > p) low = middle
    else high = middle
  }
  return (low + high) / 2
}
