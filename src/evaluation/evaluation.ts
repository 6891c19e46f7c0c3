import type { Threshold } from '../recognition/threshold.js'
import type { AskedRate } from './asked-rates.js'
import type { IdentificationResult } from './evaluate-identification.js'
import type { VerificationResult } from './evaluate-verification.js'
import type { FailedSample, Sample } from './evaluation-set.js'

/** Result of `evaluate`. */
export interface Evaluation {
  /** Description of the evaluated data. */
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
  /** Threshold of a comparison, and the rate that it was set by. */
  readonly threshold: Threshold
  /** 1:1 results. */
  readonly verification: VerificationResult
  /** Identification, 1:N; null for a list of pairs, and without probes. */
  readonly identification: IdentificationResult | null
  /**
   * The rates that the thresholds are for, beside what was measured, of all photos and of each group; empty for a given threshold,
   * and for one that was chosen on the evaluated pairs.
   */
  readonly askedRates: readonly AskedRate[]
  /** Limitations of the data, in words. */
  readonly warnings: readonly string[]
  /** Mean time of each step of a photo, in milliseconds; null for given embeddings. */
  readonly timings: Readonly<Record<string, number>> | null
  /** Samples of the worst pairs, by index. */
  readonly samples: readonly Sample[]
  /** Written files; null where nothing was written. */
  readonly files: {
    /** Path of the HTML report. */
    readonly report: string
    /** Path of the results, JSON. */
    readonly results: string
    /** Path of the embeddings, JSON Lines. */
    readonly embeddings: string
  } | null
}
