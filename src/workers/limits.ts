import { defaultImageLimits, type ImageLimits } from '../image/rgb-image.js'

/** Limits of processing one photo. */
export interface PhotoLimits extends ImageLimits {
  /** Largest number of faces of a photo; beyond it, the largest faces are kept. */
  readonly maxFaces: number
  /** Longest processing time of a photo, in seconds, without the time in the queue. */
  readonly maxSeconds: number
}

/**
 * 200 faces: a group photo has fewer, and each costs an embedding. 120 seconds: four times the time of the largest photo
 * at `detail: 'full'` on one core (docs/reference/benchmarks.md).
 */
export const defaultPhotoLimits: PhotoLimits = {
  ...defaultImageLimits,
  maxFaces: 200,
  maxSeconds: 120,
}

/** Memory of a worker without its networks, with a margin: with the small networks it takes 150 MB (`bench/hostile.ts`). */
const idleBytes = 300e6
/** Memory of an open network as a multiple of its file size: the file, its weights, and its working memory. Judgment. */
const networkMemoryFactor = 4
/**
 * Bytes per pixel of the largest photo, with a margin: decoding, rotation and the pyramid take 7 for a rotated JPEG and 13 for
 * a rotated 16-bit PNG.
 */
const bytesPerPixel = 16

/** Memory of the driver and libraries of a device other than the processor. Judgment: CUDA's take over 1 GB. */
const deviceBytes = 3e9

/**
 * Memory limit of a worker process, in bytes.
 *
 * @param networks - Total size of the network files, in bytes.
 * @param usesDevice - Whether a network runs on another device than the processor.
 */
export function workerMemory(
  { maxPixels, maxBytes }: ImageLimits,
  networks: number,
  usesDevice: boolean,
): number {
  const own = idleBytes + networkMemoryFactor * networks + (usesDevice ? deviceBytes : 0)
  return own + 2 * maxBytes + bytesPerPixel * maxPixels
}
