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
  /** The run, as the caller named it. */
  readonly run: string
  /** Id of the model. */
  readonly model: string
  /** Number of photos without a usable face. */
  readonly failures: number
  /** The figures. */
  readonly figures: readonly ComparedFigure[]
  /** Points of the DET curve. */
  readonly det: readonly DetPoint[]
}

/** Result of `compare`. */
export interface Comparison {
  /** Number of photos that all runs have in common. */
  readonly photos: number
  /** Number of people on them. */
  readonly people: number
  /** Number of pairs that show one person. */
  readonly genuinePairs: number
  /** Number of pairs that show two people. */
  readonly impostorPairs: number
  /** The runs, the baseline first. */
  readonly runs: readonly ComparedRun[]
  /** What limits the result, in words. */
  readonly warnings: readonly string[]
  /** Paths of the written files; null where none were. */
  readonly files: {
    /** HTML. */
    readonly report: string
    /** JSON. */
    readonly results: string
  } | null
}
