import { z } from 'zod'
import { qualityReasons } from '../faces/quality.js'
import { answers, reasons } from '../recognition/decide.js'
import { scopes, services } from './keys/caller.js'

/*
 * What the API answers, as schemas: the OpenAPI document, the types of the client and the tests' check of every answer come
 * from these.
 */

const time = z.iso.datetime().describe('ISO 8601, UTC.')
const similarity = z.number().describe('Cosine, −1…1; higher is closer.')

export const boxSchema = z
  .object({ x: z.number(), y: z.number(), width: z.number(), height: z.number() })
  .describe('In pixels of the upright picture.')
  .meta({ id: 'Box' })

export const namedSubjectSchema = z
  .object({ id: z.string(), name: z.string() })
  .meta({ id: 'NamedSubject' })

export const thresholdSchema = z
  .object({
    value: similarity.describe('At or above it is a match.'),
    fmr: z.number().nullable().describe('False match rate of one comparison expected there.'),
    source: z.string().describe('What it rests on, in words.'),
    calibrated_at: z.string().nullable().describe("When it was calibrated on the gallery's data."),
  })
  .meta({ id: 'Threshold' })

export const candidateSchema = z
  .object({
    subject: namedSubjectSchema,
    similarity,
    template_id: z.string().describe('Of the enrolled photo that is most like the face.'),
    photo: z.string().describe('File name of that photo.'),
  })
  .meta({ id: 'Candidate' })

const appliedCorrectionSchema = z
  .object({
    id: z.string(),
    kind: z.enum(['not', 'same']),
    subject: namedSubjectSchema,
    created_at: time,
    similarity,
  })
  .meta({ id: 'AppliedCorrection' })

/** What can be wrong with a face. */
export const qualityReason = z.enum(qualityReasons)

/** How well a face can be judged, as who found it says. */
export const givenQuality = z.object({
  score: z.number().min(0).max(1),
  reasons: z.array(qualityReason).max(20),
})

const verdict = {
  answer: z.enum(answers).nullable(),
  reason: z.enum(reasons).nullable().describe('Null for a match.'),
  subject: namedSubjectSchema.nullable().describe('Null unless it is a match.'),
  similarity: z
    .number()
    .nullable()
    .describe('To the subject, else to the most similar person; null in an empty gallery.'),
  distance: z.number().nullable().describe('The same as L2 distance, 0…2.'),
  probability: z.number().nullable().describe('0…1; null unless calibrated.'),
  threshold: thresholdSchema.nullable(),
  runner_up: candidateSchema.nullable(),
  margin: z.number().nullable(),
  corrections: z.array(appliedCorrectionSchema),
  candidates: z.array(candidateSchema).describe('Most similar first, whatever the answer.'),
}

export const verdictSchema = z.object(verdict).meta({ id: 'Verdict' })

const faceFields = {
  box: boxSchema,
  detection_score: z.number(),
  landmarks: z
    .array(z.tuple([z.number(), z.number()]))
    .describe('Left eye, right eye, nose, left and right mouth corner, as seen.'),
  pose: z.object({ roll: z.number(), yaw: z.number(), pitch: z.number() }).describe('Degrees.'),
  quality: z.object({
    score: z.number().describe('0…1; a face of 0 is not judged.'),
    sharpness: z.number(),
    size: z.number(),
    pose: z.number(),
    exposure: z.number(),
    visibility: z.number(),
    reasons: z.array(qualityReason),
  }),
  ...verdict,
  embedding: z.array(z.number()).optional(),
  model: z.string().optional(),
}

export const faceSchema = z.object(faceFields).meta({ id: 'Face' })

/** The faces of a photo. */
export const photoSchema = z
  .object({
    width: z.int(),
    height: z.int(),
    faces: z.array(faceSchema).describe('Largest first.'),
    faces_left_out: z.int().describe('Smaller faces that were over the limit.'),
    ms: z.number().describe('Milliseconds of work on the photo.'),
  })
  .meta({ id: 'Photo' })

export const verificationSchema = z
  .object({
    answer: z
      .enum(['match', 'no_match', 'not_judgeable'])
      .describe(
        '`not_judgeable` when the quality of a face scores 0, however similar the two are.',
      ),
    match: z.boolean().describe('Whether the answer is `match`.'),
    reasons: z.array(qualityReason).describe('Why it cannot be told.'),
    similarity,
    distance: z.number(),
    probability: z.number().nullable(),
    threshold: thresholdSchema,
    candidate: candidateSchema.nullable().describe('Of a comparison with a subject.'),
    faces: z
      .array(faceSchema.nullable())
      .describe('The faces compared; null where there was no photo.'),
  })
  .meta({ id: 'Verification' })

