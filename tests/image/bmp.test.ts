import { readFile } from 'node:fs/promises'
import { join, resolve } from 'node:path'
import sharp from 'sharp'
import { describe, expect, test } from 'vitest'
import { decodeImage } from '../../dist/image/codec.node.js'
import { facesFolder } from '../fixtures.js'
import { lacks } from '../requirements.js'

/** Colors of a picture of 3 × 2 pixels, row by row. */
const colors = [
  [255, 0, 0],
  [0, 255, 0],
  [0, 0, 255],
  [255, 255, 255],
  [0, 0, 0],
  [255, 255, 0],
] as const
const [width, height] = [3, 2]

interface Kind {
  readonly bits: number
  readonly compression?: number
  readonly extra?: number[]
  readonly headerSize?: number
  readonly signedHeight?: number
  /** Bytes of a row, before it is filled up to four. */
  readonly row: (y: number) => number[]
  readonly below?: number[]
}

/** A bitmap's header, its masks or palette (`extra`), and its rows. */
function dib({
  bits,
  compression = 0,
  extra = [],
  headerSize = 40,
  signedHeight = height,
  row,
  below = [],
}: Kind) {
  const header = Buffer.alloc(headerSize)
  header.writeUInt32LE(headerSize, 0)
  if (headerSize === 12) {
    header.writeUInt16LE(width, 4)
    header.writeUInt16LE(signedHeight, 6)
    header.writeUInt16LE(1, 8)
    header.writeUInt16LE(bits, 10)
  } else {
    header.writeInt32LE(width, 4)
    header.writeInt32LE(signedHeight, 8)
    header.writeUInt16LE(1, 12)
    header.writeUInt16LE(bits, 14)
    header.writeUInt32LE(compression, 16)
    if (bits <= 8) header.writeUInt32LE(colors.length, 32)
  }
  const order = signedHeight < 0 ? [0, 1] : [1, 0]
  const rows = order.flatMap((y) => {
    const bytes = row(y)
    return [...bytes, ...Array((4 - (bytes.length % 4)) % 4).fill(0)]
  })
  return {
    head: Buffer.concat([header, Buffer.from(extra)]),
    rows: Buffer.from([...rows, ...below]),
  }
}

function bmp(kind: Kind): Buffer {
  const { head, rows } = dib(kind)
  const file = Buffer.alloc(14)
  file.write('BM')
  file.writeUInt32LE(14 + head.length, 10)
  return Buffer.concat([file, head, rows])
}

function ico(picture: Buffer): Buffer {
  const head = Buffer.alloc(22)
  head.writeUInt16LE(1, 2)
  head.writeUInt16LE(1, 4)
  head.set([width, height], 6)
  head.writeUInt16LE(32, 12)
  head.writeUInt32LE(picture.length, 14)
  head.writeUInt32LE(22, 18)
  return Buffer.concat([head, picture])
}

const at = (y: number) => colors.slice(y * width, (y + 1) * width)
const bgr = (y: number) => at(y).flatMap(([r, g, b]) => [b, g, r])
const palette = colors.flatMap(([r, g, b]) => [b, g, r, 0])
const words = (y: number, ...shifts: number[]) =>
  at(y).flatMap((color) => {
    // Green has six bits where red begins at the eleventh.
    const lost = [3, shifts[0] === 11 ? 2 : 3, 3]
    const word = color.reduce<number>((sum, each, c) => sum | ((each >> lost[c]!) << shifts[c]!), 0)
    return [word & 255, word >> 8]
  })
const masks = (...values: number[]) =>
  values.flatMap((value) => [value & 255, (value >> 8) & 255, (value >> 16) & 255, value >>> 24])

