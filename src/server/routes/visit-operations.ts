import { z } from 'zod'
import type { Visit } from '../../gallery/visit-store.js'
import { requireScope } from '../keys/caller.js'
import { operation } from '../operation.js'
import { recordView } from '../record-view.js'
import {
  cursorAfter,
  defaultLimit,
  flag,
  inGallery,
  pageQuery,
  photoJsonSchema,
  placeOf,
  recipientNamed,
  subjectNameSchema,
} from './parameters.js'
import { namedSubjectSchema, pageOf } from './shared-schemas.js'

const tag = 'Visits'
const path = '/v1/galleries/{gallery}'
const time = z.iso.datetime().describe('ISO 8601, UTC.')

const visitSchema = z
  .object({
    id: z.string(),
    camera: z.string(),
    first_at: time,
    last_at: time,
    subject: namedSubjectSchema.nullable().describe('Null for an unknown visitor.'),
    visitor: z
      .string()
      .nullable()
      .describe('Id of the unknown visitor, also after the visitor was named.'),
    quality: z.number(),
    similarity: z.number().nullable(),
    explanation: z
      .object({
        answer: z.string(),
        similarity: z.number().nullable(),
        threshold: z.number().nullable(),
        margin: z.number().nullable(),
        probability: z.number().nullable(),
        frames: z.int(),
      })
      .nullable()
      .describe('Basis of the answer: measurements of the best face.'),
    has_face: z.boolean(),
  })
  .meta({ id: 'Visit' })

const visitorSchema = z
  .object({
    id: z.string(),
    visits: z.int(),
    first_at: time,
    last_at: time,
    camera: z.string().describe('Camera of the last visit.'),
    best_visit: z.string().describe('Id of the visit with the best face.'),
  })
  .meta({ id: 'Visitor' })

const visitJson = ({ firstAt, lastAt, visitorId, hasFace, ...visit }: Visit) => ({
  ...visit,
  first_at: firstAt,
  last_at: lastAt,
  visitor: visitorId,
  has_face: hasFace,
})

const ofVisitor = inGallery.extend({ visitor: z.string().min(1).max(100) })

