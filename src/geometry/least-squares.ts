/**
 * The coefficients of a linear model with the least weighted sum of squared errors, by the normal equations.
 *
 * @param rows - The terms of each observation; as many terms in every row.
 * @param values - What each row should give.
 * @param weights - Weight of each row.
 * @returns A coefficient for each term; NaN where the terms do not determine them.
 */
export function leastSquares(
  rows: readonly (readonly number[])[],
  values: readonly number[],
  weights: readonly number[],
): number[] {
  const n = rows[0]!.length
  const system = Array.from({ length: n }, () => new Float64Array(n + 1))
  rows.forEach((row, r) => {
    for (let i = 0; i < n; i++) {
      const weighted = weights[r]! * row[i]!
      for (let k = 0; k < n; k++) system[i]![k]! += weighted * row[k]!
      system[i]![n]! += weighted * values[r]!
    }
  })
  return solve(system)
}

/** Solves linear equations by Gaussian elimination with partial pivoting; the last column is the right side. */
function solve(system: Float64Array[]): number[] {
  const n = system.length
  for (let i = 0; i < n; i++) {
    let pivot = i
    for (let r = i + 1; r < n; r++) {
      if (Math.abs(system[r]![i]!) > Math.abs(system[pivot]![i]!)) pivot = r
    }
    ;[system[i], system[pivot]] = [system[pivot]!, system[i]!]
    for (let r = i + 1; r < n; r++) {
      const factor = system[r]![i]! / system[i]![i]!
      for (let k = i; k <= n; k++) system[r]![k]! -= factor * system[i]![k]!
    }
  }
  const solution = new Array<number>(n).fill(0)
  for (let i = n - 1; i >= 0; i--) {
    let sum = system[i]![n]!
    for (let k = i + 1; k < n; k++) sum -= system[i]![k]! * solution[k]!
    solution[i] = sum / system[i]![i]!
  }
  return solution
}
