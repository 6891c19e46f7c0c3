import { expect, test } from 'vitest'
import { detect } from '../../dist/faces/detect.js'
import { Pyramid } from '../../dist/image/pyramid.js'
import { TurnedPicture } from '../../dist/image/turned-picture.js'
import { detectionCard } from '../../dist/models/builtin.js'

type Corners = readonly [left: number, top: number, right: number, bottom: number, score?: number]

/** A network with a given answer for each pass: no face, or one, in relative coordinates of its input. */
function detectorThat(sees: (look: number) => Corners | null) {
  const network = { session: { run } as never, card: detectionCard, looks: 0 }
  return network

  async function run() {
    const [left = 0, top = 0, right = 0, bottom = 0, score = 0.99] = sees(++network.looks) ?? []
    const isSeen = right > left ? score : 0
    return {
      scores: Float32Array.of(1 - isSeen, isSeen),
      boxes: Float32Array.of(left, top, right, bottom),
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
  ['clear', 'auto', [0.4, 0.3, 0.6, 0.6, 0.995], 1],
  ['doubtful', 'auto', [0.4, 0.3, 0.6, 0.6, 0.9], 2],
  ['distant', 'auto', [0.45, 0.45, 0.55, 0.55, 0.995], 2],
  ['clear', 'full', [0.4, 0.3, 0.6, 0.6, 0.995], 2],
] as const)('a small picture with a %s face is looked at with a border first, at %s', async (_, detail, box, looks) => {
  const crop = { width: 200, height: 240, data: new Uint8Array(3 * 200 * 240) }
  const network = detectorThat(() => box)
  const found = await detect(new TurnedPicture(new Pyramid(crop), 0), network, detail)
  expect(network.looks).toBe(looks)
  // With the border the input of 4 : 3 shows 480 × 360 pixels.
  expect(found[0]!.box.width).toBeCloseTo((box[2] - box[0]) * 480)
})

test('a face that the whole picture shows well is not confirmed again where a tile shows it', async () => {
  const whole: Corners = [0.4, 0.4, 0.6, 0.6, 0.9]
  const inMiddleTile: Corners = [0.3, 0.3, 0.7, 0.7, 0.99]
  const [middleTile, looks] = [6, 10]
  const network = detectorThat((look) =>
    look === 1 ? whole : look === middleTile ? inMiddleTile : null,
  )
  const found = await detect(black, network, 'full')
  expect(network.looks).toBe(looks)
  expect(found).toHaveLength(1)
  expect(found[0]!.score).toBeCloseTo(0.9)
})
