import type { Settings } from './settings.js'

/** Largest body of an operation: so many kilobytes of JSON, or so many photos. */
export type BodySize = { readonly kilobytes: number } | { readonly photos: number | 'many' }

/** Room in a request with photos for what is beside them, in bytes. */
const besidePhotos = 0.5e6
/** How much longer a photo is in JSON: base64 with line breaks that are escaped. */
const inJson = 1.5

/** Largest body, in bytes. */
export function mostBytes(
  size: BodySize,
  { maxMegabytes, maxRequestMegabytes }: Pick<Settings, 'maxMegabytes' | 'maxRequestMegabytes'>,
): number {
  const most = maxRequestMegabytes * 1e6
  if ('kilobytes' in size) return Math.min(most, size.kilobytes * 1000)
  if (size.photos === 'many') return most
  return Math.min(most, size.photos * maxMegabytes * 1e6 * inJson + besidePhotos)
}
