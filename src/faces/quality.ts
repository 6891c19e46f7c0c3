import type { RgbImage } from '../image/rgb-image.js'
import type { EmbeddingCard } from '../models/card.js'
import type { Pose } from './pose.js'

/** Every {@link QualityReason}. */
export const qualityReasons = [
  'blurred',
  'too_small',
  'turned_away',
  'badly_exposed',
  'not_clearly_visible',
] as const

/** A defect of a face. */
export type QualityReason = (typeof qualityReasons)[number]

/**
 * Quality of a face for recognition. Each signal is 0…1: at 0 recognition fails, at 1 it no longer improves
 * (docs/quality.md has the measurement).
 */
export interface Quality {
  /** Smallest of the signals. A face that scores 0 is not judgeable. */
  readonly score: number
  /**
   * Detail of the aligned face (normalized variance of the Laplacian): separates blurred from sharp faces, not degrees
   * of sharpness.
   */
  readonly sharpness: number
  /** Width of the face in the photo. */
  readonly size: number
  /** Closeness to a frontal pose. */
  readonly pose: number
  /** Exposure and contrast. */
  readonly exposure: number
  /**
   * Visibility, from the length of the unnormalized embedding: falls for occluded and truncated faces. 1 for networks
   * whose card has no range.
   */
  readonly visibility: number
  /** Defects, worst first. */
  readonly reasons: readonly QualityReason[]
}

/**
 * Reasons why a face is not judgeable, worst first; empty for a judgeable face. A score of 0 without a reason, which other
 * programs may send, counts as not clearly visible.
 */
export function blockingReasons({
  score,
  reasons,
}: Pick<Quality, 'score' | 'reasons'>): readonly QualityReason[] {
  if (score > 0) return []
  return reasons.length > 0 ? reasons : ['not_clearly_visible']
}

/** The reasons as text for users. */
export const reasonsInWords = (reasons: readonly QualityReason[]): string =>
  reasons.join(' and ').replaceAll('_', ' ')

/** Signals below this are named in `reasons` (docs/quality.md). Judgment. */
const poorSignal = 0.25

/**
 * Raw values at which each signal is 0 and 1. Where width and detail are 0, most genuine pairs fell below the threshold
 * when LFW photos were degraded step by step (bench/quality.ts; docs/quality.md has the table). The ranges of light are set
 * to warn before detection fails; for turned faces there were no photos to measure with. Those two ranges, and where width and detail are 1, are a judgment.
 */
const ranges = {
  /** Variance of the Laplacian of the aligned face's luma over the luma's own variance. */
  detail: [0.0018, 0.05],
  /** Face width in pixels. */
  width: [12, 64],
  /** Degrees from frontal, the larger of yaw and pitch. */
  turn: [75, 20],
  /** Mean luma, 0…255, of too dark and of too bright faces. */
  dark: [12, 60],
  bright: [250, 215],
  /** Standard deviation of luma. */
  contrast: [4, 20],
} as const

/**
 * Assesses the quality of a face from its aligned chip and the results of the earlier stages.
 *
 * @param chip - The aligned face.
 * @param width - Width of the face in the photo, in pixels.
 * @param norm - Length of the embedding before normalization.
 */
export function assessQuality(
  chip: RgbImage,
  width: number,
  pose: Pose,
  norm: number,
  card: EmbeddingCard,
): Quality {
  const { mean, deviation, detail } = measureLuma(chip)
  const turn = Math.max(Math.abs(pose.yaw), Math.abs(pose.pitch))
  const sharpness = ramp(Math.log(detail), ranges.detail.map(Math.log))
  const size = ramp(width, ranges.width)
  const frontal = ramp(turn, ranges.turn)
  const exposure = Math.min(
    ramp(mean, ranges.dark),
    ramp(mean, ranges.bright),
    ramp(deviation, ranges.contrast),
  )
  const visibility = card.visibility ? ramp(norm, card.visibility) : 1
  const signals: [number, QualityReason][] = [
    [visibility, 'not_clearly_visible'],
    [size, 'too_small'],
    [sharpness, 'blurred'],
    [frontal, 'turned_away'],
    [exposure, 'badly_exposed'],
  ]
  return {
    score: Math.min(...signals.map(([value]) => value)),
    sharpness,
    size,
    pose: frontal,
    exposure,
    visibility,
    reasons: signals
      .filter(([value]) => value < poorSignal)
      .sort(([a], [b]) => a - b)
      .map(([, reason]) => reason),
  }
}

function ramp(value: number, range: readonly number[]): number {
  const [zero, one] = range as [number, number]
  return Math.max(0, Math.min(1, (value - zero) / (one - zero)))
}

/** The part of the aligned chip that certainly shows the face, without background and image border. Judgment. */
const faceRegion = { left: 0.25, right: 0.75, top: 0.3, bottom: 0.9 }

/**
 * Mean and standard deviation of luma (0…255), and its detail: the variance of its Laplacian over its own variance,
 * which is invariant to light and contrast.
 */
export function measureLuma({ width, height, data }: RgbImage): {
  mean: number
  deviation: number
  detail: number
} {
  const luma = new Float32Array(width * height)
  let sum = 0
  let squares = 0
  for (let i = 0, p = 0; i < luma.length; i++, p += 3) {
    const value = 0.299 * data[p]! + 0.587 * data[p + 1]! + 0.114 * data[p + 2]!
    luma[i] = value
    sum += value
    squares += value * value
  }
  const mean = sum / luma.length
  let laplaceSum = 0
  let laplaceSquares = 0
  const [left, right] = [Math.round(width * faceRegion.left), Math.round(width * faceRegion.right)]
  const [top, bottom] = [
    Math.round(height * faceRegion.top),
    Math.round(height * faceRegion.bottom),
  ]
  for (let y = top; y < bottom; y++) {
    for (let x = left; x < right; x++) {
      const i = y * width + x
      const value = luma[i - 1]! + luma[i + 1]! + luma[i - width]! + luma[i + width]! - 4 * luma[i]!
      laplaceSum += value
      laplaceSquares += value * value
    }
  }
  const inner = (right - left) * (bottom - top)
  const variance = Math.max(0, squares / luma.length - mean * mean)
  const laplacian = laplaceSquares / inner - (laplaceSum / inner) ** 2
  return {
    mean,
    deviation: Math.sqrt(variance),
    detail: variance > 0 ? laplacian / variance : 0,
  }
}
