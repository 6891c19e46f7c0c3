/** Every {@link LivenessMode}. */
export const livenessModes = ['off', 'observe', 'require'] as const

/**
 * Whether faces are told from pictures of faces: `off`, not at all; `observe`, the result is reported and decides nothing; `require`,
 * only live faces are recognized.
 */
export type LivenessMode = (typeof livenessModes)[number]

/** Of two modes, the one that demands more. */
export const stricterMode = (a: LivenessMode, b: LivenessMode): LivenessMode =>
  livenessModes.indexOf(a) > livenessModes.indexOf(b) ? a : b

/** Every {@link LivenessReason}. */
export const livenessReasons = ['too_tight', 'too_small', 'badly_exposed', 'blurred'] as const

/** Why the liveness of a face cannot be judged. */
export type LivenessReason = (typeof livenessReasons)[number]

/** Every {@link LivenessAnswer}. */
export const livenessAnswers = ['live', 'attack', 'not_judgeable'] as const

/** Whether a face is live, or a picture of a face that somebody presents to the camera (ISO/IEC 30107: presentation attack). */
export type LivenessAnswer = (typeof livenessAnswers)[number]

/** Whether a face is live. */
export interface Liveness {
  /** The answer; `live` where the score is at or above the threshold. */
  readonly answer: LivenessAnswer
  /** Score, 0…1, higher for live faces; null where it cannot be judged. */
  readonly score: number | null
  /** The threshold that decides, 0…1. */
  readonly threshold: number
  /** The photos and the method that the threshold comes from, in words. */
  readonly basis: string
  /** Why it cannot be judged; null where it can. */
  readonly reason: LivenessReason | null
  /** What to do about the reason, in English; null where it can be judged. */
  readonly advice: string | null
}

/** Every {@link LivenessRefusal}. */
export const livenessRefusals = ['attack', 'liveness_not_judgeable'] as const

/** Why a face is not recognized where liveness is required. */
export type LivenessRefusal = (typeof livenessRefusals)[number]

/** Why a face is refused where liveness is required; null for a live face. A face whose liveness is not known is not judgeable. */
export function livenessRefusal(
  liveness: Pick<Liveness, 'answer'> | undefined,
): LivenessRefusal | null {
  if (liveness?.answer === 'live') return null
  return liveness?.answer === 'attack' ? 'attack' : 'liveness_not_judgeable'
}
