import type { GallerySession } from '../session/gallery-session.js'

/** Records in the audit log, in one entry, that the faces of several subjects were shown together. */
export async function recordViews(
  session: GallerySession,
  subjectIds: readonly string[],
): Promise<void> {
  const { store } = await session.gallery()
  const subjects = [...new Set(subjectIds)]
  const [only = null] = subjects
  await store.audit.append(
    subjects.length > 1
      ? { action: 'view', subjectId: null, details: { subjects } }
      : { action: 'view', subjectId: only, details: {} },
  )
}

/** Records in the audit log that a face was shown. @param subjectId - Its subject; null for a face without one. */
export async function recordView(session: GallerySession, subjectId: string | null): Promise<void> {
  const { store } = await session.gallery()
  await store.audit.append({ action: 'view', subjectId, details: {} })
}