export const visitOperations = [
  operation({
    id: 'listVisits',
    method: 'GET',
    path: `${path}/visits`,
    scope: 'read',
    tag,
    summary: 'List recorded visits',
    params: inGallery,
    query: pageQuery.extend({
      subject_id: z.string().max(100).optional().describe('Only visits of this subject.'),
      visitor: z
        .string()
        .max(100)
        .optional()
        .describe('Only visits of this visitor; earlier ids of the visitor also work.'),
      unknown: flag.optional().describe('Only visits of unnamed visitors.'),
      camera: z.string().max(100).optional().describe('Only visits at this camera.'),
      since: z.iso.datetime().optional().describe('Only visits that ended at this time or later.'),
      until: z.iso.datetime().optional().describe('Only visits that began before this time.'),
    }),
    answers: [
      {
        status: 200,
        description: 'One page of visits, newest first.',
        schema: pageOf(visitSchema),
      },
    ],
    handle: async ({ agnize, query }) => {
      const { limit = defaultLimit, cursor, subject_id, visitor, ...filter } = query
      const visits = await agnize.visits.list({
        before: cursor && placeOf(cursor),
        limit: limit + 1,
        subjectId: subject_id,
        visitorId: visitor,
        ...filter,
      })
      const items = visits.slice(0, limit).map(visitJson)
      return { items, next: visits.length > limit ? cursorAfter(items.at(-1)!.id) : null }
    },
  }),
  operation({
    id: 'searchVisits',
    method: 'POST',
    path: `${path}/visits/search`,
    scope: 'read',
    tag,
    summary: 'Search visits by the face in a photo',
    description:
      'Uses the largest face of the photo, and includes visits from before the visitor was named. Also requires the scope `identify`.',
    params: inGallery,
    body: { kind: 'photos', parts: ['photo'], many: false, json: photoJsonSchema },
    heavy: true,
    answers: [
      {
        status: 200,
        description: 'All visits that are similar enough, newest first.',
        schema: z.object({
          items: z.array(z.object({ visit: visitSchema, similarity: z.number() })),
        }),
      },
    ],
    errors: ['no-face', 'not-calibrated', 'forbidden'],
    handle: async ({ agnize, caller, photos, signal }) => {
      const photo = photos.one('photo')
      // A key that may read visits may not necessarily identify a face.
      requireScope(caller, 'identify')
      const found = await agnize.visits.search(photo, { signal })
      return {
        items: found.map(({ visit, similarity }) => ({ visit: visitJson(visit), similarity })),
      }
    },
  }),
  operation({
    id: 'getVisitFace',
    method: 'GET',
    path: `${path}/visits/{visit}/face`,
    scope: 'read',
    tag,
    summary: 'Get the best face of a visit',
    params: inGallery.extend({ visit: z.string().min(1).max(100) }),
    answers: [{ status: 200, description: 'JPEG.', type: 'image/jpeg' }],
    errors: ['unknown-face'],
    handle: async ({ session, agnize, params, reply }) => {
      const image = await agnize.visits.image(params.visit)
      await recordView(session, null)
      reply.header('cache-control', 'private, no-cache')
      return image
    },
  }),
  operation({
    id: 'listVisitors',
    method: 'GET',
    path: `${path}/visitors`,
    scope: 'read',
    tag,
    summary: 'List unnamed visitors, most recent first',
    description:
      'Visits of the same unknown person are grouped to one visitor, so strictly that one person may be listed twice.',
    params: inGallery,
    answers: [
      { status: 200, description: 'All.', schema: z.object({ items: z.array(visitorSchema) }) },
    ],
    handle: async ({ agnize }) => ({
      items: (await agnize.visits.visitors()).map(({ firstAt, lastAt, bestVisit, ...visitor }) => ({
        ...visitor,
        first_at: firstAt,
        last_at: lastAt,
        best_visit: bestVisit,
      })),
    }),
  }),
  operation({
    id: 'regroupVisitors',
    method: 'POST',
    path: `${path}/visitors/regroup`,
    scope: 'enroll',
    tag,
    summary: 'Group unknown visitors again',
    description: 'The server does so every hour.',
    params: inGallery,
    answers: [
      {
        status: 200,
        description: 'Number of visitors, and number of visits whose visitor changed.',
        schema: z.object({ strangers: z.int(), changed: z.int() }),
      },
    ],
    errors: ['not-calibrated'],
    handle: async ({ agnize, signal }) => agnize.visits.regroup(signal),
  }),
  operation({
    id: 'nameVisitor',
    method: 'POST',
    path: `${path}/visitors/{visitor}/name`,
    scope: 'enroll',
    tag,
    summary: 'Name a visitor',
    description: 'Enrolls the best faces of the visitor as a subject, and names the visits.',
    params: ofVisitor,
    body: {
      kind: 'json',
      schema: z.strictObject({
        name: subjectNameSchema.describe(
          'Name of a new subject, or name or id of an existing one.',
        ),
      }),
    },
    heavy: true,
    answers: [
      {
        status: 200,
        description: 'The result.',
        schema: z.object({ visits: z.int(), faces: z.int() }),
      },
    ],
    errors: [
      'unknown-visitor',
      'unknown-subject',
      'unknown-face',
      'no-face',
      'bad-name',
      'wrong-model',
      'wrong-cohort',
    ],
    handle: async ({ agnize, params, body }) =>
      agnize.visits.name(params.visitor, await recipientNamed(agnize, body.name)),
  }),
  operation({
    id: 'forgetVisitor',
    method: 'DELETE',
    path: `${path}/visitors/{visitor}`,
    scope: 'enroll',
    tag,
    summary: 'Delete all data of a visitor',
    params: ofVisitor,
    answers: [
      {
        status: 200,
        description: 'Number of deleted visits.',
        schema: z.object({ deleted: z.int() }),
      },
    ],
    errors: ['unknown-visitor'],
    handle: async ({ agnize, params }) => ({ deleted: await agnize.visits.forget(params.visitor) }),
  }),
]
