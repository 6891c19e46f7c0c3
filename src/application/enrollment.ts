import { AgnizeError, isPhotoError } from '../base/errors.js'
import type { AnalyzeOptions } from '../faces/analyze.js'
import { checkAnalyzeOptions } from '../faces/checked-options.js'
import { chooseFace } from '../faces/choose.js'
import type { Face } from '../faces/face.js'
import type { QualityReason } from '../faces/quality.js'
import type { Store } from '../gallery/store.js'
import type { Subject } from '../gallery/subject.js'
import { subjectName } from '../gallery/subject-name.js'
import type { Point } from '../geometry/similarity-transform.js'
import { type NamedBytes, type PhotoSource, photoFileName } from '../image/photo.js'
import { livenessRefusal } from '../liveness/liveness.js'
import type { GallerySession } from '../session/gallery-session.js'
import type { WorkOptions } from '../session/options.js'
import type { KeptAnalysis } from '../workers/protocol.js'
import { type Each, eachPhoto } from './each-photo.js'
import { tidyReferences } from './reference-upkeep.js'

/** Options of `Agnize.enroll`. */
export interface EnrollOptions extends AnalyzeOptions, WorkOptions {
  /** Refuse faces with any quality issue instead of warning; a face that scores 0 is always refused. */
  readonly strict?: boolean
  /**
   * Selects the face at this point, in pixels. Without it a photo of several people is refused, unless one face is at least twice
   * as large as any other.
   */
  readonly at?: Point
  /** Called after each photo with the number of finished photos and of all photos. */
  readonly onProgress?: (done: number, total: number) => void
}

/** A photo that was enrolled. */
export interface EnrolledPhoto {
  /** Path, URL or position in the call. */
  readonly photo: string
  /** The subject that the photo was enrolled for. */
  readonly subject: Subject
  /** UUID of the template. */
  readonly templateId: string
  /** `known`: this face of this photo was enrolled before; nothing was added. */
  readonly outcome: 'added' | 'known'
  /** The enrolled face. */
  readonly face: Face
  /** Number of other faces in the photo, none of which is half as large; they are not enrolled. */
  readonly otherFaces: number
  /** Quality issues of the face; another photo of the subject would serve better. */
  readonly warnings: readonly QualityReason[]
}

/** A photo that could not be enrolled or read. */
export interface RefusedPhoto {
  /** Path, URL or position in the call. */
  readonly photo: string
  /** Why the photo was refused. */
  readonly error: AgnizeError
}

/** Result of `Agnize.enroll`. */
export interface Enrollment {
  /** The photos that were enrolled, in their order. */
  readonly enrolled: readonly EnrolledPhoto[]
  /** Photos that were refused, each with the error. */
  readonly refused: readonly RefusedPhoto[]
}

/** A photo and the name of its subject. */
export interface EnrollmentEntry {
  /** Name of the subject. */
  readonly name: string
  /** The photo. */
  readonly photo: PhotoSource
}

/** Options of enrolling faces from sources that must not be refused. */
export interface EnrollEachOptions extends EnrollOptions {
  /** Also keeps faces that score 0, which are never searched; default false. */
  readonly keepUnjudgeable?: boolean
  /** Also adds a face of a photo that was enrolled before, for this subject or another; default false. */
  readonly repeated?: boolean
  /** Chooses one of a photo's faces; default the only one, or the one at a point. */
  readonly choose?: (faces: readonly Face[]) => Face
}

/** Adds photos to one subject. @throws AgnizeError the first photo's error, where none could be enrolled. */
export async function enroll(
  session: GallerySession,
  name: string,
  photos: PhotoSource | readonly PhotoSource[],
  options: EnrollEachOptions,
): Promise<Enrollment> {
  const list = Array.isArray(photos) ? photos : [photos as PhotoSource]
  if (list.length === 0) throw new AgnizeError('bad-argument', 'Give at least one photo.')
  const entries = list.map((photo) => ({ name, photo }))
  const enrolled: EnrolledPhoto[] = []
  const refused: RefusedPhoto[] = []
  for await (const each of enrollEach(session, entries, options)) {
    if ('error' in each) refused.push(each)
    else enrolled.push(each.result)
  }
  if (enrolled.length === 0) throw refused[0]!.error
  return { enrolled, refused }
}

