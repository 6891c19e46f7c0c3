import { expect, test } from 'vitest'
import { detect } from '../../dist/faces/detect.js'
import { Pyramid } from '../../dist/image/pyramid.js'
import { TurnedPicture } from '../../dist/image/turned-picture.js'
import { detectionCard } from '../../dist/models/builtin.js'

type Corners = readonly [left: number, top: number, right: number, bottom: number]

/** A network with a given answer for each pass: no face, or one, in relative coordinates of its input. */
function detectorThat(sees: (look: number) => Corners | null, score = 0.99) {
  const network = { session: { run } as never, card: detectionCard, looks: 0 }
  return network

  async function run() {
    const box = sees(++network.looks)
    return {
      scores: Float32Array.from(box ? [1 - score, score] : [1, 0]),
      boxes: Float32Array.from(box ?? [0, 0, 0, 0]),
    }
  }
}

/** Passes in order: the whole image, the image with a border, with a wider one, nine tiles; then two confirmations. */
const [firstTile, lastTile] = [4, 12]
const inTile: Corners = [0.4, 0.4, 0.6, 0.6]
const again: readonly Corners[] = [
  [0.25, 0.25, 0.75, 0.75],
  [1 / 3, 1 / 3, 2 / 3, 2 / 3],
]
const pixels = { width: 640, height: 480, data: new Uint8Array(3 * 640 * 480) }
const black = new TurnedPicture(new Pyramid(pixels), 0)

test('a detection in a tile counts when the face is found again', async () => {
  const network = detectorThat((look) =>
    look === firstTile ? inTile : look > lastTile ? again[look - lastTile - 1]! : null,
  )
  const found = await detect(black, network, 'auto')
  expect(found).toHaveLength(1)
  expect(found[0]!.box.x).toBeCloseTo(128)
  expect(found[0]!.box.width).toBeCloseTo(64)
})

test('another face nearby does not confirm it', async () => {
  const elsewhere: Corners = [0, 0, 0.2, 0.2]
  const network = detectorThat((look) =>
    look === firstTile ? inTile : look > lastTile ? elsewhere : null,
  )
  expect(await detect(black, network, 'auto')).toEqual([])
})

test.each([
  ['clear', 0.995, 1],
  ['doubtful', 0.9, 2],
])('a small picture with a %s face is looked at with a border first', async (_, score, looks) => {
  const crop = { width: 200, height: 240, data: new Uint8Array(3 * 200 * 240) }
  const network = detectorThat(() => [0.4, 0.4, 0.6, 0.6], score)
  const found = await detect(new TurnedPicture(new Pyramid(crop), 0), network, 'auto')
  expect(network.looks).toBe(looks)
  // With the border the input of 4 : 3 shows 480 × 360 pixels.
  expect(found[0]!.box.width).toBeCloseTo(0.2 * 480)
})
