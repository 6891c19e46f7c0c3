import { z } from 'zod'
import { AgnizeError } from '../../base/errors.js'
import { correctionJson, enrolledFaceJson } from '../../json/people-json.js'
import { livenessJson } from '../../json/photo-json.js'
import type { Agnize } from '../../library/agnize.js'
import { operation } from '../operation.js'
import { recordView } from '../record-view.js'
import { correctionSchema } from './correction-operations.js'
import {
  analysisOf,
  analysisQuery,
  atQuery,
  cursorAfter,
  defaultLimit,
  flag,
  ofSubject,
  pageQuery,
  photoErrors,
  photoJsonSchema,
  placeOf,
  recipientNamed,
  subjectNamed,
  subjectNameSchema,
} from './parameters.js'
import { boxSchema, livenessSchema, namedSubjectSchema, pageOf, time } from './shared-schemas.js'

const enrolledFaceSchema = z
  .object({
    id: z.string().describe('Unchanged when the gallery migrates to another model.'),
    template_id: z.string(),
    subject: namedSubjectSchema,
    photo: z.string().describe('File name of the photo.'),
    box: boxSchema.describe('Position in the enrolled photo, in pixels.'),
    quality: z.number(),
    created_at: time,
  })
  .meta({ id: 'EnrolledFace' })

const enrollmentSchema = z
  .object({
    enrolled: z.array(
      z.object({
        photo: z.string(),
        outcome: z
          .enum(['added', 'known'])
          .describe('`known`: this face of this photo was already enrolled.'),
        face: enrolledFaceSchema,
        other_faces: z
          .number()
          .int()
          .describe('Number of other, smaller faces in the photo, which are not enrolled.'),
        warnings: z.array(z.string()).describe('Reasons why the face is of poor quality.'),
        liveness: livenessSchema.optional().describe('Only where it was asked for.'),
      }),
    ),
    refused: z.array(z.object({ photo: z.string(), code: z.string(), detail: z.string() })),
  })
  .meta({ id: 'Enrollment' })

const tag = 'Faces'
const path = '/v1/galleries/{gallery}/subjects/{subject}/faces'
const ofFace = ofSubject.extend({ face: z.string().min(1).max(100).describe('Id of the face.') })

/** A face that must belong to the given subject. @throws AgnizeError `unknown-subject`, `unknown-face`. */
async function faceOf(agnize: Agnize, given: { subject: string; face: string }) {
  const person = await agnize.people.get(await subjectNamed(agnize, given.subject))
  const face = await agnize.people.face(given.face)
  if (face.subject.id === person.id) return face
  throw goneFrom(person.name)
}

/** The error for a face that is not, or no longer, a subject's. */
const goneFrom = (name: string) =>
  new AgnizeError(
    'unknown-face',
    `${JSON.stringify(name)} has no such face; somebody may have moved or deleted it meanwhile: list the faces again.`,
  )

