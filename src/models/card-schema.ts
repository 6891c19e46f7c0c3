import { z } from 'zod'
import { AgnizeError } from '../base/errors.js'
import { currentNames, currentWord } from '../base/renamed-words.js'
import type {
  Calibration,
  DetectionCard,
  EmbeddingCard,
  LandmarksCard,
  LivenessCard,
  ModelCard,
} from './card.js'

const sha256Pattern = /^[0-9a-f]{64}$/

/** The data behind a calibration: photos, subjects and numbers of compared pairs. */
const calibrationData = z.object({
  /** The photos, in words. */
  data: z.string(),
  /** Null where it is not known; so are the two counts below. */
  subjects: z.number().int().positive().nullable(),
  genuinePairs: z.number().int().positive().nullable(),
  impostorPairs: z.number().int().positive().nullable(),
})

/** A cohort: CohortCard. */
const cohortFields = {
  sha256: z.string().regex(sha256Pattern),
  groups: z.number().int().positive(),
  people: z.number().int().positive(),
  neighbors: z.number().int().positive(),
  ordinary: z.number().min(-1).max(1),
  weight: z.number().gt(0).max(2),
  data: z.string(),
  license: z.string(),
  use: z.string(),
  permittedUses: z
    .array(z.enum(['commercial', 'research']))
    .min(1)
    .optional(),
}

/** Calibration of a network's similarities: thresholds for false match rates, and the data behind them. */
export const calibrationSchema = z.object({
  basis: calibrationData,
  /** How the thresholds were determined, in words. */
  method: z.string(),
  /**
   * Threshold (a similarity) for each FMR, largest rate first. Between two of them the threshold is linear in the normal
   * quantile of the rate, so there are at least two.
   */
  thresholds: z
    .array(z.object({ fmr: z.number().gt(0).lt(1), similarity: z.number().min(-1).max(1) }))
    .min(2)
    .refine(
      (list) =>
        list.every(
          (t, i) => i === 0 || (t.fmr < list[i - 1]!.fmr && t.similarity > list[i - 1]!.similarity),
        ),
      'rates must fall and thresholds rise',
    )
    .describe('Largest rate first: the rates fall, and the similarities rise.'),
  /**
   * Slope beyond the last threshold, per unit of the normal quantile: the standard deviation of impostor similarities. Null
   * where it was not measured; then the last segment is extended.
   */
  tail: z.number().positive().nullable(),
  /** Two candidates above the threshold whose similarities differ by less than this are ambiguous. */
  ambiguity: z.number().nonnegative(),
  /** When it was measured on the user's data, ISO 8601, UTC; absent where the author of the card measured it. */
  date: z.string().optional(),
  /** SHA-256 of the cohort that corrected the similarities; absent for cosines. */
  cohort: z.string().regex(sha256Pattern).optional(),
  /** The cohort itself, where it is neither the card's nor in the package; its file as base64. */
  ownCohort: z.object({ ...cohortFields, file: z.base64() }).optional(),
  /** Measured false match rates of groups of people. */
  groups: z
    .array(
      z.object({
        name: z.string(),
        people: z.number().int().positive(),
        asked: z.number().positive(),
        fmr: z.number().nonnegative(),
        interval: z.tuple([z.number(), z.number()]),
      }),
    )
    .optional(),
  /** Smallest false match rate that the data support; at a smaller one, decisions are made at this rate. */
  rarest: z.number().positive().optional(),
  /** What is to be known of the thresholds beside their basis, in words. */
  note: z.string().optional(),
  /** Smallest rate whose threshold was counted on pairs; thresholds of smaller rates are extrapolated. */
  counted: z.number().positive().optional(),
  /** Confidence interval (95 %) of each threshold. */
  intervals: z.array(z.tuple([z.number(), z.number()])).optional(),
  /** Maps a similarity to the probability that two faces show one person, at even prior odds. */
  probability: z
    .discriminatedUnion('form', [
      z.object({ form: z.literal('logistic'), intercept: z.number(), slope: z.number() }),
      z.object({
        form: z.literal('isotonic'),
        /** Pairs of similarity and probability in rising order, interpolated linearly. */
        points: z
          .array(z.tuple([z.number(), z.number().min(0).max(1)]))
          .min(1)
          .refine(
            (list) =>
              list.every(([s, p], i) => i === 0 || (s > list[i - 1]![0] && p >= list[i - 1]![1])),
            'similarities must rise, and probabilities must not fall',
          )
          .describe('Pairs of a similarity and its probability, 0 to 1; both in rising order.'),
      }),
    ])
    .optional(),
}) satisfies z.ZodType<Calibration>

