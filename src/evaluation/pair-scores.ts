import { upperTail } from '../recognition/normal.js'

/** Similarities of genuine and impostor pairs. */
export interface PairScores {
  readonly genuine: Float64Array
  readonly impostor: Float64Array
}

/** Similarities of all pairs of L2-normalized embeddings. */
export function allPairs(
  embeddings: readonly Float32Array[],
  labels: readonly (string | number)[],
): PairScores {
  const genuine: number[] = []
  const impostor: number[] = []
  embeddings.forEach((a, i) => {
    for (let j = 0; j < i; j++) {
      const b = embeddings[j]!
      let sum = 0
      for (let k = 0; k < a.length; k++) sum += a[k]! * b[k]!
      ;(labels[i] === labels[j] ? genuine : impostor).push(sum)
    }
  })
  return { genuine: Float64Array.from(genuine), impostor: Float64Array.from(impostor) }
}

/**
 * Area under the ROC curve: the probability that a genuine pair is more similar than an impostor pair, with ties counted half
 * (Mann and Whitney 1947). NaN without both genuine and impostor pairs.
 */
export function rocAuc({ genuine, impostor }: PairScores): number {
  const all = [...genuine, ...impostor]
  const order = all.map((_, i) => i).sort((a, b) => all[a]! - all[b]!)
  let ranks = 0
  for (let i = 0; i < order.length; ) {
    let end = i
    while (end < order.length && all[order[end]!] === all[order[i]!]) end++
    const rank = (i + 1 + end) / 2
    for (; i < end; i++) if (order[i]! < genuine.length) ranks += rank
  }
  const n = genuine.length
  return (ranks - (n * (n + 1)) / 2) / (n * impostor.length)
}

/** Mean of the share of genuine pairs at or above the threshold and the share of impostor pairs below it. */
export function balancedAccuracy({ genuine, impostor }: PairScores, threshold: number): number {
  const matched = genuine.reduce((count, s) => count + Number(s >= threshold), 0)
  const refused = impostor.reduce((count, s) => count + Number(s < threshold), 0)
  return (matched / genuine.length + refused / impostor.length) / 2
}

/** Threshold with the best {@link balancedAccuracy}: the midpoint between its two neighboring similarities. */
export function bestThreshold({ genuine, impostor }: PairScores): number {
  const g = genuine.toSorted()
  const i = impostor.toSorted()
  const all = Float64Array.from(new Set([...g, ...i])).sort()
  let best = { accuracy: -1, threshold: 0 }
  let belowG = 0
  let belowI = 0
  for (const [at, value] of all.entries()) {
    while (belowG < g.length && g[belowG]! < value) belowG++
    while (belowI < i.length && i[belowI]! < value) belowI++
    const accuracy = (1 - belowG / g.length + belowI / i.length) / 2
    const before = at > 0 ? all[at - 1]! : value
    if (accuracy > best.accuracy) best = { accuracy, threshold: (before + value) / 2 }
  }
  return best.threshold
}

/** Width of the steps in which {@link smoothedThreshold} searches. Judgment: similarities are told to three digits. */
const step = 0.001
/** Standard deviations from which on the kernel counts as 0 or 1. */
const reach = 5

/**
 * Threshold with the best balanced accuracy of the distributions that the similarities come from, estimated by Gaussian kernels of
 * Silverman's bandwidth (1986, eq. 3.31). Both kinds of pairs are needed.
 *
 * {@link bestThreshold} follows the few pairs that happen to lie near it: of another sample it is best by chance. A threshold that is applied to other
 * pairs than those it was chosen on comes from here.
 */
export function smoothedThreshold({ genuine, impostor }: PairScores): number {
  const sorted = Float64Array.of(...ends(genuine), ...ends(impostor)).sort()
  const [from, to] = [sorted[0]!, sorted.at(-1)!]
  const steps = Math.ceil((to - from) / step) + 1
  const above = [genuine, impostor].map((all) => sharesAbove(all, from, steps))
  let best = 0
  const gain = (i: number) => above[0]![i]! - above[1]![i]!
  for (let i = 1; i < steps; i++) if (gain(i) > gain(best)) best = i
  return from + best * step
}

/** The least and the greatest value. */
function ends(values: Float64Array): [number, number] {
  let [least, greatest] = [values[0]!, values[0]!]
  for (const value of values)
    [least, greatest] = [Math.min(least, value), Math.max(greatest, value)]
  return [least, greatest]
}

/** The smoothed share of values above each of a number of thresholds. */
function sharesAbove(values: Float64Array, from: number, steps: number): Float64Array {
  const bandwidth = Math.max(step, silverman(values))
  const counts = new Float64Array(steps)
  for (const value of values) counts[Math.round((value - from) / step)]!++
  const shares = new Float64Array(steps)
  const width = Math.ceil((reach * bandwidth) / step)
  for (let at = 0; at < steps; at++) {
    const count = counts[at]! / values.length
    if (count === 0) continue
    for (let i = Math.max(0, at - width); i < Math.min(steps, at + width + 1); i++)
      shares[i]! += count * upperTail(((i - at) * step) / bandwidth)
    for (let i = 0; i < at - width; i++) shares[i]! += count
  }
  return shares
}

/** Silverman's bandwidth: 0.9 min(standard deviation, interquartile range / 1.34) n^(−1/5). */
function silverman(values: Float64Array): number {
  const n = values.length
  const mean = values.reduce((sum, value) => sum + value, 0) / n
  const deviation = Math.sqrt(values.reduce((sum, value) => sum + (value - mean) ** 2, 0) / n)
  const sorted = values.toSorted()
  const quartiles = (sorted[Math.floor(0.75 * n)]! - sorted[Math.floor(0.25 * n)]!) / 1.34
  return 0.9 * Math.min(deviation, quartiles) * n ** -0.2
}
