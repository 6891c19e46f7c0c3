import { describe, expect, test } from 'vitest'
import { Random } from '../../dist/base/random.js'
import { halve } from '../../dist/image/halve.js'
import { pixelKernelBinary } from '../../dist/image/pixel-kernel-binary.js'
import { levelOf, sampleIntoTensor, sampleRectangle } from '../../dist/image/sample.js'
import { type PixelFormat, toTensor } from '../../dist/image/tensor.js'
import { withTensor } from '../../dist/image/tensor-pool.js'
import { builtinCards } from '../../dist/models/builtin.js'
import { presets } from '../../dist/models/presets.js'
import { compilePixelKernel } from '../../scripts/pixel-kernel.js'

interface Image {
  readonly width: number
  readonly height: number
  readonly data: Uint8Array
}
interface Region {
  readonly x: number
  readonly y: number
  readonly width: number
  readonly height: number
}

const random = new Random(1)

function noise(width: number, height: number): Image {
  return {
    width,
    height,
    data: Uint8Array.from({ length: 3 * width * height }, () => random.below(256)),
  }
}

/** The pixel before a sample on an axis and the fraction in 256ths, or undefined outside. */
function pointOf(length: number, start: number, step: number, i: number) {
  const at = start + (i + 0.5) * step - 0.5
  if (at < -0.5 || at > length - 0.5) return undefined
  const inside = Math.max(0, Math.min(at, length - 1))
  return { at: Math.floor(inside), fraction: Math.round((inside - Math.floor(inside)) * 256) }
}

/** Samples pixel by pixel. */
function expectedOf(
  { width: imageWidth, height: imageHeight, data }: Image,
  region: Region,
  width: number,
  height: number,
) {
  const value = (x: number, y: number, c: number) =>
    data[3 * (Math.min(y, imageHeight - 1) * imageWidth + Math.min(x, imageWidth - 1)) + c]!
  const out = new Uint8Array(3 * width * height)
  for (let j = 0; j < height; j++) {
    const row = pointOf(imageHeight, region.y, region.height / height, j)
    for (let i = 0; i < width; i++) {
      const column = pointOf(imageWidth, region.x, region.width / width, i)
      if (!row || !column) continue
      for (let c = 0; c < 3; c++) {
        const blended = (y: number) =>
          value(column.at, y, c) * (256 - column.fraction) +
          value(column.at + 1, y, c) * column.fraction
        const sum = blended(row.at) * (256 - row.fraction) + blended(row.at + 1) * row.fraction
        out[3 * (j * width + i) + c] = Math.floor((sum + 32768) / 65536)
      }
    }
  }
  return out
}

/** What the floats of an output have to be, value by value. */
function expectedFloats(bytes: Uint8Array, { channels, mean, scale }: PixelFormat) {
  const factor = 1 / scale
  const offset = -mean * factor
  const pixels = bytes.length / 3
  const at = (c: number, i: number) => bytes[3 * i + c]!
  const gray = (i: number) => 0.299 * at(0, i) + 0.587 * at(1, i) + 0.114 * at(2, i)
  const planes = { rgb: [0, 1, 2], bgr: [2, 1, 0], gray: [0] }[channels].map((c) =>
    Array.from(
      { length: pixels },
      (_, i) => (channels === 'gray' ? gray(i) : at(c, i)) * factor + offset,
    ),
  )
  return Float32Array.from(planes.flat())
}

/** Formats of every network that is built in or has a preset, and two whose arithmetic is not exact in float32. */
const formats: readonly PixelFormat[] = [
  ...builtinCards.map(({ input }) => input),
  ...Object.values(presets).map(({ input }) => input),
  { channels: 'rgb', mean: 123.675, scale: 58.395 },
  { channels: 'bgr', mean: 103.53, scale: 57.375 },
]

const regions = (width: number, height: number): Region[] => [
  // Enlarged; reduced by up to two and more; itself; beyond the left and top, the right and bottom, all edges; outside.
  { x: 0.3 * width, y: 0.2 * height, width: 0.3 * width, height: 0.4 * height },
  { x: 0, y: 0, width, height },
  { x: -0.4 * width, y: -0.3 * height, width, height },
  { x: 0.6 * width, y: 0.7 * height, width, height },
  { x: -width, y: -2 * height, width: 3 * width, height: 5 * height },
  { x: 2 * width, y: 0, width, height },
  { x: 0, y: -3 * height, width, height },
  ...Array.from({ length: 12 }, () => ({
    x: random.between(-0.5, 1) * width,
    y: random.between(-0.5, 1) * height,
    width: random.between(0.01, 2) * width,
    height: random.between(0.01, 2) * height,
  })),
]

const sizes: readonly (readonly [number, number])[] = [
  [1, 1],
  [1, 40],
  [40, 1],
  [2, 3],
  [33, 21],
  [64, 48],
  [131, 97],
]

