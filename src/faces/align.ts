import {
  fitSimilarity,
  type Point,
  type SimilarityTransform,
} from '../geometry/similarity-transform.js'
import type { Pyramid } from '../image/pyramid.js'
import type { RgbImage } from '../image/rgb-image.js'
import type { EmbeddingCard } from '../models/card.js'
import type { Landmarks } from './landmarks.js'

/** Where an embedding network wants the five points, in pixels of its input. */
export const references: Record<EmbeddingCard['alignment'], Landmarks> = {
  // ArcFace (Deng et al. 2019), 112 × 112.
  'arcface-112': [
    [38.2946, 51.6963],
    [73.5318, 51.5014],
    [56.0252, 71.7366],
    [41.5493, 92.3655],
    [70.7299, 92.2041],
  ],
}

/** The transform that lays the landmarks on the network's reference with least squares. */
export function alignment(landmarks: Landmarks, card: EmbeddingCard): SimilarityTransform {
  return fitSimilarity(landmarks as readonly Point[], references[card.alignment])
}

/** The face turned upright and scaled as the embedding network wants it. */
export function align(pyramid: Pyramid, landmarks: Landmarks, card: EmbeddingCard): RgbImage {
  return pyramid.warp(alignment(landmarks, card), card.input.width, card.input.height)
}
