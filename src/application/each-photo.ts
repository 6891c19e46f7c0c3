import { type AgnizeError, isPhotoError } from '../base/errors.js'
import { mapConcurrently } from '../base/map-concurrently.js'
import { type PhotoSource, photoLabel } from '../image/photo.js'
import type { GallerySession } from '../session/gallery-session.js'
import type { WorkOptions } from '../session/options.js'

/** One photo of many: its result, or the error that it failed with. */
export type Each<Result> =
  | {
      /** The photo, as the caller named it. */
      readonly photo: string
      /** Its result. */
      readonly result: Result
    }
  | {
      /** The photo, as the caller named it. */
      readonly photo: string
      /** Why it failed. */
      readonly error: AgnizeError
    }

/** Processes photos concurrently, in order and with bounded memory. A photo that fails yields its error; the rest continue. */
export async function* eachPhoto<Result>(
  session: GallerySession,
  photos: Iterable<PhotoSource> | AsyncIterable<PhotoSource>,
  { signal }: WorkOptions,
  work: (photo: PhotoSource) => Promise<Result>,
): AsyncGenerator<Each<Result>, void, undefined> {
  let count = 0
  yield* mapConcurrently(photos, 2 * session.engine.threads, async (source) => {
    const photo = photoLabel(source, count++)
    try {
      return { photo, result: await work(source) }
    } catch (error) {
      if (isPhotoError(error) && !signal?.aborted) return { photo, error }
      throw error
    }
  })
}