describe.each(sizes)('a picture of %i × %i pixels', (width, height) => {
  const image = noise(width, height)
  const level = levelOf(image)

  test('gives the bytes and floats of bilinear interpolation in 256ths, black outside', () => {
    for (const region of regions(width, height)) {
      for (const [outWidth, outHeight] of [...sizes, [width, height] as const]) {
        const bytes = expectedOf(image, region, outWidth, outHeight)
        const about = JSON.stringify({ region, outWidth, outHeight })
        const sampled = sampleRectangle(level, region, outWidth, outHeight)
        expect(Buffer.compare(sampled.data, bytes), about).toBe(0)
        const format = formats[random.below(formats.length)]!
        const planes = format.channels === 'gray' ? 1 : 3
        const floats = new Float32Array(planes * outWidth * outHeight).fill(Number.NaN)
        sampleIntoTensor(level, region, { width: outWidth, height: outHeight }, format, floats)
        expect(differences(floats, expectedFloats(bytes, format)), about).toBe(0)
      }
    }
  })

  test('is halved by the means of two by two pixels', () => {
    const half = halve(image)
    expect([half.width, half.height]).toEqual([width >> 1, height >> 1])
    const expected = Array.from({ length: 3 * half.width * half.height }, (_, k) => {
      const [x, y, c] = [Math.floor(k / 3) % half.width, Math.floor(k / 3 / half.width), k % 3]
      const at = (dx: number, dy: number) =>
        image.data[3 * ((2 * y + dy) * width + 2 * x + dx) + c]!
      return Math.floor((at(0, 0) + at(1, 0) + at(0, 1) + at(1, 1) + 2) / 4)
    })
    expect([...half.data]).toEqual(expected)
  })
})

test.each(
  formats,
)('every byte gives the float of $channels, mean $mean, scale $scale', (format) => {
  const data = Uint8Array.from(
    { length: 3 * 256 },
    (_, i) => [i / 3, 255 - i / 3, (i * 7) / 3][i % 3]!,
  )
  const image = { width: 256, height: 1, data }
  const into = new Float32Array((format.channels === 'gray' ? 1 : 3) * 256)
  sampleIntoTensor(levelOf(image), { x: 0, y: 0, width: 256, height: 1 }, image, format, into)
  expect(into).toEqual(expectedFloats(data, format))
  expect(into).toEqual(toTensor(image, format))
})

test('the brightest and the darkest pixels do not overflow', () => {
  const data = new Uint8Array(3 * 50 * 50)
  for (let i = 0; i < data.length; i++) data[i] = random.below(2) * 255
  const image = { width: 50, height: 50, data }
  const region = { x: 0.37, y: 0.61, width: 47, height: 46 }
  expect(sampleRectangle(levelOf(image), region, 90, 90).data).toEqual(
    expectedOf(image, region, 90, 90),
  )
})

test('a large picture after a small one finds room', () => {
  const image = noise(3000, 40)
  const region = { x: 0, y: 0, width: 3000, height: 40 }
  const before = sampleRectangle(levelOf(noise(5, 5)), { x: 0, y: 0, width: 5, height: 5 }, 5, 5)
  const copy = before.data.slice()
  expect(
    Buffer.compare(
      sampleRectangle(levelOf(image), region, 2900, 80).data,
      expectedOf(image, region, 2900, 80),
    ),
  ).toBe(0)
  expect(before.data).toEqual(copy)
})

test('an input is lent to one at a time, and again when it is free', async () => {
  const lent: Float32Array[] = []
  let end = () => {}
  const first = withTensor(12, (tensor) => {
    lent.push(tensor)
    return new Promise<void>((resolve) => {
      end = resolve
    })
  })
  const use = async (tensor: Float32Array) => void lent.push(tensor)
  await withTensor(12, use)
  await withTensor(12, use)
  await withTensor(13, use)
  end()
  await first
  expect(lent[1]).not.toBe(lent[0])
  expect(lent[2]).toBe(lent[1])
  expect(lent[3]).toHaveLength(13)
  // One whose use failed may still be read: nobody else gets it.
  const failed: Float32Array[] = []
  const failing = withTensor(12, async (tensor) => {
    failed.push(tensor)
    throw new Error('failed')
  })
  await expect(failing).rejects.toThrow('failed')
  await withTensor(12, use)
  expect(lent.at(-1)).not.toBe(failed[0])
})

test('the compiled kernel is that of the source', async () => {
  expect(Buffer.from(await compilePixelKernel()).toString('base64')).toBe(pixelKernelBinary)
  // Browsers refuse to compile more than 4 kB on a page's own thread at once.
  expect(Buffer.from(pixelKernelBinary, 'base64').length).toBeLessThan(4096)
})

/** Number of values that are not the same. */
function differences(a: Float32Array, b: Float32Array): number {
  if (a.length !== b.length) return Number.POSITIVE_INFINITY
  return a.reduce((sum, value, i) => (Object.is(value, b[i]) ? sum : sum + 1), 0)
}
