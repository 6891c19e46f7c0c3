import type { DetPoint } from './error-rates.js'
import type { Estimate } from './intervals.js'

/** A figure of a run, and how it differs from the first run's on the same pairs. */
export interface ComparedFigure {
  /** `auc`, `eer`, or `fnmr at fmr RATE`. */
  readonly figure: string
  readonly estimate: Estimate
  /** Null for the first run. */
  readonly difference: Estimate | null
  /** Whether chance explains no such difference: its interval leaves 0 out. */
  readonly differs: boolean
}

/** A run beside others. */
export interface ComparedRun {
  readonly run: string
  readonly model: string
  /** Photos of the run without a usable face. */
  readonly failures: number
  readonly figures: readonly ComparedFigure[]
  readonly det: readonly DetPoint[]
}

/** What `compare` found. */
export interface Comparison {
  readonly photos: number
  readonly people: number
  readonly genuinePairs: number
  readonly impostorPairs: number
  readonly runs: readonly ComparedRun[]
  readonly warnings: readonly string[]
  readonly files: { readonly report: string; readonly results: string } | null
}
