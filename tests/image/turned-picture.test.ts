import sharp from 'sharp'
import { expect, test } from 'vitest'
import { Pyramid } from '../../dist/image/pyramid.js'
import { type QuarterTurns, TurnedPicture, turnImage } from '../../dist/image/turned-picture.js'

const [width, height] = [7, 5]
const data = Uint8Array.from({ length: 3 * width * height }, (_, i) => i)
const image = { width, height, data }

test.each([1, 2, 3] as const)('turns pixels by %i quarter turns as sharp does', async (turns) => {
  const { data: expected, info } = await sharp(data, { raw: { width, height, channels: 3 } })
    .rotate(90 * turns)
    .raw()
    .toBuffer({ resolveWithObject: true })
  const turned = turnImage(image, turns)
  expect([turned.width, turned.height]).toEqual([info.width, info.height])
  expect([...turned.data]).toEqual([...expected])
})

test.each([0, 1, 2, 3] as const)('samples and places after %i quarter turns', async (turns) => {
  const picture = new TurnedPicture(new Pyramid(image), turns as QuarterTurns)
  const whole = await picture.resize(
    { x: 0, y: 0, width: picture.width, height: picture.height },
    picture.width,
    picture.height,
  )
  expect([...whole.data]).toEqual([...turnImage(image, turns).data])
  const box = { x: 1, y: 0.5, width: 2, height: 3 }
  expect(picture.boxInPicture(picture.boxFromPicture(box))).toEqual(box)
  // The center of the first pixel of the turned picture is the center of a corner pixel of the picture.
  const corner = picture.pointInPicture([0.5, 0.5])
  const at = 3 * (Math.floor(corner[1]) * width + Math.floor(corner[0]))
  expect([...whole.data.slice(0, 3)]).toEqual([...data.slice(at, at + 3)])
})

test('a part has coordinates of its own', () => {
  const part = new TurnedPicture(new Pyramid(image), 1, { x: 2, y: 1, width: 3, height: 2 })
  expect([part.width, part.height]).toEqual([2, 3])
  expect(part.pointInPicture([0, 0])).toEqual([2, 3])
  expect(part.boxFromPicture({ x: 2, y: 1, width: 3, height: 2 })).toEqual({
    x: 0,
    y: 0,
    width: 2,
    height: 3,
  })
})
