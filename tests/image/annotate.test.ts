import { readFileSync } from 'node:fs'
import { expect, test } from 'vitest'
import { annotate } from '../../dist/image/annotate.node.js'
import { decodeImage } from '../../dist/image/codec.node.js'

const [width, height] = [320, 200]
const photo = { width, height, data: new Uint8Array(3 * width * height).fill(200) }
const at = (data: Uint8Array, x: number, y: number) => [
  ...data.subarray(3 * (y * width + x), 3 * (y * width + x) + 3),
]

test('draws boxes and labels, also beyond the edges', async () => {
  const before = Uint8Array.from(photo.data)
  const marked = await annotate(
    photo,
    [
      { box: { x: 100, y: 80, width: 60, height: 70 }, label: 'Anna <b> & "Bob"', color: 'red' },
      { box: { x: -20, y: -30, width: 50, height: 60 }, label: 'edge', color: '#0000ff' },
      { box: { x: 290, y: 150, width: 90, height: 90 }, label: 'x'.repeat(80), color: 'lime' },
    ],
    'png',
  )
  const { data, ...size } = await decodeImage(marked)
  expect(size).toEqual({ width, height })
  for (const [x, y] of [
    [100, 100],
    [160, 100],
    [130, 150],
  ] as const) {
    expect(at(data, x, y)).toEqual([255, 0, 0])
  }
  expect(at(data, 130, 120)).toEqual([200, 200, 200])
  expect(at(data, 30, 28)).toEqual([0, 0, 255])
  // The plate above the box has the box's color and, in it, white letters.
  const plate = Array.from({ length: 60 }, (_, i) => at(data, 100 + i, 72))
  expect(plate).toContainEqual([255, 0, 0])
  expect(plate.some(([, green]) => green! > 200)).toBe(true)
  expect(Buffer.compare(photo.data, before)).toBe(0)
})

test('keeps every color of a photo in PNG', async () => {
  const noise = { width: 64, height: 64, data: new Uint8Array(3 * 64 * 64) }
  for (let i = 0; i < noise.data.length; i++) noise.data[i] = (i * 7919) % 251
  const { data } = await decodeImage(await annotate(noise, [], 'png'))
  expect(Buffer.compare(data, noise.data)).toBe(0)
})

test('handles a picture without marks, and refuses an invalid color', async () => {
  const { data } = await decodeImage(await annotate(photo, [], 'png'))
  expect(Buffer.compare(data, photo.data)).toBe(0)
  const box = { x: 1, y: 1, width: 9, height: 9 }
  await expect(
    annotate(photo, [{ box, label: 'a', color: 'no color"/>' }], 'png'),
  ).rejects.toMatchObject({ code: 'bad-argument' })
})

test('the font comes with the package, with its license', () => {
  const { files } = JSON.parse(readFileSync('package.json', 'utf8'))
  expect(files).toContain('assets')
  expect(readFileSync('assets/DejaVuSans.ttf').readUInt32BE(0)).toBe(0x00010000)
  expect(readFileSync('assets/DejaVuSans.LICENSE.txt', 'utf8')).toContain('Bitstream Vera')
  const source = readFileSync('dist/image/annotate.node.js', 'utf8')
  expect(source).toContain("'../../assets/DejaVuSans.ttf'")
})
