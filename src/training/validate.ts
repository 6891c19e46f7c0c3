import { openSession } from '#runtime'
import { moments } from '../evaluation/card-thresholds.js'
import { allPairs, type PairScores, rocAuc } from '../evaluation/pair-scores.js'
import type { TrainingFace } from './data/training-photos.js'
import type { Weights } from './networks/layers.js'
import { exportNetwork, type Network } from './networks/network.js'

/** Separation of people by embeddings. */
export interface Separation {
  /** Area under the ROC curve of all pairs, 0…1. */
  readonly auc: number
  /** Distance between the means of genuine and impostor similarities, in units of their mean deviation. */
  readonly dPrime: number
}

/** Embeddings that a network with these weights makes of inputs. */
export async function embeddingsOf(
  network: Network,
  weights: Weights,
  inputs: Iterable<Float32Array>,
): Promise<Float32Array[]> {
  const session = await openSession(exportNetwork(network, weights), [1, ...network.inputShape])
  try {
    const embeddings: Float32Array[] = []
    for (const input of inputs) embeddings.push((await session.run(input)).embedding!)
    return embeddings
  } finally {
    await session.release()
  }
}

/** Similarities of all pairs of faces. */
export async function pairScores(
  network: Network,
  weights: Weights,
  faces: readonly TrainingFace[],
  plain: (face: TrainingFace) => Float32Array,
): Promise<PairScores> {
  const embeddings = await embeddingsOf(network, weights, faces.map(plain))
  return allPairs(
    embeddings,
    faces.map(({ name }) => name),
  )
}

/** How well pairs of one person and of two are apart. */
export function separation(scores: PairScores): Separation {
  const [genuine, impostor] = [moments(scores.genuine), moments(scores.impostor)]
  const deviation = Math.sqrt((genuine.deviation ** 2 + impostor.deviation ** 2) / 2)
  return { auc: rocAuc(scores), dPrime: (genuine.mean - impostor.mean) / Math.max(deviation, 1e-9) }
}
