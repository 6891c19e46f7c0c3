import { defaultImageLimits, type ImageLimits } from '../image/rgb-image.js'

/** Limits of the work on one photo. */
export interface PhotoLimits extends ImageLimits {
  /** Largest number of faces of a photo; beyond it, the largest faces are kept. */
  readonly maxFaces: number
  /** Longest processing time of a photo, in seconds, without the time in the queue. */
  readonly maxSeconds: number
}

/**
 * 200 faces: a group photo has fewer, and each costs an embedding. 120 seconds: four times what the largest photo takes
 * at `detail: 'full'` on one core (docs/benchmarks.md).
 */
export const defaultPhotoLimits: PhotoLimits = {
  ...defaultImageLimits,
  maxFaces: 200,
  maxSeconds: 120,
}

/** Memory of a worker without its networks, with room to spare: it has 150 MB with the small ones (`bench/hostile.ts`). */
const idleBytes = 300e6
/** Memory of an open network, in times its file: the file, its weights, and what it works with. */
const timesNetwork = 4
/**
 * Bytes for each pixel of the largest photo, with room to spare: a rotated JPEG takes 7, a rotated PNG of 16 bits 13, for
 * decoding, turning upright and the pyramid.
 */
const bytesPerPixel = 16

/** Memory at which a worker process is ended, in bytes. @param networks - Bytes of their files. */
export function workerMemory({ maxPixels, maxBytes }: ImageLimits, networks: number): number {
  return idleBytes + timesNetwork * networks + 2 * maxBytes + bytesPerPixel * maxPixels
}
