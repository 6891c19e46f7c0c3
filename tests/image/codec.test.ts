import { readFile } from 'node:fs/promises'
import { join, resolve } from 'node:path'
import sharp from 'sharp'
import { describe, expect, test } from 'vitest'
import { decodeImage } from '../../dist/image/codec.node.js'
import { defaultImageLimits, type RgbImage } from '../../dist/image/rgb-image.js'
import { facesFolder, temporaryFolder } from '../fixtures.js'
import { lacks } from '../requirements.js'

/** Left half red, right half blue, 40 × 20. */
async function twoHalves() {
  return sharp({ create: { width: 40, height: 20, channels: 3, background: '#ff0000' } }).composite(
    [
      {
        input: { create: { width: 20, height: 20, channels: 3, background: '#0000ff' } },
        left: 20,
        top: 0,
      },
    ],
  )
}

function pixel({ width, data }: RgbImage, x: number, y: number): number[] {
  return Array.from(data.subarray(3 * (y * width + x), 3 * (y * width + x) + 3))
}

const latin1 = (s: string): Uint8Array => new Uint8Array(Buffer.from(s, 'latin1'))
const text = (bytes: Uint8Array): string => Buffer.from(bytes).toString('latin1')

/** The first box of a HEIF or MP4 file. */
function ftyp(brand: string, ...compatible: string[]): Uint8Array {
  const size = Buffer.alloc(4)
  size.writeUInt32BE(16 + 4 * compatible.length)
  return Buffer.concat([size, latin1(`ftyp${brand}\0\0\0\0${compatible.join('')}free`)])
}

function near(actual: number[], expected: number[], tolerance = 12): void {
  for (const [i, value] of actual.entries()) {
    expect(Math.abs(value - expected[i]!)).toBeLessThanOrEqual(tolerance)
  }
}

describe('formats', () => {
  for (const format of ['jpeg', 'png', 'webp', 'gif', 'tiff', 'avif'] as const) {
    test(`${format} comes out as upright RGB`, async () => {
      const bytes = await (await twoHalves()).toFormat(format, { quality: 95 }).toBuffer()
      const image = await decodeImage(bytes)
      expect([image.width, image.height, image.data.length]).toEqual([40, 20, 2400])
      near(pixel(image, 5, 10), [255, 0, 0])
      near(pixel(image, 35, 10), [0, 0, 255])
    })
  }

  test('EXIF orientation is applied', async () => {
    const bytes = await (await twoHalves()).jpeg().withMetadata({ orientation: 6 }).toBuffer()
    const image = await decodeImage(bytes)
    expect([image.width, image.height]).toEqual([20, 40])
    near(pixel(image, 10, 5), [255, 0, 0])
    near(pixel(image, 10, 35), [0, 0, 255])
  })

  test('CMYK, gray, gray with alpha, 16 bit and transparency', async () => {
    const halves = await (await twoHalves()).png().toBuffer()
    near(
      pixel(await decodeImage(await sharp(halves).toColourspace('cmyk').jpeg().toBuffer()), 5, 10),
      [255, 0, 0],
      60,
    )
    const gray = await decodeImage(await sharp(halves).grayscale().png().toBuffer())
    const [r, g, b] = pixel(gray, 5, 10)
    expect(r).toBe(g)
    expect(g).toBe(b)
    const grayAlpha = await sharp({
      create: { width: 4, height: 4, channels: 4, background: '#00000080' },
    })
      .grayscale()
      .png()
      .toBuffer()
    near(pixel(await decodeImage(grayAlpha), 1, 1), [127, 127, 127], 3)
    const deep = await sharp(halves).toColourspace('rgb16').png().toBuffer()
    expect((await sharp(deep).metadata()).depth).toBe('ushort')
    near(pixel(await decodeImage(deep), 35, 10), [0, 0, 255])
    const clear = await sharp({
      create: { width: 4, height: 4, channels: 4, background: '#ff000000' },
    })
      .png()
      .toBuffer()
    expect(pixel(await decodeImage(clear), 1, 1)).toEqual([255, 255, 255])
  })

  test('the first frame of an animated GIF', async () => {
    const frames = await sharp(
      await Promise.all(
        ['#ff0000', '#00ff00'].map((background) =>
          sharp({ create: { width: 8, height: 8, channels: 3, background } })
            .png()
            .toBuffer(),
        ),
      ),
      { join: { animated: true } },
    )
      .gif()
      .toBuffer()
    expect((await sharp(frames).metadata()).pages).toBe(2)
    const image = await decodeImage(frames)
    expect([image.width, image.height]).toEqual([8, 8])
    near(pixel(image, 4, 4), [255, 0, 0])
  })

  test('PGM and PPM, binary and plain, 8 and 16 bit, with comments', async () => {
    const text = (s: string) => new TextEncoder().encode(s)
    const binary = Uint8Array.of(...text('P5 # made by hand\n2 1\n255\n'), 7, 200)
    expect(Array.from((await decodeImage(binary)).data)).toEqual([7, 7, 7, 200, 200, 200])
    expect(Array.from((await decodeImage(text('P2\n2 1\n100\n0 100\n'))).data)).toEqual([
      0, 0, 0, 255, 255, 255,
    ])
    const deep = Uint8Array.of(...text('P5 1 1 65535\n'), 0xff, 0xff)
    expect(Array.from((await decodeImage(deep)).data)).toEqual([255, 255, 255])
    // The more significant byte comes first.
    const dark = Uint8Array.of(...text('P5 1 1 65535\n'), 0x20, 0xff)
    expect(Array.from((await decodeImage(dark)).data)).toEqual([33, 33, 33])
    const color = Uint8Array.of(...text('P6 1 1 255\n'), 1, 2, 3)
    expect(Array.from((await decodeImage(color)).data)).toEqual([1, 2, 3])
    await expect(decodeImage(binary.subarray(0, -1))).rejects.toMatchObject({
      code: 'image-damaged',
    })
    await expect(decodeImage(text('P5 2'))).rejects.toMatchObject({ code: 'image-damaged' })
  })

  test('PNG keeps every pixel', async () => {
    const data = Uint8Array.from({ length: 3 * 5 * 4 }, (_, i) => (i * 37) % 256)
    const again = await decodeImage(
      await sharp(data, { raw: { width: 5, height: 4, channels: 3 } })
        .png()
        .toBuffer(),
    )
    expect(Array.from(again.data)).toEqual(Array.from(data))
  })
})

