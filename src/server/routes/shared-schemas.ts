import { z } from 'zod'
import { qualityReasons } from '../../faces/quality.js'
import { livenessAnswers, livenessReasons } from '../../liveness/liveness.js'
import { answers, reasons } from '../../recognition/decide.js'

/*
 * Schemas that several resources share in their responses. The OpenAPI document, the client's types and the tests' check of
 * every response derive from these and from the schemas beside the operations.
 */

/** A timestamp. */
export const time = z.iso.datetime().describe('ISO 8601, UTC.')

/** Similarity of two faces. */
export const similarity = z.number().describe('Cosine similarity, −1 to 1; higher is more similar.')

export const boxSchema = z
  .object({ x: z.number(), y: z.number(), width: z.number(), height: z.number() })
  .describe('Position in pixels of the upright photo.')
  .meta({ id: 'Box' })

export const namedSubjectSchema = z
  .object({ id: z.string(), name: z.string() })
  .meta({ id: 'NamedSubject' })

export const thresholdSchema = z
  .object({
    value: similarity.describe('Similarities at or above this value match.'),
    fmr: z
      .number()
      .nullable()
      .describe('Expected false match rate of one comparison at this threshold.'),
    limited: z
      .boolean()
      .describe(
        'Whether a rarer rate was asked than the calibration supports, so that this is the threshold of the rarest one it does.',
      ),
    source: z.string().describe('Basis of the threshold, in words.'),
    calibrated_at: z.string().nullable().describe("Date of the calibration on the gallery's data."),
  })
  .meta({ id: 'Threshold' })

export const candidateSchema = z
  .object({
    subject: namedSubjectSchema,
    similarity,
    cosine: z.number().describe('Cosine of the embeddings, before a cohort corrects it, −1 to 1.'),
    template_id: z.string().describe('Id of the enrolled face most similar to the face.'),
    photo: z.string().describe('File name of the photo of that face.'),
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
    .describe(
      'Similarity to the subject, otherwise to the most similar subject; null in an empty gallery.',
    ),
  distance: z.number().nullable().describe('The similarity as L2 distance, 0 to 2.'),
  probability: z
    .number()
    .nullable()
    .describe('Probability of a match, 0 to 1; null without a calibration.'),
  threshold: thresholdSchema.nullable(),
  runner_up: candidateSchema.nullable(),
  margin: z.number().nullable(),
  corrections: z.array(appliedCorrectionSchema),
  candidates: z
    .array(candidateSchema)
    .describe('Most similar subjects first, whatever the answer.'),
}

export const verdictSchema = z.object(verdict).meta({ id: 'Verdict' })

/** Liveness of a face. */
export const livenessSchema = z
  .object({
    answer: z.enum(livenessAnswers).describe('`attack`: a picture of a face.'),
    score: z
      .number()
      .nullable()
      .describe('0 to 1, higher for live faces; null where it cannot be judged.'),
    threshold: z.number().describe('Scores at or above this value are live.'),
    basis: z
      .string()
      .describe(
        'Photos and method that the threshold comes from; `challenge` for a face that passed one, `override` for one that an operator vouched for.',
      ),
    reason: z.enum(livenessReasons).nullable().describe('Why it cannot be judged.'),
    advice: z.string().nullable().describe('What to do about the reason.'),
  })
  .meta({ id: 'Liveness' })

const faceFields = {
  box: boxSchema,
  detection_score: z.number(),
  landmarks: z
    .array(z.tuple([z.number(), z.number()]))
    .describe(
      'Left eye, right eye, nose, left and right mouth corner, as seen in the photo, in pixels.',
    ),
  pose: z.object({ roll: z.number(), yaw: z.number(), pitch: z.number() }).describe('Degrees.'),
  quality: z.object({
    score: z.number().describe('Quality score, 0 to 1; a face with score 0 is not judged.'),
    sharpness: z.number(),
    size: z.number(),
    pose: z.number(),
    exposure: z.number(),
    visibility: z.number(),
    reasons: z.array(qualityReason),
  }),
  liveness: livenessSchema.optional().describe('Only where it was asked for.'),
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

/** A name of an account and a password, as they are typed to sign in; what new ones have to be is checked elsewhere. */
export const credentials = {
  name: z.string().min(1).max(200),
  password: z.string().min(1).max(1024),
}
