import type { Threshold } from '../recognition/threshold.js'
import type { IdentificationResult } from './evaluate-identification.js'
import type { VerificationResult } from './evaluate-verification.js'
import type { FailedSample, Sample } from './evaluation-set.js'

/** What `evaluate` found. */
export interface Evaluation {
  /** What was evaluated, in words. */
  readonly data: string
  /** Id of the model. */
  readonly model: string
  /** ISO 8601, UTC. */
  readonly date: string
  /** Number of people. */
  readonly people: number
  /** Number of photos. */
  readonly photos: number
  /** Photos without a usable face (failure to acquire), each with the reason. */
  readonly failures: readonly FailedSample[]
  /** Threshold of a comparison, and what it was asked for. */
  readonly threshold: Threshold
  /** 1:1. */
  readonly verification: VerificationResult
  /** 1:N; null for a list of pairs, and where nobody has a photo to search with. */
  readonly identification: IdentificationResult | null
  /** What its reader should know of the data. */
  readonly warnings: readonly string[]
  /** Mean milliseconds of each stage of a photo; null where embeddings were given. */
  readonly timings: Readonly<Record<string, number>> | null
  /** The samples that the worst pairs are of, by their places. */
  readonly samples: readonly Sample[]
  /** Where it was written; null where it was not. */
  readonly files: {
    /** Path of the HTML report. */
    readonly report: string
    /** Path of the figures, JSON. */
    readonly results: string
    /** Path of the embeddings, JSON Lines. */
    readonly embeddings: string
  } | null
}
