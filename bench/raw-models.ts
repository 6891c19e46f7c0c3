import { readFile } from 'node:fs/promises'
import { align } from '../dist/faces/align.js'
import { detect } from '../dist/faces/detect.js'
import { findLandmarks, toFiveLandmarks } from '../dist/faces/landmarks.js'
import { normalize } from '../dist/faces/vectors.js'
import { squareAround } from '../dist/geometry/box.js'
import { decodeImage } from '../dist/image/codec.node.js'
import { Pyramid } from '../dist/image/pyramid.js'
import { toTensor } from '../dist/image/tensor.js'
import { TurnedPicture } from '../dist/image/turned-picture.js'
import type { EmbeddingCard, ModelStore } from '../dist/index.js'
import {
  embeddingCard as defaultCard,
  detectionCard,
  landmarksCard,
} from '../dist/models/builtin.js'
import { openSession } from '../dist/models/runtime.node.js'

/** The three networks alone, on the inputs that the pipeline gives them. */
export async function openRawModels(
  models: ModelStore,
  embeddingCard: EmbeddingCard = defaultCard,
) {
  const detection = {
    card: detectionCard,
    session: await openSession(await models.read(detectionCard), [1, 3, 240, 320]),
  }
  const landmarks = {
    card: landmarksCard,
    session: await openSession(await models.read(landmarksCard), [1, 1, 64, 64]),
  }
  const embedding = await openSession(await models.read(embeddingCard), [
    ...[1, 3, embeddingCard.input.height, embeddingCard.input.width],
  ])

  return {
    /** Prepares the inputs for a photo's largest face. */
    async prepare(photo: string) {
      const pyramid = new Pyramid(await decodeImage(await readFile(photo)))
      const { width, height } = pyramid
      const whole = toTensor(
        await pyramid.resize(0, 0, width, height, 320, 240),
        detectionCard.input,
      )
      const found = await detect(new TurnedPicture(pyramid, 0), detection, 'fast')
      const largest = found.sort((a, b) => b.box.width - a.box.width)[0]!
      const square = squareAround(largest.box)
      const crop = await pyramid.resize(square.x, square.y, square.width, square.height, 64, 64)
      const points = await findLandmarks(new TurnedPicture(pyramid, 0), largest.box, landmarks)
      const chip = toTensor(
        await align(pyramid, toFiveLandmarks(points), embeddingCard),
        embeddingCard.input,
      )
      return { whole, crop: toTensor(crop, landmarksCard.input), chip }
    },
    /** The embedding of a prepared chip, L2-normalized. */
    async embed(chip: Float32Array) {
      const [output] = Object.values(await embedding.run(chip))
      const vector = Float32Array.from(output!)
      normalize(vector)
      return vector
    },
    /** Runs the networks once each. @returns Milliseconds. */
    async run({
      whole,
      crop,
      chip,
    }: {
      whole: Float32Array
      crop: Float32Array
      chip: Float32Array
    }) {
      const start = performance.now()
      await detection.session.run(whole)
      await landmarks.session.run(crop)
      await embedding.run(chip)
      return performance.now() - start
    },
  }
}
