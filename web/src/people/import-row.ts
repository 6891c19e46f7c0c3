import { photoForm } from '../../../src/client/index.js'
import { api, ifUnchanged, Problem, type Schemas, unwrap, unwrapTagged } from '../api.js'
import type { DroppedPhoto } from '../parts/photo-drop.js'
import { mainFaceOf, pointIn } from './face-point.js'

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
  /** Why the server refused the photo. */
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

/** The faces of a photo, and whom they look like. */
export async function look(gallery: string, file: File, signal: AbortSignal) {
  const { width, height, faces } = await untilFree(signal, () =>
    unwrap(
      api.POST('/v1/galleries/{gallery}/identify', {
        params: { path: { gallery } },
        ...photoForm({ photo: file }),
        signal,
      }),
    ),
  )
  return { width, height, faces, face: mainFaceOf(faces) }
}

/** Enrolls the chosen face of a row. */
export async function send(
  gallery: string,
  { file, name, faces, face, externalId }: ImportRow,
  signal: AbortSignal,
): Promise<'added' | 'known'> {
  const boxes = faces.map(({ box }) => box)
  const subject = name.trim()
  const { enrolled } = await untilFree(signal, () =>
    unwrap(
      api.POST('/v1/galleries/{gallery}/subjects/{subject}/faces', {
        params: {
          path: { gallery, subject },
          query: face === null ? {} : { at: pointIn(boxes[face]!, boxes) },
        },
        ...photoForm({ photos: file }),
        signal,
      }),
    ),
  )
  if (externalId !== null) await number(gallery, enrolled[0]!.face.subject.id, externalId, signal)
  return enrolled[0]!.outcome
}

/** Gives a person the number of their badge, unless they have one. */
async function number(
  gallery: string,
  subject: string,
  externalId: string,
  signal: AbortSignal,
): Promise<void> {
  const params = { path: { gallery, subject } }
  const person = await untilFree(signal, () =>
    unwrapTagged(api.GET('/v1/galleries/{gallery}/subjects/{subject}', { params, signal })),
  )
  if (person.value.external_id !== null) return
  await untilFree(signal, () =>
    unwrap(
      api.PATCH('/v1/galleries/{gallery}/subjects/{subject}', {
        params,
        headers: ifUnchanged(person),
        body: { external_id: externalId },
        signal,
      }),
    ),
  ).catch((error: unknown) => {
    // Another photo of the same person has just set it.
    if (!(error instanceof Problem) || error.code !== 'changed-meanwhile') throw error
  })
}

/** Pause before a request is sent again to a busy server, in milliseconds. Judgment. */
const busyRetryMs = 1000

/** Codes of temporary errors, after which a request is sent again. */
const temporaryErrors = ['overloaded', 'rate-limited', 'unreachable', 'closed']

/** Sends a request, and again while the server is busy or away. */
async function untilFree<T>(signal: AbortSignal, ask: () => Promise<T>): Promise<T> {
  for (;;) {
    try {
      return await ask()
    } catch (error) {
      const isBusy = error instanceof Problem && temporaryErrors.includes(error.code)
      if (!isBusy || signal.aborted) throw error
      await new Promise((done) => setTimeout(done, busyRetryMs))
    }
  }
}
