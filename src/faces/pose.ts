import type { Landmarks } from './landmarks.js'

/** Head pose in degrees; 0, 0, 0 is frontal. */
export interface Pose {
  /** Head tilted in the picture plane, clockwise positive, −180…180. */
  readonly roll: number
  /** Rotation to the side; positive towards the right edge of the picture, −90…90. */
  readonly yaw: number
  /** Rotation up and down; positive is up, −90…90. */
  readonly pitch: number
}

/**
 * Degrees of yaw per eye distance of the nose tip from the middle, and of pitch per eye–mouth distance of the nose tip above
 * its frontal height. Fitted to the package's own pose network on the 50 LFW photos (bench/pose.ts).
 */
const yawPerOffset = 82
const pitchPerOffset = 55
/** Height of the nose tip of a frontal face, from the eyes (0) to the mouth (1). */
const frontalNoseHeight = 0.525

/**
 * Estimates the head pose from the five landmarks: roll from the line of the eyes; yaw and pitch from the position of the nose
 * tip relative to eyes and mouth with the roll removed. Accurate enough to classify a face as turned, not to measure its angle.
 */
export function estimatePose(landmarks: Landmarks): Pose {
  const [leftEye, rightEye, nose, leftMouth, rightMouth] = landmarks
  const roll = Math.atan2(rightEye[1] - leftEye[1], rightEye[0] - leftEye[0])
  const cos = Math.cos(-roll)
  const sin = Math.sin(-roll)
  const eyes = rotatedMidpoint(leftEye, rightEye)
  const mouth = rotatedMidpoint(leftMouth, rightMouth)
  const tip = rotatedMidpoint(nose, nose)
  const eyeDistance = Math.hypot(rightEye[0] - leftEye[0], rightEye[1] - leftEye[1])
  const faceHeight = mouth.y - eyes.y
  const offset = eyeDistance > 0 ? (tip.x - (eyes.x + mouth.x) / 2) / eyeDistance : 0
  const height = faceHeight !== 0 ? (tip.y - eyes.y) / faceHeight : frontalNoseHeight
  return {
    roll: (roll * 180) / Math.PI,
    yaw: limit(yawPerOffset * offset),
    pitch: limit(pitchPerOffset * (frontalNoseHeight - height)),
  }

  function rotatedMidpoint(a: readonly [number, number], b: readonly [number, number]) {
    const x = (a[0] + b[0]) / 2
    const y = (a[1] + b[1]) / 2
    return { x: x * cos - y * sin, y: x * sin + y * cos }
  }
}

const limit = (degrees: number) => Math.max(-90, Math.min(90, degrees))
