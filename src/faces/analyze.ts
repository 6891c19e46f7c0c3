import { encodeJpeg } from '#codec'
import { area, type Box, clip, squareAround } from '../geometry/box.js'
import type { Point } from '../geometry/similarity-transform.js'
import { type PixelSource, Pyramid } from '../image/pyramid.js'
import type { RgbImage } from '../image/rgb-image.js'
import { mirror } from '../image/tensor.js'
import { type QuarterTurns, TurnedPicture } from '../image/turned-picture.js'
import { assessLiveness, type LivenessNetwork } from '../liveness/assess-liveness.js'
import type { LivenessMode } from '../liveness/liveness.js'
import type { DetectionCard, EmbeddingCard, LandmarksCard, ModelCard } from '../models/card.js'
import type { Session } from '../models/session.js'
import { align, expectedScale, type View } from './align.js'
import type { Detail } from './detectors/detail.js'
import type { Detection } from './detectors/detection.js'
import { averageViews, embed } from './embed.js'
import type { Face, Timings } from './face.js'
import { findLandmarks, toFiveLandmarks } from './landmarks.js'
import { estimatePose } from './pose.js'
import { assessQuality } from './quality.js'
import {
  atOtherTurns,
  detectAtAnyTurn,
  othersAtTurn,
  type TurnedDetection,
} from './turned-faces.js'

/** An open network with its card, which describes its input. */
export interface Network<Card extends ModelCard = ModelCard> {
  readonly session: Session
  readonly card: Card
}

/** The networks that a photo is analyzed with. */
export interface Networks {
  readonly detection: Network<DetectionCard>
  readonly landmarks: Network<LandmarksCard>
  readonly embedding: Network<EmbeddingCard>
}

/** Options of analyzing a photo. */
export interface AnalyzeOptions {
  /** Effort of the search for small faces; default `auto`. */
  readonly detail?: Detail
  /** Whether faces are detected; with false the whole photo is one upright face, cut out elsewhere. Default true. */
  readonly detect?: boolean
  /** Averages each embedding with that of the mirrored face; default false (docs/accuracy.md has the gain). */
  readonly flip?: boolean
  /**
   * Averages the embeddings of the five largest faces over six views, as enrollment does: as it is aligned, mirrored, turned by 4° to
   * either side, 6 % larger and smaller. Five more runs of the slowest network a face; default false (docs/accuracy.md has the gain).
   */
  readonly views?: boolean
  /**
   * Whether faces are told from pictures of faces (docs/liveness.md); default `off`. With `require` only live faces are recognized.
   */
  readonly liveness?: LivenessMode
}

/** Options of {@link analyzeImage}. */
export interface ImageOptions extends Omit<AnalyzeOptions, 'liveness'> {
  /** Maximum number of faces; beyond it, the largest faces are kept. */
  readonly maxFaces: number
  /** Whether the result includes crops of the faces. */
  readonly keep: boolean
  /** Whether the result includes the 68 points of the faces; default false. */
  readonly points?: boolean
  /** The networks that assess liveness; default none, and it is not assessed. */
  readonly liveness?: readonly LivenessNetwork[]
}

/** Faces of one image, with their crops if requested. */
export interface ImageAnalysis {
  readonly faces: readonly Face[]
  /** Number of faces beyond the limit, the smallest, which were not described. */
  readonly facesLeftOut: number
  /** A crop of each face with its surroundings, JPEG, in the order of `faces`; empty unless requested. */
  readonly crops: readonly Uint8Array[]
  /** The 68 points of each face, in pixels of the image, in the order of `faces`; absent unless requested. */
  readonly points?: readonly (readonly Point[])[]
  /** Decoding: of levels that were read in the analysis. */
  readonly timings: Timings
}

/**
 * Runs every stage on an image: detect, landmarks, align, embed, quality.
 *
 * @param photo - The pixels, or where they come from.
 * @returns Faces, largest first.
 */
