import { photoForm } from '../../../src/client/index.js'
import { api, ifUnchanged, isChangedMeanwhile, type Schemas, unwrap, unwrapTagged } from '../api.js'
import type { DroppedPhoto } from '../parts/photo-drop.js'
import { mainFaceOf, pointIn } from './face-point.js'
import { untilFree } from './until-free.js'

/** A face that was found in a photo of an import. */
export type ImportFace = Pick<Schemas['Face'], 'box' | 'quality' | 'answer' | 'subject'>

/** A photo of an import with what is known of it. */
export interface ImportRow extends DroppedPhoto {
  readonly key: number
  /** The file's or folder's name, of which the person's name is made. */
  readonly text: string
  readonly name: string
  readonly externalId: string | null
  readonly isIncluded: boolean
  /** Path of the same photo further up. */
  readonly sameAs: string | null
  readonly looked: 'waiting' | 'done' | 'refused' | 'unseen'
  readonly width: number
  readonly height: number
  readonly faces: readonly ImportFace[]
  /** Index of the face to enroll. */
  readonly face: number | null
  readonly sent: 'no' | 'sending' | 'added' | 'known' | 'refused'
  /** Why the server refused the photo; of one that is added, why the person did not get the external ID. */
  readonly error?: unknown
}

/** The name of an enrolled person whom the face looks like, where that is another than the row's. */
export function looksLike({ faces, face, name }: ImportRow): string | null {
  const found = face === null ? undefined : faces[face]
  return found?.answer === 'match' && found.subject && found.subject.name !== name
    ? found.subject.name
    : null
}

/** Whether a row can be sent as it stands. */
export const isReady = (row: ImportRow): boolean =>
  row.isIncluded &&
  row.name.trim() !== '' &&
  (row.looked === 'unseen' || (row.looked === 'done' && row.face !== null))

/** Whether somebody should look at a row before it is sent. */
export const needsCare = (row: ImportRow): boolean =>
  row.looked === 'refused' ||
  (row.looked === 'done' && row.face === null) ||
  row.name.trim() === '' ||
  row.sameAs !== null ||
  looksLike(row) !== null ||
  (row.face !== null && (row.faces[row.face]?.quality.reasons.length ?? 0) > 0)

/** Number of faces that are compared with the people: what the server takes at once. */
const maxCompared = 100

/**
 * The faces of a photo, and whom they look like. The embeddings are compared, not the photo: an answer about a photo stands in the
 * decision log where that is on, and here nobody has asked who somebody is.
 */
export async function look(gallery: string, file: File, signal: AbortSignal) {
  const { width, height, faces } = await untilFree(signal, async () => {
    await assertReadable(file)
    return unwrap(api.POST('/v1/embed', { ...photoForm({ photo: file }), signal }))
  })
  const compared = faces.slice(0, maxCompared)
  const embeddings = compared.map(({ embedding, model, quality: { score, reasons } }) => ({
    model: model!,
    vector: embedding!,
    quality: { score, reasons },
  }))
  const { faces: answers } =
    embeddings.length === 0
      ? { faces: [] }
      : await untilFree(signal, () =>
          unwrap(
            api.POST('/v1/galleries/{gallery}/identify/embeddings', {
              params: { path: { gallery } },
              body: { embeddings },
              signal,
            }),
          ),
        )
  const found = faces.map(({ box, quality }, i): ImportFace => {
    const answer = answers[i]
    return { box, quality, answer: answer?.answer ?? null, subject: answer?.subject ?? null }
  })
  return { width, height, faces: found, face: mainFaceOf(found) }
}

/** @throws DOMException for a file that was deleted or changed since it was chosen, which a request reports as a network failure. */
const assertReadable = (file: File) => file.slice(0, 1).arrayBuffer()

/** Enrolls the chosen face of a row. */
export async function send(
  gallery: string,
  { file, name, faces, face, externalId }: ImportRow,
  signal: AbortSignal,
): Promise<Pick<ImportRow, 'sent' | 'error'>> {
  const boxes = faces.map(({ box }) => box)
  const subject = name.trim()
  const { enrolled } = await untilFree(signal, async () => {
    await assertReadable(file)
    return unwrap(
      api.POST('/v1/galleries/{gallery}/subjects/{subject}/faces', {
        params: {
          path: { gallery, subject },
          query: face === null ? {} : { at: pointIn(boxes[face]!, boxes) },
        },
        ...photoForm({ photos: file }),
        signal,
      }),
    )
  })
  const { face: added, outcome } = enrolled[0]!
  if (externalId === null) return { sent: outcome }
  try {
    await number(gallery, added.subject.id, externalId, signal)
  } catch (error) {
    if (signal.aborted) throw error
    // The face stays, and somebody else may have the number.
    return { sent: outcome, error }
  }
  return { sent: outcome }
}

/** Gives a person the number of their badge, unless they have one. */
async function number(
  gallery: string,
  subject: string,
  externalId: string,
  signal: AbortSignal,
): Promise<void> {
  const params = { path: { gallery, subject } }
  for (;;) {
    const person = await untilFree(signal, () =>
      unwrapTagged(api.GET('/v1/galleries/{gallery}/subjects/{subject}', { params, signal })),
    )
    if (person.value.external_id !== null) return
    try {
      await untilFree(signal, () =>
        unwrap(
          api.PATCH('/v1/galleries/{gallery}/subjects/{subject}', {
            params,
            headers: ifUnchanged(person),
            body: { external_id: externalId },
            signal,
          }),
        ),
      )
      return
    } catch (error) {
      // Another photo of the same person, or a colleague, has changed them.
      if (!isChangedMeanwhile(error)) throw error
    }
  }
}
