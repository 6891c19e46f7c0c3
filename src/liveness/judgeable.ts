import type { Box } from '../geometry/box.js'
import type { TurnedPicture } from '../image/turned-picture.js'
import type { LivenessCard } from '../models/card.js'
import { surroundings } from './crop.js'
import type { LivenessReason } from './liveness.js'

/** What is known of a face before its liveness is assessed. */
export interface FaceConditions {
  /** Sharpness as a signal of its quality, 0…1. */
  readonly sharpness: number
  /** Exposure as a signal of its quality, 0…1. */
  readonly exposure: number
}

/**
 * Limits beyond which liveness is not judged. Judgment: on the safe side of the steps at which errors begin where photos of half the
 * people of NUAA are cut, shrunk, darkened and blurred (`npm run bench:liveness` prints them, for the other half too).
 */
export const judgeableLimits = {
  /** Least side of the square around the face that the photo shows, as a multiple of the face's longer side. */
  surroundings: 1.6,
  /** Width of the narrowest face, in pixels. */
  width: 32,
  /** Least sharpness and exposure, as signals of quality. */
  sharpness: 0.15,
  exposure: 0.25,
} as const

/** What to do about each reason. */
export const advice: Readonly<Record<LivenessReason, string>> = {
  too_tight:
    'The surroundings of the face are not in the picture: step back, or give a picture that was not cut to the face.',
  too_small: 'The face is too small: come closer.',
  badly_exposed: 'The face is too dark or too bright: turn to the light, or add some.',
  blurred: 'The face is blurred: hold still, and check the focus of the camera.',
}

/** Why the liveness of a face cannot be judged; null where it can. */
export function reasonAgainst(
  picture: Pick<TurnedPicture, 'width' | 'height' | 'boxFromPicture'>,
  box: Box,
  { sharpness, exposure }: FaceConditions,
  cards: readonly Pick<LivenessCard, 'crop'>[],
): LivenessReason | null {
  const widest = Math.max(...cards.map(({ crop }) => crop))
  const least = Math.min(widest, judgeableLimits.surroundings)
  if (surroundings(picture, box, widest) < least) return 'too_tight'
  if (box.width < judgeableLimits.width) return 'too_small'
  if (exposure < judgeableLimits.exposure) return 'badly_exposed'
  return sharpness < judgeableLimits.sharpness ? 'blurred' : null
}