export async function analyzeImage(
  photo: RgbImage | PixelSource,
  networks: Networks,
  options: ImageOptions,
): Promise<ImageAnalysis> {
  const { detail = 'auto', flip = false, views = false } = options
  const { keep, maxFaces, points = false, liveness = [] } = options
  const timings = {
    ...{ decode: 0, detect: 0, landmarks: 0, align: 0, embed: 0, quality: 0 },
    liveness: 0,
  }
  const pyramid = new Pyramid(photo)
  const isCrop = options.detect === false
  const detections = isCrop
    ? [wholePhoto(pyramid)]
    : await timed('detect', () => detectAtAnyTurn(pyramid, networks.detection, detail))
  detections.sort((a, b) => area(b.box) - area(a.box))
  const facesLeftOut = Math.max(0, detections.length - maxFaces)
  const largest = detections.slice(0, maxFaces)
  await timed('landmarks', () => prepare(pyramid, largest, networks, keep))
  const found: Described[] = []
  for (const detection of largest) found.push(await bestTurned(detection))
  for (const turns of new Set(found.map(({ turns }) => turns))) {
    // A photo on its side shows other people on their sides, who may be missed upright.
    if (turns === 0 || detections.some((detection) => detection.turns === turns)) continue
    const others = await timed('detect', () =>
      othersAtTurn(pyramid, turns, found, networks.detection, detail),
    )
    for (const other of others.slice(0, maxFaces - found.length)) found.push(await describe(other))
  }
  found.sort((a, b) => area(b.face.box) - area(a.face.box))
  const faces: Face[] = []
  for (const [i, each] of found.entries()) {
    const face = views && i < mostAveraged ? await averaged(each.face) : each.face
    faces.push(await withLiveness(face, each.turns))
  }
  const crops: Uint8Array[] = []
  if (keep) for (const { box } of faces) crops.push(await encodeJpeg(await padded(pyramid, box)))
  const shapes = points ? { points: found.map((each) => each.points) } : {}
  return { faces, facesLeftOut, crops, ...shapes, timings }

  async function describe({ box, score, turns }: TurnedDetection): Promise<Described> {
    const { card } = networks.embedding
    const picture = new TurnedPicture(pyramid, turns)
    const points = await timed('landmarks', () => findLandmarks(picture, box, networks.landmarks))
    const landmarks = toFiveLandmarks(points)
    const chip = await timed('align', () => align(pyramid, landmarks, card))
    const others = flip && !views ? [mirror(chip)] : []
    const { embedding, norm } = await timed('embed', () => embed(chip, networks.embedding, others))
    const pose = estimatePose(landmarks)
    const quality = await timed('quality', () => assessQuality(chip, box.width, pose, norm, card))
    const face: Face = {
      box: clip(box, pyramid.width, pyramid.height),
      detectionScore: score,
      landmarks,
      pose,
      quality,
      embedding,
    }
    return { face, points, norm, box: face.box, turns }
  }

  async function averaged(face: Face): Promise<Face> {
    const { card } = networks.embedding
    const chips: RgbImage[] = []
    for (const view of otherViews) {
      chips.push(await timed('align', () => align(pyramid, face.landmarks, card, view)))
    }
    chips.push(mirror(await timed('align', () => align(pyramid, face.landmarks, card))))
    const embedding = await timed('embed', () =>
      averageViews(face.embedding, chips, networks.embedding),
    )
    return { ...face, embedding }
  }

  async function withLiveness(face: Face, turns: QuarterTurns): Promise<Face> {
    if (liveness.length === 0) return face
    const picture = new TurnedPicture(pyramid, turns)
    const assessed = await timed('liveness', () =>
      assessLiveness(picture, face.box, face.quality, liveness),
    )
    return { ...face, liveness: assessed }
  }

  /** The face in the turn of the photo in which the embedding network sees it best. */
  async function bestTurned(detection: TurnedDetection): Promise<Described> {
    let best = await describe(detection)
    if (isCrop || detail === 'fast' || best.face.quality.visibility >= doubtfulVisibility)
      return best
    const others = await timed('detect', () => atOtherTurns(pyramid, detection, networks.detection))
    for (const other of others) {
      const turned = await describe(other)
      const isVisible = turned.face.quality.visibility >= leastVisibility
      if (isVisible && turned.norm > clearerBy * doubtFactor(best, turned) * best.norm)
        best = turned
    }
    return best
  }

  /** Times a stage; what it waited for a decoding counts as such. */
  async function timed<T>(
    stage: Exclude<keyof typeof timings, 'decode'>,
    work: () => T | Promise<T>,
  ): Promise<T> {
    const start = performance.now()
    const result = await work()
    const decode = pyramid.decodeTime - timings.decode
    timings.decode += decode
    timings[stage] += performance.now() - start - decode
    return result
  }
}

