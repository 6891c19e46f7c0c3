import sharp, { type Sharp } from 'sharp'
import { describe, expect, test } from 'vitest'
import { decodeImage, openImage } from '../../dist/image/codec.node.js'
import { DecodedLevels } from '../../dist/image/decoded-levels.js'
import { Pyramid } from '../../dist/image/pyramid.js'
import { defaultImageLimits, type RgbImage } from '../../dist/image/rgb-image.js'
import { levelOf } from '../../dist/image/sample.js'

/** Waves of 150 and 170 pixels: smooth at every level, so that a shift can be measured in them. */
async function waves(width: number, height: number): Promise<Sharp> {
  const data = new Uint8Array(3 * width * height)
  for (let y = 0; y < height; y++) {
    for (let x = 0; x < width; x++) {
      const value = 128 + 60 * Math.sin(x / 24) + 60 * Math.sin(y / 27)
      data.fill(value, 3 * (y * width + x), 3 * (y * width + x) + 3)
    }
  }
  return sharp(data, { raw: { width, height, channels: 3 } })
}

/** How far one picture is shifted against another, in pixels, by least squares over the slopes. */
function shiftBetween(a: RgbImage, b: RgbImage): { x: number; y: number } {
  let [xx, xy, yy, x, y] = [0, 0, 0, 0, 0]
  for (let row = 1; row < a.height - 1; row++) {
    for (let column = 1; column < a.width - 1; column++) {
      const at = 3 * (row * a.width + column)
      const slopeX = (a.data[at + 3]! - a.data[at - 3]!) / 2
      const slopeY = (a.data[at + 3 * a.width]! - a.data[at - 3 * a.width]!) / 2
      const change = a.data[at]! - b.data[at]!
      xx += slopeX * slopeX
      xy += slopeX * slopeY
      yy += slopeY * slopeY
      x += slopeX * change
      y += slopeY * change
    }
  }
  const determinant = xx * yy - xy * xy
  return { x: (x * yy - y * xy) / determinant, y: (y * xx - x * xy) / determinant }
}

const kinds: Record<string, (picture: Sharp) => Sharp> = {
  jpeg: (picture) => picture.jpeg(),
  'progressive jpeg': (picture) => picture.jpeg({ progressive: true }),
  'jpeg without subsampling': (picture) => picture.jpeg({ chromaSubsampling: '4:4:4' }),
  'gray jpeg': (picture) => picture.grayscale().jpeg(),
  'CMYK jpeg': (picture) => picture.toColourspace('cmyk').jpeg(),
  webp: (picture) => picture.webp(),
}

/** Side of the part that is compared, in pixels: three waves. */
const region = 450

describe('a photo decoded at a reduced size has the geometry of the whole photo', () => {
  const check = async (bytes: Uint8Array) => {
    const whole = new Pyramid(await decodeImage(bytes))
    for (const scale of [1 / 3, 1 / 5, 1 / 9]) {
      const reduced = new Pyramid(await openImage(bytes))
      expect([reduced.width, reduced.height]).toEqual([whole.width, whole.height])
      // The corners show a wrong scale as a shift, too.
      for (const [x, y] of [
        [0, 0],
        [whole.width - region, whole.height - region],
      ] as const) {
        const size = Math.round(region * scale)
        const [a, b] = [
          await whole.resize(x, y, region, region, size, size),
          await reduced.resize(x, y, region, region, size, size),
        ]
        const shift = shiftBetween(a, b)
        // Two tenths of a pixel of the level.
        expect(Math.abs(shift.x)).toBeLessThan(0.2)
        expect(Math.abs(shift.y)).toBeLessThan(0.2)
        const turn = { a: 0, b: scale, tx: scale * (y + region), ty: -scale * x }
        const turned = shiftBetween(
          await whole.warp(turn, size, size),
          await reduced.warp(turn, size, size),
        )
        expect(Math.abs(turned.x)).toBeLessThan(0.2)
        expect(Math.abs(turned.y)).toBeLessThan(0.2)
      }
    }
  }
  for (const [kind, encode] of Object.entries(kinds)) {
    test(`${kind} of an odd size`, async () => {
      const bytes = await encode(await waves(9007, 483)).toBuffer()
      await check(bytes)
    })
  }
  for (const orientation of [1, 2, 3, 4, 5, 6, 7, 8]) {
    test(`EXIF orientation ${orientation}`, async () => {
      const picture = await waves(9007, 483)
      await check(await picture.jpeg().withMetadata({ orientation }).toBuffer())
    })
  }
})

