import type { Point } from '../dist/geometry/similarity-transform.js'
import type { RgbImage } from '../dist/image/rgb-image.js'
import { faceShape } from '../dist/liveness/planarity/face-shape.js'
import type { FacePoints } from './face-points.js'
import { cylinder, plane, render, type Surface } from './photo-surfaces.js'

/** What a film shows at one time. */
export interface Posture {
  /** Degrees; positive to the right edge of the picture. */
  readonly yaw: number
  /** Degrees; positive is up. */
  readonly pitch: number
  /** Size relative to that at the start. */
  readonly size: number
  /** How far the eyes are closed, 0…1. */
  readonly closed: number
}

/** A posture in which nothing is asked. */
export const atRest: Posture = { yaw: 0, pitch: 0, size: 1, closed: 0 }

/** What moves before the camera: a face in relief, which stands for a person, or a photo, flat or bent on a cylinder. */
export type Body =
  | 'relief'
  | 'plane'
  | { readonly bend: number; readonly axis: 'vertical' | 'horizontal' }

/** Size of a film's frames, and width of the face in it, in pixels. */
export const filmSize = { width: 640, height: 480, face: 170 } as const

/**
 * Makes the frames of a film from one photo of a person who looks into the camera. This is a simulation: the relief is the mean face's, the
 * eyelids are drawn over the eyes, and nothing of it is seen by a real camera.
 */
export class Film {
  readonly #photo: RgbImage
  readonly #face: FacePoints
  readonly #surface: Surface
  readonly #closed = new Map<number, RgbImage>()

  constructor(photo: RgbImage, face: FacePoints, body: Body) {
    this.#photo = photo
    this.#face = face
    const { box } = face
    const middle: Point = [
      box.x + box.width / 2 - photo.width / 2,
      box.y + box.height / 2 - photo.height / 2,
    ]
    const shaped =
      body === 'plane'
        ? plane
        : body === 'relief'
          ? relief(face, middle, photo)
          : cylinder(box.width / body.bend, body.axis)
    this.#surface = (x, y) => shaped(x - middle[0], y - middle[1])
  }

  frame({ yaw, pitch, size, closed }: Posture): RgbImage {
    const { box } = this.#face
    return render(
      this.#withEyes(closed),
      this.#surface,
      { yaw, pitch, distance: (5 * box.width) / size, zoom: (filmSize.face / box.width) * size },
      filmSize.width,
      filmSize.height,
    )
  }

  #withEyes(closed: number): RgbImage {
    const step = Math.round(4 * closed)
    if (step === 0) return this.#photo
    const known = this.#closed.get(step)
    if (known) return known
    const drawn = closedEyes(this.#photo, this.#face.points, step / 4)
    this.#closed.set(step, drawn)
    return drawn
  }
}

/**
 * A face in relief: the mean face's depth at the photo's own points, between them and around them weighted by distance.
 *
 * @param middle - The face's middle from that of the photo.
 */
export function relief({ points }: FacePoints, middle: Point, photo: RgbImage): Surface {
  const eyes = [mean(points.slice(36, 42)), mean(points.slice(42, 48))] as const
  const unit = Math.hypot(eyes[1][0] - eyes[0][0], eyes[1][1] - eyes[0][1])
  const known = points.map(([x, y], i) => ({
    x: x - photo.width / 2 - middle[0],
    y: y - photo.height / 2 - middle[1],
    z: faceShape[i]![2] * unit,
  }))
  const [top, side] = [(known[19]!.y + known[24]!.y) / 2, (known[16]!.x - known[0]!.x) / 2]
  const nose = (known[0]!.x + known[16]!.x) / 2
  // The mean face ends at the brows: a forehead that goes back, and what is behind the head.
  for (const [across, up, depth] of [
    ...[-0.9, -0.45, 0, 0.45, 0.9].map((x) => [x, 0.5, -0.12 - 0.45 * x * x] as const),
    ...[-0.8, 0, 0.8].map((x) => [x, 1.1, -0.5 - 0.3 * x * x] as const),
    ...[-1.5, -1, 0, 1, 1.5].map((x) => [x, 1.8, -1] as const),
    ...[-1.6, 1.6].flatMap((x) => [-1.5, -0.5, 0.5].map((y) => [x, y, -1] as const)),
  ]) {
    known.push({ x: nose + across * side, y: top - up * unit, z: depth * unit })
  }
  return (x, y) => {
    let [sum, weights] = [0, 0]
    for (const each of known) {
      const squared = (x - each.x) ** 2 + (y - each.y) ** 2 + (0.06 * unit) ** 2
      const weight = squared ** -1.75
      sum += weight * each.z
      weights += weight
    }
    return [x, y, sum / weights]
  }
}

/** A photo whose upper eyelids are drawn down over the eyes. */
export function closedEyes(photo: RgbImage, points: readonly Point[], closed: number): RgbImage {
  const { width, height } = photo
  const data = Uint8Array.from(photo.data)
  for (const [eye, brow] of [
    [points.slice(36, 42), points.slice(17, 22)],
    [points.slice(42, 48), points.slice(22, 27)],
  ] as const) {
    const [left, right] = [eye[0]![0], eye[3]![0]]
    const span = right - left
    const skin = mean(brow)[1]
    for (let x = Math.ceil(left - 0.15 * span); x <= right + 0.15 * span; x++) {
      if (x < 0 || x >= width) continue
      const t = Math.max(0, Math.min(1, (x - left) / span))
      const corner = eye[0]![1] + t * (eye[3]![1] - eye[0]![1])
      const arch = 4 * t * (1 - t)
      const upper = corner + (mean([eye[1]!, eye[2]!])[1] - corner) * arch - 0.08 * span * arch
      const lower = corner + (mean([eye[4]!, eye[5]!])[1] - corner) * arch + 0.05 * span * arch
      const lid = upper + closed * (lower - upper)
      const start = (skin + upper) / 2
      for (let y = Math.ceil(start); y <= lid; y++) {
        if (y < 0 || y >= height) continue
        const from =
          start + ((y - start) / Math.max(1, lid - start)) * (upper - 0.06 * span - start)
        const dark = lid - y < 0.05 * span ? 0.5 : 1
        const row = Math.max(0, Math.min(height - 1, Math.round(from)))
        for (let c = 0; c < 3; c++) {
          data[3 * (y * width + x) + c] = photo.data[3 * (row * width + x) + c]! * dark
        }
      }
    }
  }
  return { width, height, data }
}

function mean(points: readonly Point[]): Point {
  const sum = points.reduce(([x, y], point) => [x + point[0], y + point[1]] as const, [0, 0])
  return [sum[0] / points.length, sum[1] / points.length]
}
