import { throwIfCanceled } from '../base/errors.js'
import { blockingReasons } from '../faces/quality.js'
import type { MigrationState } from '../gallery/migration-store.js'
import type { Subject } from '../gallery/subject.js'
import { modelId } from '../models/card.js'
import type { GallerySession } from '../session/gallery-session.js'
import type { WorkOptions } from '../session/options.js'
import { keptFace } from './corrected-faces.js'

/** Faces that are read at a time. Judgment. */
const pageSize = 50

/** Options of `GalleryAdmin.migrate`. */
export interface MigrateOptions extends WorkOptions {
  /** Called after each face with the number of finished faces and of all faces. */
  readonly onProgress?: (done: number, total: number) => void
}

/** A face that the next model could not embed. */
export interface LostFace {
  /** The subject of the face. */
  readonly subject: Subject
  /** File name of the photo, without folders. */
  readonly photo: string
  /**
   * `no-crop`: only its template was imported; `no-face`: the model finds no face in its crop; `poor-quality`: the model
   * cannot judge it, so it is kept without being searched.
   */
  readonly reason: 'no-crop' | 'no-face' | 'poor-quality'
}

/** Result of embedding a gallery's faces with another model. */
export interface Migration extends MigrationState {
  /** Faces that the next model cannot search after the switch, until their subjects are enrolled again. */
  readonly lost: readonly LostFace[]
}

/** Embeds every kept face with the model in use, beside the searched model; resumes an interrupted migration. */
export async function migrate(
  session: GallerySession,
  options: MigrateOptions = {},
): Promise<Migration> {
  const { store } = await session.gallery()
  const card = await session.card()
  const model = modelId(card)
  await store.migration.begin(model, card.dimensions)
  const { faces, embedded, next } = await store.migration.state()
  const lost: LostFace[] = []
  let done = next === model ? embedded : 0
  for (let after = ''; ; ) {
    const waiting = await store.migration.missing(model, after, pageSize)
    await Promise.all(
      waiting.map(async ({ id, subject, photo, crop }) => {
        throwIfCanceled(options.signal)
        const face = crop && (await keptFace(session, crop))
        if (face) {
          const isPoor = blockingReasons(face.quality).length > 0
          await store.migration.embed(id, model, face.embedding.vector, { isPoor })
          if (isPoor) lost.push({ subject, photo, reason: 'poor-quality' })
        } else {
          await store.migration.skip(id, model)
          lost.push({ subject, photo, reason: crop ? 'no-face' : 'no-crop' })
        }
        options.onProgress?.(++done, faces)
      }),
    )
    if (waiting.length < pageSize) break
    after = waiting.at(-1)!.id
  }
  return { ...(await store.migration.state()), lost }
}
