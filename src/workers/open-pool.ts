import { isMainThread } from 'node:worker_threads'
import { AgnizeError } from '../base/errors.js'
import { landmarksCard } from '../models/builtin.js'
import type { DetectionCard, EmbeddingCard } from '../models/card.js'
import { type DeviceChoice, requireKnownModels } from '../models/devices.js'
import type { ModelStore, PullProgress } from '../models/model-store.js'
import type { PhotoLimits } from './limits.js'
import { FacePool } from './pool.js'
import type { WorkerSetup } from './protocol.js'

/**
 * Starts a pool with the networks, pulling them where they are missing.
 *
 * @param options - `threads`: number of worker processes; with 0 the work is done in the calling process, except in a worker
 * thread: ONNX Runtime's telemetry can be switched off for a whole process only. `niceness`: see {@link ChildWorker}.
 * @throws AgnizeError `model-missing`, and those of {@link ModelStore.pull}.
 */
export async function openPool(
  models: ModelStore,
  [detection, embedding]: readonly [DetectionCard, EmbeddingCard],
  {
    limits,
    threads,
    niceness,
    devices,
    onPull,
  }: {
    readonly limits: PhotoLimits
    readonly threads: number
    readonly niceness: number
    readonly devices: DeviceChoice
    readonly onPull: ((progress: PullProgress) => void) | undefined
  },
): Promise<FacePool> {
  const cards = { detection, landmarks: landmarksCard, embedding }
  if (Object.keys(devices.models).length > 0) {
    const known = [...Object.values(cards).map(({ name }) => name), ...(await models.names())]
    requireKnownModels(devices, [...new Set(known)])
  }
  try {
    for (const card of Object.values(cards)) models.require(card)
  } catch (error) {
    if (!(error instanceof AgnizeError) || error.code !== 'model-missing') throw error
    await models.pull(onPull ? { onProgress: onPull } : {})
    for (const card of Object.values(cards)) models.require(card)
  }
  const setup: WorkerSetup = {
    networks: {
      detection: models.file(detection),
      landmarks: models.file(landmarksCard),
      embedding: models.file(embedding),
    },
    limits,
    devices,
  }
  if (threads === 0 && isMainThread) {
    const { LocalWorker } = await import('./local-worker.js')
    return new FacePool(() => new LocalWorker(setup), 1)
  }
  const { ChildWorker } = await import('./child-worker.js')
  return new FacePool(() => new ChildWorker(setup, niceness), Math.max(1, threads))
}
