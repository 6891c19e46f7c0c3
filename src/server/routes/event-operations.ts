import { z } from 'zod'
import type { Decision, ErasedDecision } from '../../application/decision-records.js'
import { AgnizeError } from '../../base/errors.js'
import { thresholdJson } from '../../json/photo-json.js'
import { answers, reasons } from '../../recognition/decide.js'
import { operation } from '../operation.js'
import { recordView } from '../record-view.js'
import { numberOf } from './correction-operations.js'
import { cursorAfter, defaultLimit, inGallery, pageQuery, placeOf } from './parameters.js'
import {
  boxSchema,
  namedSubjectSchema,
  pageOf,
  qualityReason,
  similarity,
  thresholdSchema,
  time,
} from './shared-schemas.js'

const eventSchema = z
  .object({
    number: z.int(),
    at: time,
    erased: z.boolean().describe('Whether its content was deleted with a subject.'),
    answer: z.enum(answers).nullable(),
    reason: z.enum(reasons).nullable(),
    subject: namedSubjectSchema.nullable(),
    similarity: z.number().nullable(),
    threshold: thresholdSchema.nullable(),
    candidates: z.array(
      z.object({ subject: namedSubjectSchema, similarity, template_id: z.string() }),
    ),
    box: boxSchema.nullable(),
    quality: z.object({ score: z.number(), reasons: z.array(qualityReason) }).nullable(),
    has_face: z.boolean(),
  })
  .meta({ id: 'Event' })

function eventJson(decision: Decision | ErasedDecision, hasFace: boolean) {
  const { number, at } = decision
  if ('erased' in decision) {
    return {
      ...{ number, at, erased: true, answer: null, reason: null, subject: null, similarity: null },
      ...{ threshold: null, candidates: [], box: null, quality: null, has_face: false },
    }
  }
  const { answer, reason, subject, similarity, threshold, candidates, box, quality } = decision
  return {
    ...{ number, at, erased: false, answer, reason, subject, similarity },
    threshold: thresholdJson(threshold),
    candidates: candidates.map(({ subject, similarity, templateId }) => ({
      subject,
      similarity,
      template_id: templateId,
    })),
    box,
    quality: { score: quality.score, reasons: [...quality.reasons] },
    has_face: hasFace,
  }
}

export const eventOperations = [
  operation({
    id: 'listEvents',
    method: 'GET',
    path: '/v1/galleries/{gallery}/events',
    scope: 'read',
    tag: 'Events',
    summary: 'List recorded identifications',
    params: inGallery,
    query: pageQuery.extend({
      order: z.enum(['oldest', 'newest']).default('oldest').describe('Order of the results.'),
      subject_id: z
        .string()
        .max(100)
        .optional()
        .describe('Only events that name this subject; newest first.'),
    }),
    answers: [{ status: 200, description: 'One page of results.', schema: pageOf(eventSchema) }],
    handle: async ({ agnize, query }) => {
      const { limit = defaultLimit, cursor } = query
      if (query.order === 'newest' || query.subject_id !== undefined) {
        const entries = await agnize.decisions.latestEntries({
          before: cursor ? Number(placeOf(cursor)) || undefined : undefined,
          limit: limit + 1,
          subjectId: query.subject_id,
        })
        const items = entries
          .slice(0, limit)
          .map(({ decision, face }) => eventJson(decision, face !== null))
        const more = entries.length > limit
        return { items, next: more ? cursorAfter(String(items.at(-1)!.number)) : null }
      }
      const items = []
      let next: string | null = null
      const after = cursor ? Number(placeOf(cursor)) || 0 : 0
      for await (const { decision, face } of agnize.decisions.entries(after)) {
        if (items.length === limit) {
          next = cursorAfter(String(items.at(-1)!.number))
          break
        }
        items.push(eventJson(decision, face !== null))
      }
      return { items, next }
    },
  }),
  operation({
    id: 'getEventFace',
    method: 'GET',
    path: '/v1/galleries/{gallery}/events/{number}/face',
    scope: 'read',
    tag: 'Events',
    summary: 'Get the face of a recorded identification',
    params: inGallery.extend({
      number: z.string().regex(/^[1-9][0-9]{0,14}$/, 'Give the number of an event.'),
    }),
    answers: [{ status: 200, description: 'JPEG.', type: 'image/jpeg' }],
    errors: ['unknown-face', 'bad-argument'],
    handle: async ({ session, agnize, params }) => {
      const wanted = numberOf(params.number)
      for await (const { decision, face } of agnize.decisions.entries(wanted - 1)) {
        if (decision.number !== wanted || !face) break
        const subject = 'erased' in decision ? null : decision.subject
        await recordView(session, subject?.id ?? null)
        return face
      }
      throw new AgnizeError('unknown-face', 'No face was kept with that event.')
    },
  }),
  operation({
    id: 'clearEvents',
    method: 'DELETE',
    path: '/v1/galleries/{gallery}/events',
    scope: 'admin',
    tag: 'Events',
    summary: 'Delete all recorded identifications',
    params: inGallery,
    answers: [
      {
        status: 200,
        description: 'Number of deleted events.',
        schema: z.object({ deleted: z.int() }),
      },
    ],
    handle: async ({ agnize }) => ({ deleted: await agnize.decisions.clear() }),
  }),
]
