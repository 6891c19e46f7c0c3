import type { LiveFace, LiveResult } from '../recognize/protocol.js'

/** What a person in front of the camera should do next for a good photo. */
export type Guidance =
  | 'nobody'
  | 'several'
  | 'closer'
  | 'light'
  | 'look'
  | 'still'
  | 'clear'
  | 'good'

/** A face narrower than this share of the picture's width is too far away. Judgment. */
const minWidthShare = 0.18
/** Yaw or pitch in degrees beyond which a face is turned away. Judgment. */
const maxTurnDegrees = 18
/** Minimum quality score of a photo to enroll. Judgment. */
const minQuality = 0.55

/** The most important guidance for a frame. */
export function guidanceFor({ faces, width }: Pick<LiveResult, 'faces' | 'width'>): Guidance {
  // Faces less than half as wide as the first one are in the background.
  const near = faces.filter(({ box }) => box.width > (faces[0]?.box.width ?? 0) / 2)
  const [face] = near
  if (!face) return 'nobody'
  if (near.length > 1) return 'several'
  if (face.box.width < minWidthShare * width || face.quality.reasons.includes('too_small'))
    return 'closer'
  return forQuality(face)
}

function forQuality({ quality, pose }: LiveFace): Guidance {
  const { reasons, score } = quality
  if (reasons.includes('badly_exposed')) return 'light'
  if (pose && Math.max(Math.abs(pose.yaw), Math.abs(pose.pitch)) > maxTurnDegrees) return 'look'
  if (reasons.includes('turned_away')) return 'look'
  if (reasons.includes('blurred')) return 'still'
  if (reasons.includes('not_clearly_visible')) return 'clear'
  return score >= minQuality ? 'good' : 'still'
}
