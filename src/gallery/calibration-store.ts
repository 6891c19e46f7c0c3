import type { Calibration } from '../models/card.js'

/** Thresholds measured on a gallery's own data, one of each model. */
export interface CalibrationStore {
  /** Null where there is none. */
  get(model: string): Promise<Calibration | null>
  set(model: string, calibration: Calibration): Promise<void>
  /** @returns Whether there was one. */
  remove(model: string): Promise<boolean>
}
