import type { Settings } from './settings.js'

/** Largest body of an operation: kilobytes of JSON, or a number of photos. */
export type BodySize = { readonly kilobytes: number } | { readonly photos: number | 'many' }

/** Bytes of a request with photos for everything but the photos. Judgment. */
const formOverheadBytes = 0.5e6
/** Size of a photo in JSON relative to its bytes: base64 (4/3) with escaped line breaks, rounded up. */
const jsonPhotoFactor = 1.5

/** Largest body, in bytes. */
export function maxBodyBytes(
  size: BodySize,
  { maxMegabytes, maxRequestMegabytes }: Pick<Settings, 'maxMegabytes' | 'maxRequestMegabytes'>,
): number {
  const limit = maxRequestMegabytes * 1e6
  if ('kilobytes' in size) return Math.min(limit, size.kilobytes * 1000)
  if (size.photos === 'many') return limit
  return Math.min(limit, size.photos * maxMegabytes * 1e6 * jsonPhotoFactor + formOverheadBytes)
}
