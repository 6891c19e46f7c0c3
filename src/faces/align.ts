import {
  around,
  compose,
  fitSimilarity,
  type Point,
  type SimilarityTransform,
} from '../geometry/similarity-transform.js'
import type { Pyramid } from '../image/pyramid.js'
import type { RgbImage } from '../image/rgb-image.js'
import type { EmbeddingCard } from '../models/card.js'
import type { Landmarks } from './landmarks.js'

/** Reference positions of the five landmarks in the input of embedding networks, a square of `side` pixels. */
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
  // The same landmarks in OpenFace's mean face (Amos et al. 2016), scaled to its 96 × 96. OpenFace itself aligns three
  // of 68 landmarks to it, by an affine transform.
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
 * The least-squares transform of the landmarks to the network's reference positions; the reference is scaled to the width of
 * the network's input.
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

/**
 * Share of a face box's width that the width of an aligned face spans, at the least but for one in twenty, measured by
 * `bench/scaled-decoding.ts`.
 */
const alignedShare = 1.2

/**
 * How many times an aligned face may be enlarged rather than decoded anew: its box is then 64 pixels wide or more, which is
 * recognized as well as wider ones (`npm run bench:quality`; `npm run bench:scaled` prints what it does to pairs).
 */
export const alignedEnlargement = 1.4

/** The scale that a face of this width has to be decoded at to be aligned, before its landmarks are known. */
export function expectedScale(boxWidth: number, { input }: Pick<EmbeddingCard, 'input'>): number {
  return input.width / (alignedShare * boxWidth * alignedEnlargement)
}

/** How a face is shown to the embedding network other than as it is aligned. */
export interface View {
  /** Clockwise, in degrees. */
  readonly turn: number
  /** How many times the face is enlarged. */
  readonly scale: number
}

/** Warps a face to the aligned input of the embedding network. @param view - Around the middle of the input; default as it is aligned. */
export function align(
  pyramid: Pyramid,
  landmarks: Landmarks,
  card: Pick<EmbeddingCard, 'alignment' | 'input'>,
  view?: View,
): Promise<RgbImage> {
  const { width, height } = card.input
  const aligned = alignment(landmarks, card)
  const transform = view
    ? compose(aligned, around([width / 2, height / 2], view.turn, view.scale))
    : aligned
  return pyramid.warp(transform, width, height, alignedEnlargement)
}
