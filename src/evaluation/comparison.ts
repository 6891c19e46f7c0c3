import type { DetPoint } from './error-rates.js'
import type { Estimate } from './intervals.js'

/** A figure of a run, with its difference from the baseline on the same pairs. */
export interface ComparedFigure {
  /** `auc`, `eer`, or `fnmr at fmr RATE`. */
  readonly figure: string
  /** The figure with its confidence interval. */
  readonly estimate: Estimate
  /** Difference from the baseline; null for the baseline. */
  readonly difference: Estimate | null
  /** Whether the difference is significant: its interval excludes 0. */
  readonly differs: boolean
}

/** A run of a comparison. */
export interface ComparedRun {
  /** Name of the run, as given by the caller. */
  readonly run: string
  /** Id of the model. */
  readonly model: string
  /** Number of photos without a usable face. */
  readonly failures: number
  /** Figures of the run. */
  readonly figures: readonly ComparedFigure[]
  /** Points of the DET curve. */
  readonly det: readonly DetPoint[]
}

/** Result of `compare`. */
export interface Comparison {
  /** Number of photos that all runs have in common. */
  readonly photos: number
  /** Number of people on those photos. */
  readonly people: number
  /** Number of genuine pairs. */
  readonly genuinePairs: number
  /** Number of impostor pairs. */
  readonly impostorPairs: number
  /** The runs, the baseline first. */
  readonly runs: readonly ComparedRun[]
  /** Limitations of the result, as sentences. */
  readonly warnings: readonly string[]
  /** Paths of the written files; null where nothing was written. */
  readonly files: {
    /** HTML. */
    readonly report: string
    /** JSON. */
    readonly results: string
  } | null
}