describe('formats in disguise', () => {
  /** SVG drawings that libvips's SVG loader accepts, although they start like a photo or contain a photo's signature. */
  const drawings = {
    'WEBP at byte 8': '<svg a="WEBP" xmlns="http://www.w3.org/2000/svg" width="9" height="9"/>',
    'RIFF and WEBP': 'RIFF    WEBP<svg xmlns="http://www.w3.org/2000/svg" width="9" height="9"/>',
    'ftyp at byte 4': '<!--ftypavif--><svg xmlns="http://www.w3.org/2000/svg"/>',
    'white space before': '\n\n <svg xmlns="http://www.w3.org/2000/svg" width="9" height="9"/>',
  }
  for (const [how, drawing] of Object.entries(drawings)) {
    test(`an SVG with ${how} is not rendered`, async () => {
      await expect(decodeImage(latin1(drawing))).rejects.toMatchObject({
        code: expect.stringMatching(/^(not-an-image|image-damaged)$/),
      })
    })
  }

  test('libvips has no loader but those of photos', async () => {
    const svg = Buffer.from('<svg xmlns="http://www.w3.org/2000/svg" width="9" height="9"/>')
    await expect(sharp(svg).metadata()).rejects.toThrow('unsupported image format')
    const folder = await temporaryFolder()
    const vips = join(folder, 'photo.v')
    await sharp({ create: { width: 2, height: 2, channels: 3, background: '#000' } }).toFile(vips)
    await expect(sharp(vips).metadata()).rejects.toThrow('unsupported image format')
    // The allowed loaders still read files for other code that uses sharp in the same process.
    const png = join(folder, 'photo.png')
    await sharp({ create: { width: 2, height: 2, channels: 3, background: '#000' } }).toFile(png)
    expect((await sharp(png).metadata()).format).toBe('png')
  })

  test('AVIF whose own brand is HEIF in general', async () => {
    const bytes = await (await twoHalves()).avif({ quality: 95 }).toBuffer()
    expect(text(bytes.subarray(4, 12))).toBe('ftypavif')
    bytes.set(latin1('mif1'), 8)
    const image = await decodeImage(bytes)
    near(pixel(image, 5, 10), [255, 0, 0])
  })

  const cases = resolve(facesFolder, '../cases')
  const said = { 'mif1.heic': /HEIC/ }
  for (const [name, message] of Object.entries(said)) {
    test.skipIf(lacks('cases'))(`${name} is told for what it is`, async () => {
      await expect(decodeImage(await readFile(join(cases, name)))).rejects.toMatchObject({
        code: 'not-an-image',
        message: expect.stringMatching(message),
      })
    })
  }
})

