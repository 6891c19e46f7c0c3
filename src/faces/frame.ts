import { encodeJpeg } from '#codec'
import { area, type Box, clip } from '../geometry/box.js'
import { Pyramid } from '../image/pyramid.js'
import type { RgbImage } from '../image/rgb-image.js'
import { TurnedPicture } from '../image/turned-picture.js'
import { assessLiveness, type LivenessNetwork } from '../liveness/assess-liveness.js'
import type { Liveness } from '../liveness/liveness.js'
import { align } from './align.js'
import { type Networks, padded } from './analyze.js'
import { detect } from './detect.js'
import type { Detection } from './detectors/detection.js'
import { embed } from './embed.js'
import type { Face } from './face.js'
import { findLandmarks, toFiveLandmarks } from './landmarks.js'
import { estimatePose } from './pose.js'
import { assessQuality, type Quality } from './quality.js'

/** A face of a frame that is to be described. */
export interface FaceRequest {
  /** The face, in pixels of the frame. */
  readonly box: Box
  /** Least quality, 0…1, from which the face is embedded. */
  readonly minQuality: number
  /** Least quality, 0…1, from which the face is cut out; null for never. */
  readonly minCropQuality: number | null
}

/** Description of a face of a frame. */
export interface DescribedFace {
  /** Quality of the face. */
  readonly quality: Quality
  /** Embedding; null where the quality was below `minQuality`. */
  readonly embedding: Face['embedding'] | null
  /** JPEG of the face with its surroundings; null unless the quality reaches `minCropQuality`. */
  readonly image: Uint8Array | null
  /** Whether the face is live; absent unless it was asked for, and where the face was not embedded. */
  readonly liveness?: Liveness
}

/**
 * Finds the faces of a frame, in one pass over it: the first and cheapest stage of {@link analyzeImage}.
 *
 * @param minScore - The detector's confidence from which a face counts, 0…1.
 * @returns Largest first, at most `maxFaces`.
 */
export async function detectFaces(
  image: RgbImage,
  { detection }: Networks,
  minScore: number,
  maxFaces: number,
): Promise<Detection[]> {
  const found = await detect(
    new TurnedPicture(new Pyramid(image), 0),
    { ...detection, card: { ...detection.card, minScore } },
    'fast',
  )
  return found
    .sort((a, b) => area(b.box) - area(a.box))
    .slice(0, maxFaces)
    .map(({ box, score }) => ({ box: clip(box, image.width, image.height), score }))
}

/** Describes faces that were detected in a frame, and embeds those of sufficient quality. */
export async function describeFaces(
  image: RgbImage,
  faces: readonly FaceRequest[],
  networks: Networks,
  liveness: readonly LivenessNetwork[] = [],
): Promise<DescribedFace[]> {
  const pyramid = new Pyramid(image)
  const upright = new TurnedPicture(pyramid, 0)
  const { card } = networks.embedding
  const described: DescribedFace[] = []
  for (const { box, minQuality, minCropQuality } of faces) {
    const landmarks = toFiveLandmarks(await findLandmarks(upright, box, networks.landmarks))
    const chip = await align(pyramid, landmarks, card)
    const pose = estimatePose(landmarks)
    // Visibility is assumed until the norm of the embedding is known.
    const before = assessQuality(chip, box.width, pose, Number.POSITIVE_INFINITY, card)
    if (before.score < minQuality) {
      described.push({ quality: before, embedding: null, image: null })
      continue
    }
    const { embedding, norm } = await embed(chip, networks.embedding)
    const quality = assessQuality(chip, box.width, pose, norm, card)
    const keep = minCropQuality !== null && quality.score >= minCropQuality
    const image = keep ? await encodeJpeg(await padded(pyramid, box)) : null
    const assessed =
      liveness.length > 0 ? await assessLiveness(upright, box, quality, liveness) : undefined
    described.push({ quality, embedding, image, ...(assessed && { liveness: assessed }) })
  }
  return described
}
