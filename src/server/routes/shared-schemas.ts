import { z } from 'zod'
import { qualityReasons } from '../../faces/quality.js'
import { answers, reasons } from '../../recognition/decide.js'

/*
 * Schemas that several resources share in their responses. The OpenAPI document, the client's types and the tests' check of
 * every response derive from these and from the schemas beside the operations.
 */

/** A timestamp. */
export const time = z.iso.datetime().describe('ISO 8601, UTC.')

/** Similarity of two faces. */
export const similarity = z.number().describe('Cosine, −1…1; higher is closer.')

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

/** A reason for low quality. */
export const qualityReason = z.enum(qualityReasons)

/** Quality of a face, as measured by the client that detected it. */
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

/** One page of a list. */
export const pageOf = <Item extends z.ZodType>(item: Item) =>
  z.object({
    items: z.array(item),
    next: z.string().nullable().describe('`cursor` of the next page; null on the last.'),
  })
