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
