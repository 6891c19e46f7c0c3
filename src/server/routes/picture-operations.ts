import { z } from 'zod'
import { AgnizeError } from '../../base/errors.js'
import type { Agnize } from '../../library/agnize.js'
import { operation } from '../operation.js'
import { recordViews } from '../record-view.js'
import { inGallery, several } from './parameters.js'

/** Number of pictures in one response: more than a page of the console shows, in a few megabytes. Judgment. */
const maxPictures = 100

const ids = several(z.string().min(1).max(100)).optional()

const pictureKinds = ['subject', 'face', 'visit', 'correction'] as const

const pictureSchema = z
  .object({
    kind: z.enum(pictureKinds),
    id: z.string(),
    image: z.string().describe('JPEG in base64.'),
  })
  .meta({ id: 'Picture' })

/** A picture with the subject that it shows; null for a stranger. */
interface Found {
  readonly kind: (typeof pictureKinds)[number]
  readonly id: string
  readonly image: Uint8Array
  readonly shows: string | null
}

/** The result, or undefined for something that was deleted meanwhile or has no picture. */
const ifThere = (asked: Promise<Found>): Promise<Found | undefined> =>
  asked.catch((error: unknown) => {
    if (error instanceof AgnizeError && absent.includes(error.code)) return undefined
    throw error
  })

const absent: readonly string[] = ['unknown-face', 'unknown-subject', 'unknown-correction']

async function ofPerson(agnize: Agnize, id: string): Promise<Found> {
  const subject = await agnize.people.withId(id)
  if (!subject) throw new AgnizeError('unknown-subject', `There is no subject with the id ${id}.`)
  return { kind: 'subject', id, image: await agnize.people.picture(subject.name), shows: id }
}

async function ofFace(agnize: Agnize, id: string): Promise<Found> {
  const { subject } = await agnize.people.face(id)
  return { kind: 'face', id, image: await agnize.people.faceImage(id), shows: subject.id }
}

async function ofVisit(agnize: Agnize, id: string): Promise<Found> {
  return { kind: 'visit', id, image: await agnize.visits.image(id), shows: null }
}

/** The faces of corrections; unknown ids are left out. */
async function ofCorrections(agnize: Agnize, ids: readonly string[]): Promise<Promise<Found>[]> {
  const corrections = ids.length > 0 ? await agnize.corrections.list() : []
  const asked = corrections.filter(({ id }) => ids.includes(id))
  return asked.map(async ({ id, kind, subject }) => ({
    kind: 'correction' as const,
    id,
    image: await agnize.corrections.image(id),
    // The face of a `not` is anybody else's.
    shows: kind === 'same' ? subject.id : null,
  }))
}

export const pictureOperations = [
  operation({
    id: 'getPictures',
    method: 'GET',
    path: '/v1/galleries/{gallery}/pictures',
    scope: 'read',
    tag: 'Faces',
    summary: 'Get several stored pictures of faces at once',
    description:
      'For a page that shows many people: the audit log gets one entry for all of them. Pictures that do not exist are left out.',
    params: inGallery,
    query: z.object({
      subject: ids.describe('Ids of subjects, for the best picture of each.'),
      face: ids.describe('Ids of enrolled faces.'),
      visit: ids.describe('Ids of visits.'),
      correction: ids.describe('Ids of corrections.'),
    }),
    answers: [
      {
        status: 200,
        description: 'The pictures.',
        schema: z.object({ items: z.array(pictureSchema) }),
      },
    ],
    errors: ['bad-argument'],
    handle: async ({ session, agnize, query, reply }) => {
      const { subject = [], face = [], visit = [], correction = [] } = query
      if (subject.length + face.length + visit.length + correction.length > maxPictures) {
        throw new AgnizeError('bad-argument', `Ask for at most ${maxPictures} pictures at once.`)
      }
      const corrections = await ofCorrections(agnize, correction)
      const asked = [
        ...subject.map((id) => ofPerson(agnize, id)),
        ...face.map((id) => ofFace(agnize, id)),
        ...visit.map((id) => ofVisit(agnize, id)),
        ...corrections,
      ]
      const found = (await Promise.all(asked.map(ifThere))).filter((each) => each !== undefined)
      if (found.length > 0) {
        await recordViews(
          session,
          found.flatMap(({ shows }) => shows ?? []),
        )
      }
      reply.header('cache-control', 'no-store')
      return {
        items: found.map(({ kind, id, image }) => ({
          ...{ kind, id },
          image: Buffer.from(image).toString('base64'),
        })),
      }
    },
  }),
]
