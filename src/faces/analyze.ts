import { encodeJpeg, encodePng } from '#codec'
import { area, type Box, clip, squareAround } from '../geometry/box.js'
import { Pyramid } from '../image/pyramid.js'
import type { RgbImage } from '../image/rgb-image.js'
import type { DetectionCard, EmbeddingCard, LandmarksCard, ModelCard } from '../models/card.js'
import type { Session } from '../models/session.js'
import { align } from './align.js'
import { type Detail, detect } from './detect.js'
import { embed } from './embed.js'
import type { Crops, Face, Timings } from './face.js'
import { findLandmarks, fiveOf } from './landmarks.js'
import { estimatePose } from './pose.js'
import { assessQuality } from './quality.js'

/** A network with the card that says how to feed it. */
export interface Network<Card extends ModelCard = ModelCard> {
  readonly session: Session
  readonly card: Card
}

/** The networks that a photo goes through. */
export interface Networks {
  readonly detection: Network<DetectionCard>
  readonly landmarks: Network<LandmarksCard>
  readonly embedding: Network<EmbeddingCard>
}

/** Options of analyzing a photo. */
export interface AnalyzeOptions {
  /** Effort of the search for small faces; default `auto`. */
  readonly detail?: Detail
  /** Averages each embedding with that of the mirrored face; default false (docs/accuracy.md has the gain). */
  readonly flip?: boolean
}

/** How a picture is taken through the stages. */
export interface ImageOptions extends AnalyzeOptions {
  /** Most faces; of more, the largest are kept. */
  readonly maxFaces: number
  /** With crops of the faces. */
  readonly keep: boolean
}

/** Faces of one picture, with crops of them when asked. */
export interface ImageAnalysis {
  readonly faces: readonly Face[]
  /** How many smaller faces were left out. */
  readonly facesLeftOut: number
  /** One for each face, in their order; empty unless asked for. */
  readonly crops: readonly Crops[]
  readonly timings: Omit<Timings, 'decode'>
}

/**
 * Takes a picture through every stage: detect, landmarks, align, embed, quality.
 *
 * @returns Faces, largest first.
 */
export async function analyzeImage(
  image: RgbImage,
  networks: Networks,
  { detail = 'auto', flip = false, keep, maxFaces }: ImageOptions,
): Promise<ImageAnalysis> {
  const timings = { detect: 0, landmarks: 0, align: 0, embed: 0, quality: 0 }
  const pyramid = new Pyramid(image)
  const detections = await timed('detect', () => detect(pyramid, networks.detection, detail))
  detections.sort((a, b) => area(b.box) - area(a.box))
  const facesLeftOut = Math.max(0, detections.length - maxFaces)
  const faces: Face[] = []
  const crops: Crops[] = []
  for (const { box, score } of detections.slice(0, maxFaces)) {
    const points = await timed('landmarks', () => findLandmarks(pyramid, box, networks.landmarks))
    const landmarks = fiveOf(points)
    const { card } = networks.embedding
    const chip = await timed('align', () => align(pyramid, landmarks, card))
    const { embedding, norm } = await timed('embed', () => embed(chip, networks.embedding, flip))
    const { pose, quality } = await timed('quality', () => {
      const pose = estimatePose(landmarks)
      return { pose, quality: assessQuality(chip, box.width, pose, norm, card) }
    })
    faces.push({
      box: clip(box, image.width, image.height),
      detectionScore: score,
      landmarks,
      pose,
      quality,
      embedding,
    })
    if (keep) {
      crops.push({ aligned: await encodePng(chip), padded: await encodeJpeg(padded(pyramid, box)) })
    }
  }
  return { faces, facesLeftOut, crops, timings }

  async function timed<T>(stage: keyof typeof timings, work: () => T | Promise<T>): Promise<T> {
    const start = performance.now()
    const result = await work()
    timings[stage] += performance.now() - start
    return result
  }
}

/** Twice the face's square, so that another detector can find and align the face anew. */
export function padded(pyramid: Pyramid, box: Box): RgbImage {
  const square = squareAround(box, 2)
  const side = Math.min(512, Math.round(square.width))
  return pyramid.resize(square.x, square.y, square.width, square.height, side, side)
}
