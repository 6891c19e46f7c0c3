import type { Calibration } from '../models/card.js'

/** Thresholds measured on a gallery's own data, one calibration per model. */
export interface CalibrationStore {
  /** The calibration; null without one. */
  get(model: string): Promise<Calibration | null>
  set(model: string, calibration: Calibration): Promise<void>
  /** @returns Whether the model had a calibration. */
  remove(model: string): Promise<boolean>
}
