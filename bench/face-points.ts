import { readFile } from 'node:fs/promises'
import type { Network } from '../dist/faces/analyze.js'
import { detect } from '../dist/faces/detect.js'
import { findLandmarks } from '../dist/faces/landmarks.js'
import type { Box } from '../dist/geometry/box.js'
import type { Point } from '../dist/geometry/similarity-transform.js'
import { decodeImage } from '../dist/image/codec.node.js'
import { Pyramid } from '../dist/image/pyramid.js'
import type { RgbImage } from '../dist/image/rgb-image.js'
import { TurnedPicture } from '../dist/image/turned-picture.js'
import type { ModelStore } from '../dist/index.js'
import { detectionCard, landmarksCard } from '../dist/models/builtin.js'
import type { ModelCard } from '../dist/models/card.js'
import { openSession } from '../dist/models/runtime.node.js'

/** A face of a photo, by its box and 68 points. */
export interface FacePoints {
  readonly box: Box
  readonly points: readonly Point[]
}

/** Finds the face nearest the middle of a photo, and its 68 points; also for a given box. */
export interface PointFinder {
  find(photo: RgbImage): Promise<FacePoints | null>
  pointsIn(photo: RgbImage, box: Box): Promise<readonly Point[]>
}

/** Opens the networks for detection and landmarks in this process. */
export async function openPointFinder(models: ModelStore): Promise<PointFinder> {
  const open = async <Card extends ModelCard>(card: Card): Promise<Network<Card>> => {
    const { width, height, channels } = card.input
    const shape = [1, channels === 'gray' ? 1 : 3, height, width]
    return { card, session: await openSession(await models.read(card), shape) }
  }
  const detection = await open(detectionCard)
  const landmarks = await open(landmarksCard)
  const pointsIn = (photo: RgbImage, box: Box) =>
    findLandmarks(new TurnedPicture(new Pyramid(photo), 0), box, landmarks)
  return {
    pointsIn,
    async find(photo) {
      const found = await detect(new TurnedPicture(new Pyramid(photo), 0), detection, 'fast')
      const toMiddle = ({ box }: { box: Box }) =>
        Math.hypot(box.x + (box.width - photo.width) / 2, box.y + (box.height - photo.height) / 2)
      const [nearest] = found.sort((a, b) => toMiddle(a) - toMiddle(b))
      if (!nearest) return null
      return { box: nearest.box, points: await pointsIn(photo, nearest.box) }
    },
  }
}

/** Decodes a photo to RGB. */
export const readRgb = async (photo: string): Promise<RgbImage> =>
  decodeImage(await readFile(photo))