const kinds: Record<string, Kind> = {
  '24 bits': { bits: 24, row: bgr },
  '24 bits, from top to bottom': { bits: 24, signedHeight: -height, row: bgr },
  "24 bits of OS/2's header": { bits: 24, headerSize: 12, row: bgr },
  '32 bits without alpha': { bits: 32, row: (y) => at(y).flatMap(([r, g, b]) => [b, g, r, 0]) },
  '32 bits by masks': {
    bits: 32,
    compression: 3,
    extra: masks(0xff, 0xff00, 0xff0000),
    row: (y) => at(y).flatMap(([r, g, b]) => [r, g, b, 0]),
  },
  '16 bits': { bits: 16, row: (y) => words(y, 10, 5, 0) },
  '16 bits by masks': {
    bits: 16,
    compression: 3,
    extra: masks(0xf800, 0x7e0, 0x1f),
    row: (y) => words(y, 11, 5, 0),
  },
  '8 bits with a palette': {
    bits: 8,
    extra: palette,
    row: (y) => at(y).map((_, x) => y * width + x),
  },
  '4 bits with a palette': {
    bits: 4,
    extra: palette,
    row: (y) => (y === 0 ? [0x01, 0x20] : [0x34, 0x50]),
  },
}

describe('bitmaps', () => {
  for (const [name, kind] of Object.entries(kinds)) {
    test(name, async () => {
      const decoded = await decodeImage(bmp(kind))
      expect(decoded).toMatchObject({ width, height })
      expect([...decoded.data]).toEqual(colors.flat())
    })
  }

  test('1 bit with a palette', async () => {
    const kind: Kind = {
      bits: 1,
      headerSize: 12,
      extra: [0, 0, 0, 255, 255, 255],
      row: (y) => (y === 0 ? [0b10100000] : [0b01000000]),
    }
    const [w, b] = [
      [255, 255, 255],
      [0, 0, 0],
    ]
    expect([...(await decodeImage(bmp(kind))).data]).toEqual([w, b, w, b, w, b].flat(2))
  })

  test('one that is cut short, has no size or an unknown compression is refused', async () => {
    const whole = bmp(kinds['24 bits']!)
    for (let length = 2; length < whole.length; length++) {
      await expect(decodeImage(whole.subarray(0, length))).rejects.toMatchObject({
        code: 'image-damaged',
      })
    }
    for (const [field, value] of [
      [18, 0],
      [22, 0],
      [28, 7],
      [30, 1],
    ] as const) {
      const wrong = Buffer.from(whole)
      wrong.writeUInt16LE(value, field)
      await expect(decodeImage(wrong)).rejects.toMatchObject({ code: 'image-damaged' })
    }
    const huge = Buffer.from(whole)
    huge.writeInt32LE(2 ** 30, 18)
    await expect(decodeImage(huge)).rejects.toMatchObject({ code: 'image-too-large' })
  })
})

describe('icons', () => {
  test('a bitmap with a mask of transparent pixels, which become white', async () => {
    const { head, rows } = dib({
      ...{ bits: 24, signedHeight: 2 * height, row: bgr },
      below: [0, 0, 0, 0, 0b10000000, 0, 0, 0],
    })
    const decoded = await decodeImage(ico(Buffer.concat([head, rows])))
    expect(decoded).toMatchObject({ width, height })
    expect([...decoded.data]).toEqual([[255, 255, 255], ...colors.slice(1)].flat())
  })

  test('a bitmap with alpha', async () => {
    const { head, rows } = dib({
      bits: 32,
      signedHeight: 2 * height,
      row: (y) => at(y).flatMap(([r, g, b], x) => [b, g, r, y === 0 && x === 0 ? 0 : 255]),
    })
    const decoded = await decodeImage(ico(Buffer.concat([head, rows])))
    expect([...decoded.data]).toEqual([[255, 255, 255], ...colors.slice(1)].flat())
  })

  test('a PNG', async () => {
    const raw = { width, height, channels: 3 } as const
    const png = await sharp(Buffer.from(colors.flat()), { raw }).png().toBuffer()
    expect([...(await decodeImage(ico(png))).data]).toEqual(colors.flat())
  })

  test('one whose picture lies outside the file is refused', async () => {
    const icon = ico(Buffer.from('x'))
    icon.writeUInt32LE(1e9, 18)
    await expect(decodeImage(icon)).rejects.toMatchObject({ code: 'image-damaged' })
  })
})

test.skipIf(lacks('cases'))('photos as BMP and ICO', async () => {
  for (const name of ['face.bmp', 'face.ico']) {
    const { width, height } = await decodeImage(
      await readFile(join(resolve(facesFolder, '../cases'), name)),
    )
    expect(width * height).toBeGreaterThan(50_000)
  }
})
