import type { ProbabilityMap } from '../models/card.js'

/**
 * Probability that two faces of this similarity show one person, at even prior odds.
 *
 * @param similarity - Cosine, −1…1.
 * @returns 0…1, monotonic in the similarity.
 */
export function probabilityAt(map: ProbabilityMap, similarity: number): number {
  if (map.form === 'logistic') return 1 / (1 + Math.exp(-(map.intercept + map.slope * similarity)))
  const { points } = map
  const after = points.findIndex(([at]) => at > similarity)
  if (after === 0) return points[0]![1]
  if (after < 0) return points.at(-1)![1]
  const [[x, p], [y, q]] = [points[after - 1]!, points[after]!]
  return p + ((similarity - x) / (y - x)) * (q - p)
}
