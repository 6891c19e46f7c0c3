import { AgnizeError, isPhotoError, throwIfCanceled } from '../../base/errors.js'
import { mapConcurrently } from '../../base/map-concurrently.js'
import { judgeable } from '../../faces/choose.js'
import type { Face } from '../../faces/face.js'
import { subjectName } from '../../gallery/subject-name.js'
import type { GallerySession } from '../../session/gallery-session.js'
import { CompreFaceClient, isKeyRefusal, isUnreachable } from './compreface-client.js'
import { CompreFaceListing, type ListedFace } from './compreface-listing.js'
import { type Imported, type ImportOptions, ImportWriter } from './import-writer.js'

/** Options of `GalleryAdmin.importCompreFace`. */
export interface CompreFaceImportOptions extends ImportOptions {
  /** Longest time for one request with its answer, in seconds; default 30. */
  readonly requestSeconds?: number
}

/** Photos that are fetched and processed concurrently. Judgment. */
const fetchConcurrency = 4
/** Largest image that is fetched, in bytes: CompreFace takes up to 5 MB unless it was configured otherwise. Judgment. */
const maxImageBytes = 50e6

/**
 * Imports the subjects and faces of a running CompreFace server: lists them, downloads their images and embeds them again. Each face
 * is stored when it was fetched, so an import that breaks off keeps what it has, and continues when repeated.
 *
 * @param url - Base URL of the server, such as `http://localhost:8000`.
 * @param key - API key of a recognition service.
 */
export async function importCompreFace(
  session: GallerySession,
  url: string,
  key: string,
  options: CompreFaceImportOptions = {},
): Promise<Imported> {
  const { store } = await session.gallery()
  await using writer = new ImportWriter(store, options, 1)
  const client = new CompreFaceClient(url, key, options)
  const listing = new CompreFaceListing(client)
  const had = knownPhotos(session)
  let [done, known, empty] = [0, 0, 0]

  /** Fetches and stores one face. */
  async function take({ id, subject }: ListedFace): Promise<void> {
    throwIfCanceled(options.signal)
    const photo = `${id}.jpg`
    try {
      const name = subjectName(subject)
      if ((await had(name)).has(photo)) {
        known++
        return
      }
      const path = `/api/v1/recognition/faces/${encodeURIComponent(id)}/img`
      const bytes = await client.read(path, maxImageBytes)
      if (bytes.length === 0) {
        empty++
        return
      }
      const { faces, crops, sha256 } = await session.analyze(bytes, { views: true }, true)
      const face = largest(faces)
      const { embedding, quality, box } = face
      const { model, vector } = embedding
      const crop = crops[faces.indexOf(face)]!
      await writer.face(name, {
        ...{ model, vector, quality: quality.score, photo, photoHash: sha256, box, crop },
      })
    } catch (error) {
      if (!(await isOfThisFace(error))) throw error
      writer.refuse(`${id} of ${subject}`, (error as AgnizeError).message)
    } finally {
      options.onProgress?.(++done, listing.total)
    }
  }

  /** Whether an error concerns one face, and not the server or the gallery. */
  async function isOfThisFace(error: unknown): Promise<boolean> {
    if (!(error instanceof AgnizeError) || isKeyRefusal(error)) return false
    const { code } = error
    if (code !== 'download-failed') return code === 'bad-name' || isPhotoError(error)
    // A server that still lists its faces has trouble with this one only.
    if (!isUnreachable(error)) return true
    return listing.check().then(
      () => true,
      () => false,
    )
  }

  try {
    await listing.check()
    await addSubjects(await listing.subjects(), writer)
    const keepsNoImages = await listing.keepsNoImages()
    for await (const _ of mapConcurrently(listing.faces(), fetchConcurrency, take));
    if (empty > 0) {
      writer.refuse(
        `the images of ${empty} faces`,
        keepsNoImages
          ? 'CompreFace is set up not to save images (save_images_to_db=false): enroll the photos from where they are'
          : 'CompreFace has none: enroll the photos from where they are',
      )
    }
    if (listing.listed < listing.total) {
      writer.refuse(
        `${listing.total - listing.listed} of ${listing.total} faces`,
        'CompreFace did not list them: repeat the import',
      )
    }
  } catch (error) {
    const { added } = await writer.finish()
    if (!isUnreachable(error)) throw error
    throw new AgnizeError(
      'download-failed',
      `${(error as Error).message} ${added + known} of ${listing.total} faces are in the gallery: repeat the import to continue.`,
      { cause: error },
    )
  }
  const imported = await writer.finish()
  return { ...imported, known: imported.known + known }
}

/** The largest face of a photo, which CompreFace enrolled. @throws AgnizeError `no-face`, `poor-quality`. */
function largest(faces: readonly Face[]): Face {
  const area = ({ box }: Face) => box.width * box.height
  const [face] = [...faces].sort((a, b) => area(b) - area(a))
  if (face) return judgeable(face)
  throw new AgnizeError('no-face', 'No face was found: give a photo that shows the person.')
}

async function addSubjects(names: readonly string[], writer: ImportWriter): Promise<void> {
  for (const name of names) {
    try {
      await writer.name(name)
    } catch (error) {
      if (!(error instanceof AgnizeError) || error.code !== 'bad-name') throw error
      writer.refuse(name, error.message)
    }
  }
}

/** File names of a subject's enrolled photos, each subject looked up once. */
function knownPhotos(session: GallerySession): (name: string) => Promise<ReadonlySet<string>> {
  const photos = new Map<string, Promise<ReadonlySet<string>>>()
  const lookUp = async (name: string) => {
    const { store } = await session.gallery()
    const own = await store.templatesOf(name).catch((error: unknown) => {
      if (error instanceof AgnizeError && error.code === 'unknown-subject') return []
      throw error
    })
    return new Set(own.map(({ photo }) => photo))
  }
  return (name) => {
    const known = photos.get(name) ?? lookUp(name)
    photos.set(name, known)
    return known
  }
}
