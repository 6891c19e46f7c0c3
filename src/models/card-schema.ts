import { z } from 'zod'
import { currentNames, currentWord } from '../base/renamed-words.js'
import type { Calibration, DetectionCard, EmbeddingCard, LandmarksCard, ModelCard } from './card.js'

/** How many comparisons stand behind a figure, and of whom. */
const calibrationData = z.object({
  /** The photos, in words. */
  data: z.string(),
  /** Null where it is not known, as are the next. */
  subjects: z.number().int().positive().nullable(),
  genuinePairs: z.number().int().positive().nullable(),
  impostorPairs: z.number().int().positive().nullable(),
})

/** What a network's similarities mean: a threshold for each of some error rates, and what they rest on. */
export const calibrationSchema = z.object({
  basis: calibrationData,
  /** How the thresholds were found, in words. */
  method: z.string(),
  /**
   * Threshold (a similarity) for an FMR, largest rate first. Between them thresholds follow the line through the two
   * nearest over the normal quantile of the rate, so there are at least two.
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
    ),
  /**
   * How much the threshold rises beyond the last one, for each unit of the normal quantile: the standard deviation of
   * the impostors' similarities. Null where nobody measured it: then the line goes on.
   */
  tail: z.number().positive().nullable(),
  /** Two people above the threshold whose similarities are closer than this cannot be told apart. */
  ambiguity: z.number().nonnegative(),
  /** When the user measured it on data of their own; without it the card's author did. ISO 8601, UTC. */
  date: z.string().optional(),
  /** Rarest rate whose threshold was counted on the pairs; rarer ones are extrapolated. */
  counted: z.number().positive().optional(),
  /** For each of the thresholds what the data allow it to be, with 95 % confidence. */
  intervals: z.array(z.tuple([z.number(), z.number()])).optional(),
  /** How likely two faces of a similarity show one person, where that is as likely as not beforehand. */
  probability: z
    .discriminatedUnion('form', [
      z.object({ form: z.literal('logistic'), intercept: z.number(), slope: z.number() }),
      z.object({
        form: z.literal('isotonic'),
        /** Rising pairs of similarity and probability, with straight lines between. */
        points: z.array(z.tuple([z.number(), z.number().min(0).max(1)])).min(1),
      }),
    ])
    .optional(),
}) satisfies z.ZodType<Calibration>

const source = z.object({
  /** npm package, URL or file that the network came from. */
  from: z.string(),
  /** Path inside it. */
  path: z.string().optional(),
})

const common = {
  /** How the user names it. */
  name: z.string().regex(/^[A-Za-z0-9][A-Za-z0-9._-]{0,63}$/),
  sha256: z.string().regex(/^[0-9a-f]{64}$/),
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
  /** What it may be used for and what is not known of it. */
  use: z.string(),
}

export const detectionCardSchema = z.object({
  ...common,
  task: z.literal('detection'),
  /** Boxes scored lower are dropped, 0…1. */
  minScore: z.number(),
}) satisfies z.ZodType<DetectionCard>

export const landmarksCardSchema = z.object({
  ...common,
  task: z.literal('landmarks'),
}) satisfies z.ZodType<LandmarksCard>

export const embeddingCardSchema = z.object({
  ...common,
  task: z.literal('embedding'),
  /** Length of the embedding. */
  dimensions: z.number().int().positive(),
  /** The reference positions that faces are aligned to. */
  alignment: z.enum(['arcface-112', 'openface-96']),
  /**
   * Length of the network's output before normalizing, for things that are hardly a face and for clear faces; null
   * where nobody has measured it.
   */
  visibility: z.tuple([z.number(), z.number()]).nullable(),
  /** Null for a network whose thresholds nobody has measured. */
  calibration: calibrationSchema.nullable(),
}) satisfies z.ZodType<EmbeddingCard>

/** The schema of a model card, as stored beside a network that a user added. */
export const modelCardSchema = z.preprocess(
  withCurrentWords,
  z.discriminatedUnion('task', [detectionCardSchema, landmarksCardSchema, embeddingCardSchema]),
) satisfies z.ZodType<ModelCard>

/** A card with the words that are used now: files of earlier versions have the old ones. */
export function withCurrentWords(card: unknown): unknown {
  const named = currentNames(card) as { readonly input?: { readonly channels?: unknown } }
  const channels = named?.input?.channels
  if (typeof channels !== 'string') return named
  return { ...named, input: { ...named.input, channels: currentWord(channels) } }
}
