import type { GallerySession } from '../session/gallery-session.js'

/** Records in the audit log that a face was shown. @param subjectId - Its subject; null for a face without one. */
export async function recordView(session: GallerySession, subjectId: string | null): Promise<void> {
  const { store } = await session.gallery()
  await store.audit.append({ action: 'view', subjectId, details: {} })
}