describe('refusals', () => {
  const refused = [
    ['zero bytes', new Uint8Array(), 'not-an-image', /empty/],
    ['a PDF', new TextEncoder().encode('%PDF-1.7 hello'), 'not-an-image', /PDF/],
    [
      'an SVG',
      new TextEncoder().encode('<svg xmlns="http://www.w3.org/2000/svg"/>'),
      'not-an-image',
      /SVG/,
    ],
    ['text', new TextEncoder().encode('hello, this is no picture'), 'not-an-image', /JPEG, PNG/],
    ['a video in RIFF', latin1('RIFF\0\0\0\0AVI LIST'), 'not-an-image', /video/],
    ['a BMP', latin1('BM\x36\0\0\0\0\0\0\0\x36\0\0\0'), 'image-damaged', /BMP.*header/],
    ['an ICO', latin1('\0\0\x01\0\x01\0\x20\x20'), 'image-damaged', /ICO.*list/],
    ['a HEIC', ftyp('heic', 'mif1', 'heic'), 'not-an-image', /HEIC.*JPEG/],
    ['a HEIC named HEIF', ftyp('mif1', 'mif1', 'heic', 'miaf'), 'not-an-image', /HEIC.*JPEG/],
    ['a HEIC sequence', ftyp('msf1', 'hevc'), 'not-an-image', /HEIC.*JPEG/],
    ['a HEIF of neither', ftyp('mif1', 'mif1', 'j2ki'), 'not-an-image', /HEIF/],
    ['a video', ftyp('isom', 'isom', 'mp41'), 'not-an-image', /video/],
  ] as const
  for (const [what, bytes, code, message] of refused) {
    test(what, async () => {
      await expect(decodeImage(bytes)).rejects.toMatchObject({
        code,
        message: expect.stringMatching(message),
      })
    })
  }

  for (const format of ['jpeg', 'png', 'webp'] as const) {
    test(`a truncated ${format}`, async () => {
      const noise = Uint8Array.from({ length: 3 * 200 * 200 }, (_, i) => (i * 7919) % 251)
      const whole = await sharp(noise, { raw: { width: 200, height: 200, channels: 3 } })
        .toFormat(format)
        .toBuffer()
      await expect(decodeImage(whole.subarray(0, whole.length >> 1))).rejects.toMatchObject({
        code: 'image-damaged',
      })
    })
  }

  test('refuses a decompression bomb before decoding it', async () => {
    const bomb = await sharp({
      create: { width: 2000, height: 2000, channels: 3, background: '#000' },
    })
      .png()
      .toBuffer()
    // The header says 50,000 × 50,000; width and height stand at bytes 16 and 20, then the chunk's CRC.
    const view = new DataView(bomb.buffer, bomb.byteOffset)
    view.setUint32(16, 50_000)
    view.setUint32(20, 50_000)
    view.setUint32(29, crc32(bomb.subarray(12, 29)))
    const before = process.memoryUsage().rss
    await expect(decodeImage(bomb)).rejects.toMatchObject({
      code: 'image-too-large',
      message: expect.stringMatching(/50000 × 50000/),
    })
    expect(process.memoryUsage().rss - before).toBeLessThan(200e6)
  })

  test('limits are settable', async () => {
    const bytes = await (await twoHalves()).png().toBuffer()
    await expect(decodeImage(bytes, { ...defaultImageLimits, maxBytes: 10 })).rejects.toMatchObject(
      {
        code: 'image-too-large',
      },
    )
    await expect(
      decodeImage(bytes, { ...defaultImageLimits, maxPixels: 799 }),
    ).rejects.toMatchObject({
      code: 'image-too-large',
    })
    await expect(
      decodeImage(bytes, { ...defaultImageLimits, maxPixels: 800 }),
    ).resolves.toBeDefined()
  })
})

function crc32(bytes: Uint8Array): number {
  let crc = ~0
  for (const byte of bytes) {
    crc ^= byte
    for (let k = 0; k < 8; k++) crc = crc & 1 ? (crc >>> 1) ^ 0xedb88320 : crc >>> 1
  }
  return ~crc >>> 0
}