export const subjectSchema = z
  .object({
    id: z.string(),
    name: z.string(),
    templates: z.int().describe('How many enrolled faces the model in use knows.'),
    created_at: time,
    external_id: z.string().nullable(),
    metadata: z.record(z.string(), z.unknown()),
    tags: z.array(z.string()),
    purpose: z.string().nullable(),
    consented_at: z.string().nullable(),
    keep_until: z.string().nullable(),
  })
  .meta({ id: 'Subject' })

export const enrolledFaceSchema = z
  .object({
    id: z.string().describe('Stays when the gallery goes over to another model.'),
    template_id: z.string(),
    subject: namedSubjectSchema,
    photo: z.string().describe('File name.'),
    box: boxSchema.describe('In the photo that was enrolled.'),
    quality: z.number(),
    created_at: time,
  })
  .meta({ id: 'EnrolledFace' })

export const enrolmentSchema = z
  .object({
    enrolled: z.array(
      z.object({
        photo: z.string(),
        outcome: z
          .enum(['added', 'known'])
          .describe('`known`: this face of this photo was there already.'),
        face: enrolledFaceSchema,
        warnings: z.array(z.string()).describe('What is poor about the face.'),
      }),
    ),
    refused: z.array(z.object({ photo: z.string(), code: z.string(), detail: z.string() })),
  })
  .meta({ id: 'Enrolment' })

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

export const gallerySchema = z
  .object({
    name: z.string(),
    people: z.int(),
    templates: z.int(),
    model: z.string().nullable(),
    protected: z.boolean(),
  })
  .meta({ id: 'Gallery' })

export const gallerySettingsSchema = z
  .object({
    purpose: z.string().nullable().describe('What people are kept for.'),
    keep_days: z.int().nullable().describe('How long people are kept; null for ever.'),
    events: z
      .object({
        recording: z.boolean().describe('Whether what is identified is recorded.'),
        keep_days: z.int().nullable(),
        faces: z.boolean().describe('Whether the faces are kept too.'),
      })
      .describe('Off unless switched on: nothing of a photo is kept.'),
    visits: z
      .object({
        recording: z.boolean().describe('Whether it is recorded who comes before live cameras.'),
        keep_days: z.int(),
      })
      .describe('Off unless switched on. With the best face of each visit, also of strangers.'),
  })
  .meta({ id: 'GallerySettings' })

export const auditEntrySchema = z
  .object({
    number: z.int(),
    at: time,
    actor: z.string(),
    action: z.string(),
    subject_id: z.string().nullable(),
    details: z.record(z.string(), z.unknown()),
  })
  .meta({ id: 'AuditEntry' })

export const eventSchema = z
  .object({
    number: z.int(),
    at: time,
    erased: z.boolean().describe('Whether its content went with a person.'),
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

export const receiptSchema = z
  .object({
    format: z.string(),
    version: z.int(),
    gallery: z.string(),
    subject: z.string(),
    externalId: z.string().nullable(),
    reference: z.string().nullable(),
    erasedAt: time,
    actor: z.string(),
    removed: z.record(z.string(), z.int()),
    checks: z.object({ notFound: z.boolean(), rows: z.int() }),
    backups: z.array(z.object({ path: z.string(), at: z.string(), readable: z.boolean() })),
    signature: z.record(z.string(), z.unknown()),
  })
  .describe('Signed as it stands: names are those of the receipt, not of this API.')
  .meta({ id: 'ErasureReceipt' })

export const jobStates = ['waiting', 'running', 'done', 'failed', 'cancelled'] as const
export const jobKinds = ['enrol', 'migrate', 'evaluate', 'calibrate'] as const

export const jobSchema = z
  .object({
    id: z.string(),
    gallery: z.string(),
    kind: z.enum(jobKinds),
    state: z.enum(jobStates),
    done: z.int(),
    total: z.int().nullable().describe('Null while it is not known.'),
    result: z.record(z.string(), z.unknown()).nullable(),
    error: z.object({ code: z.string(), detail: z.string() }).nullable(),
    created_at: time,
    finished_at: time.nullable(),
  })
  .meta({ id: 'Job' })

export const keySchema = z
  .object({
    id: z.string(),
    name: z.string(),
    scopes: z.array(z.enum(scopes)),
    galleries: z.array(z.string()).describe('Names, or `*` for all.'),
    service: z.enum(services).nullable().describe("As which service CompreFace's API takes it."),
    requests_per_minute: z.int().nullable(),
    photos_per_day: z.int().nullable(),
    created_at: time,
    expires_at: time.nullable(),
  })
  .meta({ id: 'Key' })

export const newKeySchema = keySchema
  .extend({ key: z.string().describe('The key itself, which is not shown again.') })
  .meta({ id: 'NewKey' })

/** A stretch of a list. */
export const pageOf = <Item extends z.ZodType>(item: Item) =>
  z.object({
    items: z.array(item),
    next: z.string().nullable().describe('`cursor` of the next stretch; null at the end.'),
  })
