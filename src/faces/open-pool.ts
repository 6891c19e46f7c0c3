import { AgnizeError } from '../errors.js'
import type { ImageLimits } from '../image/rgb-image.js'
import { detectionCard, landmarksCard } from '../models/builtin.js'
import type { EmbeddingCard, ModelCard } from '../models/card.js'
import type { ModelStore, PullProgress } from '../models/store.js'
import { FacePool } from './pool.js'

/**
 * Reads the networks, fetching them when they are not there yet, and starts a pool on them.
 *
 * @throws AgnizeError `model-missing`, `model-corrupt`, and those of {@link ModelStore.pull}.
 */
export async function openPool(
  models: ModelStore,
  embedding: EmbeddingCard,
  options: {
    readonly limits: ImageLimits
    readonly threads: number
    readonly onPull: ((progress: PullProgress) => void) | undefined
  },
): Promise<FacePool> {
  const network = async (card: ModelCard) => ({ card, bytes: await models.read(card) })
  const networks = async () => ({
    detection: await network(detectionCard),
    landmarks: await network(landmarksCard),
    embedding: await network(embedding),
  })
  const read = await networks().catch(async (error: unknown) => {
    if (!(error instanceof AgnizeError) || error.code !== 'model-missing') throw error
    await models.pull(options.onPull ? { onProgress: options.onPull } : {})
    return networks()
  })
  return new FacePool({ models: read, limits: options.limits }, options.threads)
}
