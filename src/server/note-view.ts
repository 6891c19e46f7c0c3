import type { GallerySession } from '../session/gallery-session.js'

/** Writes into the audit log that a face was shown; of nobody in particular with null. */
export async function noteView(session: GallerySession, subjectId: string | null): Promise<void> {
  const { store } = await session.gallery()
  await store.audit.append({ action: 'view', subjectId, details: {} })
}
