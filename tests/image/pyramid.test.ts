import { expect, test } from 'vitest'
import { Pyramid } from '../../dist/image/pyramid.js'
import { mirror, toTensor } from '../../dist/image/tensor.js'

/** A picture whose red is x, green is y, blue 100. */
function gradient(width: number, height: number) {
  const data = new Uint8Array(3 * width * height)
  for (let y = 0; y < height; y++) {
    for (let x = 0; x < width; x++) data.set([x, y, 100], 3 * (y * width + x))
  }
  return { width, height, data }
}

test('a gradient is preserved at every scale', async () => {
  const pyramid = new Pyramid(gradient(200, 160))
  for (const [width, height] of [
    [200, 160],
    [100, 80],
    [50, 40],
    [70, 30],
    [13, 11],
  ] as const) {
    const out = await pyramid.resize(0, 0, 200, 160, width, height)
    for (const [i, j] of [
      [2, 2],
      [width - 3, height - 3],
      [width >> 1, height >> 1],
    ] as const) {
      const [red, green, blue] = out.data.subarray(3 * (j * width + i))
      // The center of output pixel i lies at (i + ½)·200/width − ½ of the source.
      expect(Math.abs(red! - (((i + 0.5) * 200) / width - 0.5))).toBeLessThan(1.6)
      expect(Math.abs(green! - (((j + 0.5) * 160) / height - 0.5))).toBeLessThan(1.6)
      expect(blue).toBe(100)
    }
  }
})

test('a warp maps each pixel by the transform, and fills the outside with black', async () => {
  const pyramid = new Pyramid(gradient(100, 100))
  const out = await pyramid.warp({ a: 1, b: 0, tx: -30, ty: -20 }, 100, 100)
  expect(Array.from(out.data.subarray(3 * (10 * 100 + 10), 3 * (10 * 100 + 10) + 3))).toEqual([
    40, 30, 100,
  ])
  expect(Array.from(out.data.subarray(3 * (90 * 100 + 90), 3 * (90 * 100 + 90) + 3))).toEqual([
    0, 0, 0,
  ])
  // A quarter turn: what was right of the origin is below it.
  const turned = await pyramid.warp({ a: 0, b: 1, tx: 100, ty: 0 }, 100, 100)
  const [red, green] = turned.data.subarray(3 * (60 * 100 + 70))
  expect(Math.abs(red! - 60)).toBeLessThanOrEqual(1)
  expect(Math.abs(green! - 29)).toBeLessThanOrEqual(1)
})

test('fine detail is averaged, not skipped', async () => {
  const width = 256
  const data = new Uint8Array(3 * width * width)
  for (let i = 0; i < width * width; i++)
    data.fill(((i % width) + Math.floor(i / width)) % 2 ? 255 : 0, 3 * i, 3 * i + 3)
  const out = await new Pyramid({ width, height: width, data }).resize(0, 0, width, width, 20, 20)
  for (const value of out.data) expect(Math.abs(value - 128)).toBeLessThan(3)
})

test('tensors: planes, channel order, normalization, luma', () => {
  const image = { width: 2, height: 1, data: Uint8Array.of(10, 20, 30, 40, 50, 60) }
  const values = (channels: 'rgb' | 'bgr' | 'gray') =>
    Array.from(toTensor(image, { channels, mean: 10, scale: 10 }))
  expect(values('rgb')).toEqual([0, 3, 1, 4, 2, 5])
  expect(values('bgr')).toEqual([2, 5, 1, 4, 0, 3])
  expect(values('gray')[0]).toBeCloseTo((0.299 * 10 + 0.587 * 20 + 0.114 * 30 - 10) / 10, 5)
  expect(Array.from(mirror(image).data)).toEqual([40, 50, 60, 10, 20, 30])
})
