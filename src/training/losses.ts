import {
  add,
  choose,
  greater,
  matMul,
  maximum,
  minimum,
  multiply,
  positive,
  relu,
  reshape,
  rows,
  squareRoot,
  subtract,
  sum,
} from './graph/arithmetic.js'
import type { Graph, Value } from './graph/graph.js'

/** Selection of triplets. */
export type Mining = 'offline' | 'batch-all' | 'batch-hard' | 'semi-hard'

/** What is minimized. */
export type Loss =
  | { readonly kind: 'triplet'; readonly mining: Mining; readonly margin: number }
  | { readonly kind: 'contrastive'; readonly margin: number }

/** A loss in a graph. */
export interface LossValue {
  /** Summed over its terms. */
  readonly total: Value
  /** How many terms are above 0. */
  readonly active: Value
}

/** How many terms a batch can have, for shares and means. */
export function termsOf(loss: Loss, labels: readonly number[]): number {
  const size = labels.length
  const positives = labels.map((a) => labels.filter((b) => b === a).length - 1)
  if (loss.kind === 'contrastive') return (size * (size - 1)) / 2
  switch (loss.mining) {
    case 'offline':
      return size / 3
    case 'batch-hard':
      return size
    case 'semi-hard':
      return positives.reduce((a, b) => a + b, 0)
    case 'batch-all':
      return positives.reduce((total, count) => total + count * (size - count - 1), 0)
  }
}

/** The masks that tell pairs of one person from pairs of two: inputs `same` and `different` of the graph. */
export function pairMasks(
  loss: Loss,
  labels: readonly number[],
): { same: Float32Array; different: Float32Array } {
  const size = labels.length
  const same = new Float32Array(size * size)
  const different = new Float32Array(size * size)
  labels.forEach((a, i) => {
    labels.forEach((b, j) => {
      // A pair of the contrastive loss counts once, an anchor and a positive of a triplet in both orders.
      if (i === j || (loss.kind === 'contrastive' && j < i)) return
      if (a === b) same[i * size + j] = 1
      else different[i * size + j] = 1
    })
  })
  return { same, different }
}

/**
 * Adds the loss of a batch to the graph.
 *
 * Triplet (Schroff et al. 2015): Σ max(0, |a − p|² − |a − n|² + margin), over triplets given (`offline`: the batch is
 * anchors, then positives, then negatives), all of the batch, each anchor's farthest positive and nearest negative
 * (`batch-hard`, Hermans et al. 2017), or for each anchor and positive the nearest negative that is farther than the
 * positive, or the farthest where there is none (`semi-hard`).
 *
 * Contrastive (Hadsell et al. 2006): Σ |a − b|² over pairs of one person + Σ max(0, margin − |a − b|)² over pairs of
 * two.
 *
 * @param embeddings - batch × dimensions, each of length 1.
 */
export function lossOf(graph: Graph, loss: Loss, embeddings: Value): LossValue {
  const size = embeddings.shape[0]!
  if (loss.kind === 'triplet' && loss.mining === 'offline') {
    const third = size / 3
    const [a, p, n] = [0, 1, 2].map((i) => rows(graph, embeddings, i * third, (i + 1) * third)) as [
      Value,
      Value,
      Value,
    ]
    const far = (other: Value) => {
      const difference = subtract(graph, a, other)
      return sum(graph, multiply(graph, difference, difference), [1])
    }
    return hinge(graph, subtract(graph, far(p), far(n)), loss.margin)
  }
  const same = graph.input('same', [size, size])
  const different = graph.input('different', [size, size])
  // |a − b|² = 2 − 2 a·b for vectors of length 1.
  const cosines = matMul(graph, embeddings, embeddings, { transB: true })
  const two = graph.scalar(2)
  const distances = subtract(graph, two, multiply(graph, cosines, two))
  if (loss.kind === 'contrastive') {
    const apart = squareRoot(graph, relu(graph, distances), 1e-9)
    const short = relu(graph, subtract(graph, graph.scalar(loss.margin), apart))
    const near = multiply(graph, distances, same)
    const far = multiply(graph, multiply(graph, short, short), different)
    const pushed = graph.emit('Mul', [positive(graph, short), different], [size, size])
    return {
      total: add(graph, sum(graph, near), sum(graph, far)),
      active: add(graph, sum(graph, pushed), sum(graph, same)),
    }
  }
  const far = graph.scalar(10)
  /** Moves what the mask leaves out beyond every distance, which is 4 at most. */
  const outside = (mask: Value) =>
    graph.emit('Mul', [graph.emit('Sub', [graph.scalar(1), mask], mask.shape), far], mask.shape)
  if (loss.mining === 'batch-hard') {
    const positives = maximum(graph, multiply(graph, distances, same), 1)
    const negatives = minimum(graph, add(graph, distances, outside(different)), 1)
    return hinge(graph, subtract(graph, positives, negatives), loss.margin)
  }
  const toPositive = reshape(graph, distances, [size, size, 1])
  const toNegative = reshape(graph, distances, [size, 1, size])
  const isPositive = reshape(graph, same, [size, size, 1])
  const isNegative = reshape(graph, different, [size, 1, size])
  if (loss.mining === 'batch-all') {
    const valid = graph.emit('Mul', [isPositive, isNegative], [size, size, size])
    return hinge(graph, subtract(graph, toPositive, toNegative), loss.margin, valid)
  }
  const farther = greater(graph, toNegative, toPositive)
  const semi = graph.emit('Mul', [farther, isNegative], [size, size, size])
  const nearest = minimum(graph, add(graph, toNegative, outside(semi)), 2)
  const farthest = maximum(graph, subtract(graph, toNegative, outside(isNegative)), 2)
  const exists = greater(graph, graph.scalar(5), nearest)
  const everywhere = add(graph, farthest, graph.constant(new Float32Array(size), [1, size, 1]))
  const negatives = choose(graph, exists, nearest, everywhere)
  return hinge(graph, subtract(graph, toPositive, negatives), loss.margin, isPositive)
}

/** Σ max(0, difference + margin), over those that the mask lets through. */
function hinge(graph: Graph, difference: Value, margin: number, mask?: Value): LossValue {
  const each = relu(graph, add(graph, difference, graph.scalar(margin)))
  const counted = mask ? multiply(graph, each, mask) : each
  return { total: sum(graph, counted), active: sum(graph, positive(graph, counted)) }
}
