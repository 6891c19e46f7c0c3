import { z } from 'zod'
import { AgnizeError } from '../../base/errors.js'
import { correctionJson } from '../../json/people-json.js'
import type { Calibration } from '../../models/card.js'
import { calibrationSchema } from '../../models/card-schema.js'
import { requireMatch } from '../etag.js'
import type { Job } from '../jobs/job-store.js'
import { operation } from '../operation.js'
import {
  atQuery,
  inGallery,
  photoErrors,
  photoJsonSchema,
  subjectNamed,
  subjectReference,
} from './parameters.js'
import { boxSchema, namedSubjectSchema, time } from './shared-schemas.js'

export const correctionSchema = z
  .object({
    id: z.string(),
    kind: z.enum(['not', 'same']),
    subject: namedSubjectSchema,
    photo: z.string(),
    box: boxSchema,
    created_at: time,
  })
  .meta({ id: 'Correction' })

const ofCorrection = inGallery.extend({ correction: z.string().min(1).max(100) })

const calibration = z
  .object({
    calibration: calibrationSchema
      .nullable()
      .describe('Null: the thresholds of the model card are in use.'),
  })
  .meta({ id: 'Calibration' })

export const correctionOperations = [
  operation({
    id: 'listCorrections',
    method: 'GET',
    path: '/v1/galleries/{gallery}/corrections',
    scope: 'read',
    tag: 'Corrections',
    summary: 'List the corrections of faces',
    params: inGallery,
    answers: [
      { status: 200, description: 'All.', schema: z.object({ items: z.array(correctionSchema) }) },
    ],
    handle: async ({ agnize }) => ({
      items: (await agnize.corrections.list()).map(correctionJson),
    }),
  }),
  operation({
    id: 'addCorrection',
    method: 'POST',
    path: '/v1/galleries/{gallery}/corrections',
    scope: 'enroll',
    tag: 'Corrections',
    summary: 'Record that a face is, or is not, a subject',
    params: inGallery,
    query: z.object({
      kind: z.enum(['not', 'same']),
      subject: subjectReference,
      at: atQuery
        .optional()
        .describe(
          'Point `x,y` inside the face, in pixels; default: the face most similar to the subject.',
        ),
    }),
    body: { kind: 'photos', parts: ['photo'], many: false, json: photoJsonSchema },
    heavy: true,
    answers: [{ status: 201, description: 'The correction.', schema: correctionSchema }],
    errors: [
      ...photoErrors,
      'unknown-subject',
      'no-face',
      'several-faces',
      'wrong-model',
      'wrong-cohort',
    ],
    handle: async ({ agnize, query, photos, signal }) => {
      const name = await subjectNamed(agnize, query.subject)
      const options = { signal, ...(query.at && { at: query.at }) }
      const photo = photos.one('photo')
      return correctionJson(
        query.kind === 'not'
          ? await agnize.corrections.not(photo, name, options)
          : await agnize.corrections.same(photo, name, options),
      )
    },
  }),
  operation({
    id: 'deleteCorrection',
    method: 'DELETE',
    path: '/v1/galleries/{gallery}/corrections/{correction}',
    scope: 'enroll',
    tag: 'Corrections',
    summary: 'Delete a correction',
    params: ofCorrection,
    answers: [{ status: 200, description: 'The deleted correction.', schema: correctionSchema }],
    errors: ['unknown-correction'],
    handle: async ({ agnize, params }) =>
      correctionJson(await agnize.corrections.remove(params.correction)),
  }),
  operation({
    id: 'getCalibration',
    method: 'GET',
    path: '/v1/galleries/{gallery}/calibration',
    scope: 'read',
    tag: 'Calibration',
    summary: 'Get the calibration of the gallery',
    params: inGallery,
    answers: [{ status: 200, description: 'The calibration.', schema: calibration }],
    handle: async ({ agnize }) => ({ calibration: await agnize.calibration() }),
  }),
  operation({
    id: 'setCalibration',
    method: 'PUT',
    path: '/v1/galleries/{gallery}/calibration',
    scope: 'admin',
    tag: 'Calibration',
    summary: 'Set a calibration, such as one of "agnize calibrate"',
    description:
      'Takes a calibration, or a job that measured one with `dry_run`. With `If-Match`, the calibration is set only if the present one is unchanged since it was read.',
    params: inGallery,
    body: {
      kind: 'json',
      schema: z.union([
        z.strictObject({ calibration: calibrationSchema }),
        z.strictObject({
          job: z.string().min(1).max(100).describe('Id of a finished job with `dry_run`.'),
        }),
      ]),
    },
    answers: [
      { status: 200, description: 'The calibration after the change.', schema: calibration },
    ],
    errors: ['unknown-job', 'bad-argument', 'changed-meanwhile', 'wrong-cohort'],
    handle: async ({ server, gallery, agnize, body, request }) => {
      requireMatch(request, { calibration: await agnize.calibration() })
      const given =
        'job' in body
          ? measuredBy(await server.jobs.get(gallery, body.job))
          : (body.calibration as Calibration)
      await agnize.setCalibration(given)
      return { calibration: await agnize.calibration() }
    },
  }),
  operation({
    id: 'deleteCalibration',
    method: 'DELETE',
    path: '/v1/galleries/{gallery}/calibration',
    scope: 'admin',
    tag: 'Calibration',
    summary: 'Delete the calibration and use the thresholds of the model card',
    params: inGallery,
    answers: [{ status: 204, description: 'Done.' }],
    errors: ['changed-meanwhile', 'wrong-cohort'],
    handle: async ({ agnize, request }) => {
      requireMatch(request, { calibration: await agnize.calibration() })
      await agnize.setCalibration(null)
    },
  }),
]

/** The calibration that a job measured without using it. @throws AgnizeError `bad-argument`. */
function measuredBy({ id, result }: Job): Calibration {
  if (result?.unused) return result.unused as unknown as Calibration
  throw new AgnizeError(
    'bad-argument',
    `The job ${id} has no calibration to use: start one with "dry_run", and wait until it is done.`,
  )
}

/** Parses an id that must be an integer. @throws AgnizeError `bad-argument`. */
export function numberOf(text: string): number {
  const number = Number(text)
  if (Number.isInteger(number) && number > 0) return number
  throw new AgnizeError('bad-argument', `${JSON.stringify(text)} is not the number of an event.`)
}