/** Adds photos of many subjects, several concurrently; results are in order. */
export async function* enrollEach(
  session: GallerySession,
  entries: readonly EnrollmentEntry[],
  options: EnrollEachOptions,
): AsyncGenerator<Each<EnrolledPhoto>, void, undefined> {
  checkAnalyzeOptions(options)
  const names = entries.map(({ name }) => subjectName(name))
  // Checked before any photo is processed: an unusable gallery should not cost the time of all photos.
  const { store } = (await session.galleryOfModel()).gallery
  let done = 0
  const photos = entries.map(({ photo }) => photo)
  for await (const each of eachPhoto(session, photos, options, (photo) =>
    session.analyze(photo, { ...options, views: true }, true),
  )) {
    const at = done++
    if ('error' in each) yield each
    else yield await enrollFace(store, names[at]!, entries[at]!.photo, each, options)
    options.onProgress?.(done, entries.length)
  }
  if ((await store.references.settings()).maxReferences === null) return
  for (const name of new Set(names)) {
    await tidyReferences(session, name).catch((error: unknown) => {
      // No photo of the subject was enrolled.
      if (!(error instanceof AgnizeError) || error.code !== 'unknown-subject') throw error
    })
  }
}

/**
 * Enrolls the face in the center of each picture, such as a kept crop.
 *
 * @throws AgnizeError the first error, where none could be enrolled.
 */
export async function enrollCrops(
  session: GallerySession,
  name: string,
  crops: readonly NamedBytes[],
): Promise<{ readonly subjectId: string; readonly faces: number }> {
  let failure: unknown
  let subjectId: string | undefined
  let faces = 0
  for (const crop of crops) {
    try {
      const { width, height } = await session.analyze(crop, {}, false)
      const { enrolled } = await enroll(session, name, crop, { at: [width / 2, height / 2] })
      subjectId ??= enrolled[0]!.subject.id
      faces++
    } catch (error) {
      if (!(error instanceof AgnizeError) || !isPhotoError(error)) throw error
      failure ??= error
    }
  }
  if (subjectId === undefined) throw failure
  return { subjectId, faces }
}

/** Refuses a face that is not live. @throws AgnizeError `not-live`. */
function requireLive({ liveness }: Face): void {
  if (livenessRefusal(liveness) === null) return
  throw new AgnizeError(
    'not-live',
    liveness?.answer === 'attack'
      ? 'The photo shows a picture of a face (a print or a screen), and liveness is required: take a photo of the person, or enroll without --liveness require.'
      : `It cannot be judged whether the face is live, which is required. ${liveness?.advice ?? ''}`.trim(),
  )
}

/** Adds the face of an analyzed photo to a subject, or returns why it was refused. */
async function enrollFace(
  store: Store,
  name: string,
  source: PhotoSource,
  { photo, result }: { photo: string; result: KeptAnalysis },
  options: EnrollEachOptions,
): Promise<Each<EnrolledPhoto>> {
  try {
    const { keepUnjudgeable: unjudgeable = false, repeated = false } = options
    const { choose = (faces) => chooseFace(faces, { ...options, unjudgeable }) } = options
    const face = choose(result.faces)
    if (options.liveness === 'require') requireLive(face)
    const { box, embedding, quality } = face
    const template = {
      model: embedding.model,
      vector: embedding.vector,
      quality: quality.score,
      photo: photoFileName(source),
      photoHash: result.sha256,
      box,
      crop: result.crops[result.faces.indexOf(face)]!,
    }
    const [added] = await store.addEach([{ name, template, repeated }])
    const { outcome, subject, templateId } = added!
    if (outcome === 'known' && subject.name !== name) {
      throw new AgnizeError(
        'already-enrolled',
        `This face is already enrolled as ${JSON.stringify(subject.name)}: remove, rename or merge that person first.`,
      )
    }
    const warnings = quality.reasons
    const otherFaces = result.faces.length - 1
    return { photo, result: { photo, subject, templateId, outcome, face, otherFaces, warnings } }
  } catch (error) {
    if (isPhotoError(error)) return { photo, error }
    throw error
  }
}
