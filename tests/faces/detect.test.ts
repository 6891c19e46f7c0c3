import { expect, test } from 'vitest'
import { detect } from '../../dist/faces/detect.js'
import { Pyramid } from '../../dist/image/pyramid.js'
import { TurnedPicture } from '../../dist/image/turned-picture.js'
import { detectionCard } from '../../dist/models/builtin.js'

type Corners = readonly [left: number, top: number, right: number, bottom: number]

/** A network with a given answer for each pass: no face, or one, in relative coordinates of its input. */
function detectorThat(sees: (look: number) => Corners | null) {
  let look = 0
  const run = async () => {
    const box = sees(++look)
    return {
      scores: Float32Array.from(box ? [0.01, 0.99] : [0.99, 0.01]),
      boxes: Float32Array.from(box ?? [0, 0, 0, 0]),
    }
  }
  return { session: { run } as never, card: detectionCard }
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