describe('what is decoded', () => {
  /** Levels of a photo of 6000 × 4000, with a record of what was decoded. */
  function recorded() {
    const decoded: number[] = []
    const levels = new DecodedLevels(6000, 4000, async (reduction) => {
      decoded.push(reduction)
      const [width, height] = [Math.floor(6000 / reduction), Math.floor(4000 / reduction)]
      const scales = { scaleX: width / 6000, scaleY: height / 4000 }
      return { ...levelOf({ width, height, data: new Uint8Array(3 * width * height) }), ...scales }
    })
    return { levels, decoded }
  }

  test('the first level, then only what is finer', async () => {
    const { levels, decoded } = recorded()
    expect((await levels.level(1 / 20)).image.width).toBe(300)
    expect((await levels.level(1 / 5)).image.width).toBe(1200)
    // Enlarged a little, the level serves a finer scale.
    expect((await levels.level(1 / 4, 1.4)).image.width).toBe(1200)
    expect(decoded).toEqual([5])
    expect((await levels.level(1 / 4)).image.width).toBe(2000)
    expect((await levels.level(1 / 2)).image.width).toBe(3000)
    expect((await levels.level(3)).image.width).toBe(6000)
    await levels.level(1 / 20)
    expect(decoded).toEqual([5, 3, 1])
  })

  test('two that read the same level at once share its decoding', async () => {
    const { levels, decoded } = recorded()
    await Promise.all([levels.level(1), levels.level(1), levels.level(0.1)])
    expect(decoded).toEqual([1])
  })

  test('a small photo, and a strip of a few pixels, as a whole', async () => {
    const limits = { ...defaultImageLimits, maxAspect: 1000 }
    for (const [width, height] of [
      [250, 250],
      [9000, 20],
      [1, 1],
    ] as const) {
      const bytes = await (await waves(width, height)).jpeg().toBuffer()
      const pixels = await openImage(bytes, limits)
      const { image } = await pixels.level(1 / 40)
      const whole = await new Pyramid(await decodeImage(bytes, limits)).resize(
        0,
        0,
        width,
        height,
        9,
        9,
      )
      const opened = await new Pyramid(pixels).resize(0, 0, width, height, 9, 9)
      expect(image.width).toBeGreaterThanOrEqual(1)
      expect(opened.data).toEqual(whole.data)
    }
  })

  test('nothing before the limits are checked', async () => {
    const bytes = await (await waves(1200, 1200)).jpeg().toBuffer()
    await expect(openImage(bytes, { ...defaultImageLimits, maxPixels: 1e6 })).rejects.toMatchObject(
      { code: 'image-too-large' },
    )
  })
})

describe('a file cut short is refused at every level', () => {
  for (const [kind, encode] of Object.entries(kinds)) {
    test(kind, async () => {
      const bytes = await encode(await waves(2003, 1501)).toBuffer()
      for (const length of [bytes.length - 1, bytes.length - 40, bytes.length / 2, 700]) {
        const cut = bytes.subarray(0, length)
        await expect(decodeImage(cut)).rejects.toMatchObject({ code: 'image-damaged' })
        const level = async (scale: number) => (await openImage(cut)).level(scale)
        for (const scale of [1, 1 / 3, 1 / 9]) {
          await expect(level(scale)).rejects.toMatchObject({
            code: 'image-damaged',
            message: expect.stringMatching(/damaged or cut short/),
          })
        }
      }
    })
  }
})