/** Validates a calibration. @throws AgnizeError `bad-argument`. */
export function checkedCalibration(calibration: Calibration): Calibration {
  const { success, data, error } = calibrationSchema.safeParse(calibration)
  if (success) return data
  const { path, message } = error.issues[0]!
  throw new AgnizeError(
    'bad-argument',
    `The calibration is invalid${path.length > 0 ? ` at "${path.join('.')}"` : ''}: ${message}. Measure one with calibrate() of agnize/evaluation.`,
    { cause: error },
  )
}

const source = z.object({
  /** npm package, URL or file that contains the network. */
  from: z.string(),
  /** Path inside it. */
  path: z.string().optional(),
})

const common = {
  /** Name of the network, unique in a home. */
  name: z.string().regex(/^[A-Za-z0-9][A-Za-z0-9._-]{0,63}$/),
  sha256: z.string().regex(sha256Pattern),
  bytes: z.number().int().positive(),
  input: z.object({
    width: z.number().int().positive(),
    height: z.number().int().positive(),
    channels: z.enum(['rgb', 'bgr', 'gray']),
    /** Pixel values become (value − mean) / scale. */
    mean: z.number(),
    scale: z.number().positive(),
  }),
  source,
  license: z.string(),
  /** Permitted use and known gaps, in words. */
  use: z.string(),
  /** The uses that the license permits; absent where the license is not known. */
  permittedUses: z
    .array(z.enum(['commercial', 'research']))
    .min(1)
    .optional(),
}

export const detectionCardSchema = z.object({
  ...common,
  task: z.literal('detection'),
  /** How the outputs become boxes. */
  decoder: z.enum(['ssd', 'yunet', 'scrfd']),
  /** The input may have any width and height that are multiples of this number; null where its size is fixed. */
  multiple: z.number().int().positive().nullable(),
  /** Width of the narrowest and the widest face that the network detects reliably, in pixels of its input. */
  faceWidths: z.tuple([z.number().positive(), z.number().positive()]),
  /** Boxes with a lower confidence are dropped, 0…1. */
  minScore: z.number(),
  /** Confidence that clear faces reach, 0…1. */
  clearScore: z.number().min(0).max(1),
}) satisfies z.ZodType<DetectionCard>

export const landmarksCardSchema = z.object({
  ...common,
  task: z.literal('landmarks'),
}) satisfies z.ZodType<LandmarksCard>

export const livenessCardSchema = z.object({
  ...common,
  task: z.literal('liveness'),
  /** Side of the square that the network sees, as a multiple of the longer side of the face. */
  crop: z.number().min(1).max(8),
  /**
   * What the network sees of a square that leaves the photo: `inside`, the square moved into the photo, and shrunk where the photo is
   * smaller; `reflect`, the mirror image of the photo outside it.
   */
  border: z.enum(['inside', 'reflect']),
  /** Position of the class of live faces among the outputs. */
  liveClass: z.number().int().nonnegative(),
  /** The score from which a face is live, with the photos that it was chosen on; null where it was not measured. */
  threshold: z.object({ value: z.number().min(0).max(1), basis: z.string() }).nullable(),
}) satisfies z.ZodType<LivenessCard>

export const embeddingCardSchema = z.object({
  ...common,
  task: z.literal('embedding'),
  /** Length of the embedding. */
  dimensions: z.number().int().positive(),
  /** Reference positions of the five landmarks that faces are aligned to. */
  alignment: z.enum(['arcface-112', 'openface-96']),
  /**
   * Length of the network's output before normalization, for barely visible faces and for clear faces; null where it was not
   * measured.
   */
  visibility: z.tuple([z.number(), z.number()]).nullable(),
  /** The cohort that corrects the similarities. */
  cohort: z.object(cohortFields).optional(),
  /** Thresholds; null for a network that was not calibrated. */
  calibration: calibrationSchema.nullable(),
  /** Cohorts with their thresholds, for uses that the license of `cohort` forbids. */
  otherCohorts: z
    .array(z.object({ cohort: z.object(cohortFields), calibration: calibrationSchema }))
    .optional(),
}) satisfies z.ZodType<EmbeddingCard>

/** The schema of a model card, as stored beside a network that a user added. */
export const modelCardSchema = z.preprocess(
  migrateCardNames,
  z.discriminatedUnion('task', [
    detectionCardSchema,
    landmarksCardSchema,
    embeddingCardSchema,
    livenessCardSchema,
  ]),
) satisfies z.ZodType<ModelCard>

/** A card with the current field names and values: card files of earlier versions contain the former ones. */
export function migrateCardNames(card: unknown): unknown {
  const named = currentNames(card) as { readonly input?: { readonly channels?: unknown } }
  const channels = named?.input?.channels
  if (typeof channels !== 'string') return named
  return { ...named, input: { ...named.input, channels: currentWord(channels) } }
}
