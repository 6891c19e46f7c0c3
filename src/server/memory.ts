import { detectionCard, landmarksCard, livenessCard } from '../models/builtin.js'
import type { EmbeddingCard } from '../models/card.js'
import { deviceOf, devicesFrom } from '../models/devices.js'
import { defaultPhotoLimits, type PhotoLimits, workerMemory } from '../workers/limits.js'
import type { Settings } from './settings.js'

/** Memory of the server's own process without bodies and galleries, in bytes, with a margin (`bench/hostile.ts`). */
const ownBytes = 400e6

/** Memory of the process that unpacks an archive, in bytes: its heap limit and a margin (`jobs/unpack.ts`). */
const unpackBytes = 350e6

/** Most bytes of request bodies in memory. */
export function bodyBytes({ maxRequestMegabytes }: Settings): number {
  return Math.max(256e6, 4 * maxRequestMegabytes * 1e6)
}

/** Limits on the work that one photo may cause. */
export function photoLimits(settings: Settings): PhotoLimits {
  return {
    ...defaultPhotoLimits,
    maxBytes: settings.maxMegabytes * 1e6,
    maxPixels: settings.maxMegapixels * 1e6,
    maxFaces: settings.maxFaces,
    maxSeconds: settings.photoSeconds,
  }
}

/** Additional workers for a migration to another model: half the server's own, so that requests are served meanwhile. */
export function migrationThreads({ threads }: Settings): number {
  return Math.max(1, Math.floor(threads / 2))
}

/** Upper bound on the memory of the server and its child processes without the galleries' search indexes, in bytes. */
export function memoryLimit(settings: Settings, embedding: EmbeddingCard): number {
  const cards = [detectionCard, landmarksCard, embedding, livenessCard]
  const networks = cards.reduce((sum, { bytes }) => sum + bytes, 0)
  const devices = devicesFrom(settings.device ?? 'cpu')
  const usesDevice = cards.some((card) => deviceOf(devices, card) !== 'cpu')
  const worker = workerMemory(photoLimits(settings), networks, usesDevice)
  const workers = settings.threads + migrationThreads(settings)
  return ownBytes + bodyBytes(settings) + workers * worker + unpackBytes
}
