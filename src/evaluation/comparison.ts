import type { DetPoint } from './error-rates.js'
import type { Estimate } from './intervals.js'

/** A figure of a run, and how it differs from the first run's on the same pairs. */
export interface ComparedFigure {
  /** `auc`, `eer`, or `fnmr at fmr RATE`. */
  readonly figure: string
  /** The figure with its confidence interval. */
  readonly estimate: Estimate
  /** Null for the first run. */
  readonly difference: Estimate | null
  /** Whether chance explains no such difference: its interval leaves 0 out. */
  readonly differs: boolean
}

/** A run beside others. */
export interface ComparedRun {
  /** The run, as the caller named it. */
  readonly run: string
  /** Id of the model. */
  readonly model: string
  /** Photos of the run without a usable face. */
  readonly failures: number
  /** The figures. */
  readonly figures: readonly ComparedFigure[]
  /** Points of the DET curve. */
  readonly det: readonly DetPoint[]
}

/** What `compare` found. */
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
