import type { LiveFace, LiveResult } from '../recognize/protocol.js'

/** What somebody before the camera is to do for a good photo. */
export type Guidance =
  | 'nobody'
  | 'several'
  | 'closer'
  | 'light'
  | 'look'
  | 'still'
  | 'clear'
  | 'good'

/** A face narrower than this share of the picture is to come closer. */
const wide = 0.18
/** Degrees off straight beyond which somebody looks elsewhere. */
const straight = 18
/** Quality from which a photo serves well. */
const good = 0.55

/** What is to be done next, the most important first. */
export function guidanceFor({ faces, width }: Pick<LiveResult, 'faces' | 'width'>): Guidance {
  // Others far behind do not matter.
  const near = faces.filter(({ box }) => box.width > (faces[0]?.box.width ?? 0) / 2)
  const [face] = near
  if (!face) return 'nobody'
  if (near.length > 1) return 'several'
  if (face.box.width < wide * width || face.quality.reasons.includes('too_small')) return 'closer'
  return forQuality(face)
}

function forQuality({ quality, pose }: LiveFace): Guidance {
  const { reasons, score } = quality
  if (reasons.includes('badly_exposed')) return 'light'
  if (pose && Math.max(Math.abs(pose.yaw), Math.abs(pose.pitch)) > straight) return 'look'
  if (reasons.includes('turned_away')) return 'look'
  if (reasons.includes('blurred')) return 'still'
  if (reasons.includes('not_clearly_visible')) return 'clear'
  return score >= good ? 'good' : 'still'
}
