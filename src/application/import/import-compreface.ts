import { z } from 'zod'
import { AgnizeError, isPhotoError, throwIfCanceled } from '../../base/errors.js'
import { mapConcurrently } from '../../base/map-concurrently.js'
import { chooseFace } from '../../faces/choose.js'
import type { Face } from '../../faces/face.js'
import { subjectName } from '../../gallery/subject-name.js'
import type { GallerySession } from '../../session/gallery-session.js'
import { requestCompreFace } from './compreface-client.js'
import { type Imported, type ImportOptions, ImportWriter } from './import-writer.js'

const facesPage = z.object({
  faces: z.array(z.object({ image_id: z.string(), subject: z.string() })),
  total_pages: z.number(),
  total_elements: z.number(),
})

/** Result for one face of a CompreFace server. */
type Fetched =
  | 'known'
  | { readonly refused: string; readonly reason: string }
  | {
      readonly name: string
      readonly photo: string
      readonly face: Face
      readonly crop: Uint8Array
      readonly sha256: string
    }

/** Photos that are fetched and processed concurrently. Judgment. */
const fetchConcurrency = 4

/**
 * Imports the faces of a running CompreFace server: lists them, downloads their images and embeds them again. An
 * interrupted import resumes where it stopped.
 *
 * @param url - Base URL of the server, such as `http://localhost:8000`.
 * @param key - API key of a recognition service.
 */
export async function importCompreFace(
  session: GallerySession,
  url: string,
  key: string,
  options: ImportOptions = {},
): Promise<Imported> {
  const { store } = await session.gallery()
  const writer = new ImportWriter(store, options)
  const photos = new Map<string, Set<string>>()
  const had = async (name: string) => {
    const known = photos.get(name)
    if (known) return known
    const own = await store.templatesOf(name).catch((error: unknown) => {
      if (error instanceof AgnizeError && error.code === 'unknown-subject') return []
      throw error
    })
    const names = new Set(own.map(({ photo }) => photo))
    photos.set(name, names)
    return names
  }
  let [done, known, total] = [0, 0, 0]
  async function* listed() {
    for (let page = 0; ; page++) {
      const path = `/api/v1/recognition/faces?page=${page}&size=100`
      const answer = facesPage.safeParse(
        await (await requestCompreFace(url, path, key)).json().catch(() => null),
      )
      if (!answer.success) {
        throw new AgnizeError(
          'download-failed',
          `${url} does not answer like CompreFace: give the address of its API, such as http://localhost:8000.`,
        )
      }
      total = answer.data.total_elements
      yield* answer.data.faces
      if (page + 1 >= answer.data.total_pages || answer.data.faces.length === 0) return
    }
  }
  const faces = mapConcurrently(
    listed(),
    fetchConcurrency,
    async ({ image_id, subject }): Promise<Fetched> => {
      throwIfCanceled(options.signal)
      const photo = `${image_id}.jpg`
      try {
        const name = subjectName(subject)
        if ((await had(name)).has(photo)) return 'known'
        const path = `/api/v1/recognition/faces/${encodeURIComponent(image_id)}/img`
        const bytes = new Uint8Array(await (await requestCompreFace(url, path, key)).arrayBuffer())
        const { faces, crops, sha256 } = await session.analyze(bytes, {}, true)
        const face = chooseFace(faces, {})
        return { name, photo, face, crop: crops[faces.indexOf(face)]!, sha256 }
      } catch (error) {
        if (!isPhotoError(error) && (error as AgnizeError).code !== 'bad-name') throw error
        return { refused: `${image_id} of ${subject}`, reason: (error as AgnizeError).message }
      }
    },
  )
  for await (const each of faces) {
    options.onProgress?.(++done, total)
    if (each === 'known') known++
    else if ('refused' in each) writer.refuse(each.refused, each.reason)
    else {
      const { name, photo, face, crop, sha256 } = each
      const { embedding, quality, box } = face
      const { model, vector } = embedding
      await writer.face(name, {
        ...{ model, vector, quality: quality.score, photo, photoHash: sha256, box, crop },
      })
    }
  }
  const imported = await writer.finish()
  return { ...imported, known: imported.known + known }
}
