import type { Calibration } from '../models/card.js'

/** What the similarities of a gallery mean: thresholds measured on its own data, and the cohort that corrects them, per model. */
export interface CalibrationStore {
  /** The calibration; null without one. */
  get(model: string): Promise<Calibration | null>
  set(model: string, calibration: Calibration): Promise<void>
  /** @returns Whether the model had a calibration. */
  remove(model: string): Promise<boolean>
  /**
   * SHA-256 of the cohort that corrects the gallery's similarities of a model; null for none, `unknown` where it was not recorded,
   * undefined without templates of the model.
   */
  cohort(model: string): Promise<string | null | 'unknown' | undefined>
  recordCohort(model: string, sha256: string | null): Promise<void>
  /** Sets the cohort that is recorded with the first template of a model. */
  expectCohort(model: string, sha256: string | null): void
}
