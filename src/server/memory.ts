import { detectionCard, landmarksCard } from '../models/builtin.js'
import type { EmbeddingCard } from '../models/card.js'
import { defaultPhotoLimits, type PhotoLimits, workerMemory } from '../workers/limits.js'
import type { Settings } from './settings.js'

/** What the server's own process takes beside bodies and galleries, with room to spare (`bench/hostile.ts`). */
const ownBytes = 400e6

/** What the process that unpacks an archive takes (`jobs/unpack.ts`). */
const unpackBytes = 350e6

/** Most bytes of request bodies in memory. */
export function bodyBytes({ maxRequestMegabytes }: Settings): number {
  return Math.max(256e6, 4 * maxRequestMegabytes * 1e6)
}

/** What a photo may cost. */
export function photoLimits(settings: Settings): PhotoLimits {
  return {
    ...defaultPhotoLimits,
    maxBytes: settings.maxMegabytes * 1e6,
    maxPixels: settings.maxMegapixels * 1e6,
    maxFaces: settings.maxFaces,
    maxSeconds: settings.photoSeconds,
  }
}

/** Workers of a job that goes over to another model: half as many again, so that the others are served meanwhile. */
export function migrationThreads({ threads }: Settings): number {
  return Math.max(1, Math.floor(threads / 2))
}

/** Memory that the server and its children take at most, beside what galleries are searched by, in bytes. */
export function memoryLimit(settings: Settings, embedding: EmbeddingCard): number {
  const networks = [detectionCard, landmarksCard, embedding].reduce(
    (sum, { bytes }) => sum + bytes,
    0,
  )
  const worker = workerMemory(photoLimits(settings), networks)
  const workers = settings.threads + migrationThreads(settings)
  return ownBytes + bodyBytes(settings) + workers * worker + unpackBytes
}