/**
 * Faces of a photo that are averaged over views: a photo that is enrolled is of one person, and one of a crowd would take six times as long
 * for all of it. Judgment.
 */
const mostAveraged = 5

/** Views that are averaged beside the aligned and the mirrored face. `npm run bench:accuracy` prints what they gain. */
const otherViews: readonly View[] = [
  { turn: 4, scale: 1 },
  { turn: -4, scale: 1 },
  { turn: 0, scale: 1.06 },
  { turn: 0, scale: 1 / 1.06 },
]

/** The whole photo as one face, which somebody else is sure of. */
const wholePhoto = ({ width, height }: Pyramid): TurnedDetection => ({
  ...{ box: { x: 0, y: 0, width, height }, score: 1, turns: 0 },
})

/** A described face, with its 68 points, the length of its embedding and the turns of the photo after which it is upright. */
interface Described {
  readonly face: Face
  readonly points: readonly Point[]
  readonly norm: number
  readonly box: Box
  readonly turns: QuarterTurns
}

/**
 * A face less visible than this to the embedding network may be on its side or upside down. Of 102 faces of LFW photos turned by 90°, 180° and
 * 270° none seen at another turn has more than 0.40, and of 300 upright ones 56 have less than 0.45. Networks without a range of visibility do
 * not tell.
 */
const doubtfulVisibility = 0.45
/**
 * Another turn is taken for the face's own if its embedding is longer by this factor, and the face as visible as the second number: a blurred
 * face is hardly seen at any turn, and keeps its own. No wrong turn of 59 hardly visible, upright faces of LFW reaches both. Judgment.
 */
const clearerBy = 1.1
const leastVisibility = 0.25

/**
 * What the other turn's embedding must be longer by in addition where the detector is surer of the present one: a face thrown back, laughing,
 * resembles one upside down. Of 988 turned faces of UTKFace, FairFace and the masks none loses its turn by it. Judgment: the exponent may be 0.02 to 0.05.
 */
const doubtFactor = (present: Described, other: Described) =>
  Math.max(1, doubt(other) / doubt(present)) ** 0.05

const doubt = ({ face }: Described) => Math.max(1e-6, 1 - face.detectionScore)

/** Reads the finest level that the faces need, so that one decoding serves all of them. */
async function prepare(
  pyramid: Pyramid,
  faces: readonly Detection[],
  { landmarks, embedding }: Networks,
  keep: boolean,
): Promise<void> {
  const scales = faces.map(({ box }) =>
    Math.max(
      expectedScale(box.width, embedding.card),
      landmarks.card.input.width / squareAround(box).width,
      keep ? cropSide(box) / squareAround(box, cropMargin).width : 0,
    ),
  )
  if (scales.length > 0) await pyramid.prepare(Math.max(...scales))
}

/** Largest side of a crop, in pixels. Judgment: no network reads faces larger than 112 pixels. */
const maxCropSide = 512

/** Side of a crop relative to the face: another detector can find and align the face in it later. Judgment. */
const cropMargin = 2

const cropSide = (box: Box) =>
  Math.min(maxCropSide, Math.round(squareAround(box, cropMargin).width))

/** A crop of the face with its surroundings. */
export function padded(pyramid: Pyramid, box: Box): Promise<RgbImage> {
  const square = squareAround(box, cropMargin)
  const side = cropSide(box)
  return pyramid.resize(square.x, square.y, square.width, square.height, side, side)
}