export const faceOperations = [
  operation({
    id: 'addFaces',
    method: 'POST',
    path,
    scope: 'enroll',
    tag,
    summary: 'Enroll photos of a subject',
    description:
      'Creates the subject if the name is new. Each photo must show one face, or one that is at least twice as large as any other, unless `at` selects one. A known face of a known photo is reported as `known` and not added again. If every photo is refused, the response is the error of the first.',
    params: ofSubject,
    query: analysisQuery.extend({
      strict: flag
        .optional()
        .describe('Whether to refuse faces of poor quality instead of warning; default false.'),
      at: atQuery
        .optional()
        .describe('Point `x,y` inside the face, in pixels of the upright photo.'),
    }),
    body: {
      kind: 'photos',
      parts: ['photos'],
      many: true,
      json: z.union([
        z.strictObject({ photos: z.array(photoJsonSchema).min(1).max(1000) }),
        photoJsonSchema,
      ]),
    },
    heavy: true,
    answers: [{ status: 201, description: 'The result of each photo.', schema: enrollmentSchema }],
    errors: [
      ...photoErrors,
      'unknown-subject',
      'no-face',
      'several-faces',
      'poor-quality',
      'not-live',
      'already-enrolled',
      'wrong-model',
      'wrong-cohort',
      'bad-name',
    ],
    handle: async ({ agnize, params, query, photos, signal }) => {
      const list = photos.all('photos')
      if (list.length === 0) throw new AgnizeError('bad-argument', 'Send at least one photo.')
      const name = await recipientNamed(agnize, params.subject)
      const { enrolled, refused } = await agnize.enroll(name, list, {
        ...analysisOf(query),
        ...(query.strict && { strict: true }),
        ...(query.at && { at: query.at }),
        signal,
      })
      return {
        enrolled: await Promise.all(
          enrolled.map(async ({ photo, outcome, templateId, otherFaces, warnings, face }) => ({
            photo,
            outcome,
            face: enrolledFaceJson(await agnize.people.face(templateId)),
            other_faces: otherFaces,
            warnings: [...warnings],
            ...(face.liveness && { liveness: livenessJson(face.liveness) }),
          })),
        ),
        refused: refused.map(({ photo, error }) => ({
          photo,
          code: error.code,
          detail: error.message,
        })),
      }
    },
  }),
  operation({
    id: 'listFaces',
    method: 'GET',
    path,
    scope: 'read',
    tag,
    summary: 'List the enrolled faces of a subject',
    params: ofSubject,
    query: pageQuery,
    answers: [
      {
        status: 200,
        description: 'One page of faces, oldest first.',
        schema: pageOf(enrolledFaceSchema),
      },
    ],
    errors: ['unknown-subject'],
    handle: async ({ agnize, params, query }) => {
      const { limit = defaultLimit, cursor } = query
      const { name } = await agnize.people.get(await subjectNamed(agnize, params.subject))
      // The cursor names a face, so that deleting earlier faces does not shift the pages.
      const { faces } = await agnize.people.faces({ subject: name })
      const from = cursor ? faces.findIndex(({ id }) => id > placeOf(cursor)) : 0
      const rest = from < 0 ? [] : faces.slice(from)
      const items = rest.slice(0, limit)
      return {
        items: items.map(enrolledFaceJson),
        next: rest.length > limit ? cursorAfter(items.at(-1)!.id) : null,
      }
    },
  }),
  operation({
    id: 'getFaceImage',
    method: 'GET',
    path: `${path}/{face}/image`,
    scope: 'read',
    tag,
    summary: 'Get the stored picture of a face',
    params: ofFace,
    answers: [{ status: 200, description: 'JPEG.', type: 'image/jpeg' }],
    errors: ['unknown-subject', 'unknown-face'],
    handle: async ({ session, agnize, params, reply }) => {
      const face = await faceOf(agnize, params)
      const image = await agnize.people.faceImage(face.id)
      await recordView(session, face.subject.id)
      reply.header('cache-control', 'private, no-cache')
      return image
    },
  }),
  operation({
    id: 'deleteFace',
    method: 'DELETE',
    path: `${path}/{face}`,
    scope: 'enroll',
    tag,
    summary: 'Delete a face of a subject',
    params: ofFace,
    answers: [{ status: 200, description: 'The deleted face.', schema: enrolledFaceSchema }],
    errors: ['unknown-subject', 'unknown-face'],
    handle: async ({ agnize, params }) => {
      const { id, subject } = await faceOf(agnize, params)
      const [face] = await agnize.people.removeFaces([id], { from: subject.name })
      if (!face) throw goneFrom(subject.name)
      return enrolledFaceJson(face)
    },
  }),
  operation({
    id: 'moveFace',
    method: 'POST',
    path: `${path}/{face}/move`,
    scope: 'enroll',
    tag,
    summary: 'Move a face to another subject',
    description: 'Creates the subject if the name is new.',
    params: ofFace,
    body: {
      kind: 'json',
      schema: z.strictObject({
        to: subjectNameSchema.describe('Id or name of the other subject.'),
      }),
    },
    answers: [
      { status: 200, description: 'The face after the change.', schema: enrolledFaceSchema },
    ],
    errors: ['unknown-subject', 'unknown-face', 'bad-name'],
    handle: async ({ agnize, params, body }) => {
      const { id, subject } = await faceOf(agnize, params)
      const name = await recipientNamed(agnize, body.to)
      const [moved] = await agnize.people.moveFaces([id], name, { from: subject.name })
      return enrolledFaceJson(moved!.face)
    },
  }),
  operation({
    id: 'disownFace',
    method: 'POST',
    path: `${path}/{face}/disown`,
    scope: 'enroll',
    tag,
    summary: 'Remove a face from its subject and record that it is not the subject',
    params: ofFace,
    answers: [{ status: 201, description: 'The correction.', schema: correctionSchema }],
    errors: ['unknown-subject', 'unknown-face'],
    handle: async ({ agnize, params }) => {
      const face = await faceOf(agnize, params)
      return correctionJson(await agnize.corrections.disown(face.templateId, face.subject.name))
    },
  }),
]
