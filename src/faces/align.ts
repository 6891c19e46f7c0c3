import {
  fitSimilarity,
  type Point,
  type SimilarityTransform,
} from '../geometry/similarity-transform.js'
import type { Pyramid } from '../image/pyramid.js'
import type { RgbImage } from '../image/rgb-image.js'
import type { EmbeddingCard } from '../models/card.js'
import type { Landmarks } from './landmarks.js'

/** Where embedding networks want the five points, in a square of `side` pixels. */
export const references: Record<
  EmbeddingCard['alignment'],
  { readonly side: number; readonly points: Landmarks }
> = {
  // ArcFace (Deng et al. 2019), 112 × 112.
  'arcface-112': {
    side: 112,
    points: [
      [38.2946, 51.6963],
      [73.5318, 51.5014],
      [56.0252, 71.7366],
      [41.5493, 92.3655],
      [70.7299, 92.2041],
    ],
  },
  // The same points in OpenFace's mean face (Amos et al. 2016), stretched to its 96 × 96. OpenFace itself lays three
  // of 68 points on it, by an affine transform.
  'openface-96': {
    side: 96,
    points: [
      [26.6276, 16.0593],
      [67.7903, 15.264],
      [47.241, 40.5223],
      [29.4826, 61.6176],
      [66.7597, 60.8777],
    ],
  },
}

/**
 * The transform that lays the landmarks on the network's reference with least squares; the reference is scaled to
 * the width of the network's input.
 */
export function alignment(
  landmarks: Landmarks,
  { alignment, input }: Pick<EmbeddingCard, 'alignment' | 'input'>,
): SimilarityTransform {
  const { side, points } = references[alignment]
  const scale = input.width / side
  return fitSimilarity(
    landmarks as readonly Point[],
    points.map(([x, y]): Point => [x * scale, y * scale]),
  )
}

/** The face turned upright and scaled as the embedding network wants it. */
export function align(
  pyramid: Pyramid,
  landmarks: Landmarks,
  card: Pick<EmbeddingCard, 'alignment' | 'input'>,
): RgbImage {
  return pyramid.warp(alignment(landmarks, card), card.input.width, card.input.height)
}
