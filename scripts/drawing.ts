/** What the pictures of the documentation are drawn with: pixels, and text in agnize's own font. */
import { fileURLToPath } from 'node:url'
import sharp, { type OverlayOptions } from 'sharp'
import type { Box, RgbImage } from '../dist/index.js'

type Color = readonly [number, number, number]

export const colors = {
  paper: [255, 255, 255],
  ink: [31, 35, 40],
  gray: [208, 215, 222],
  match: [11, 122, 75],
  unknown: [138, 63, 252],
  point: [255, 214, 10],
  landmark: [255, 64, 64],
} as const satisfies Record<string, Color>

/** A color as CSS writes it. */
export const css = (color: Color) => `rgb(${color.join(', ')})`

const font = fileURLToPath(new URL('../assets/DejaVuSans.ttf', import.meta.url))

/** A picture of one color. */
export function blank(width: number, height: number, color: Color = colors.paper): RgbImage {
  const data = new Uint8Array(3 * width * height)
  for (let i = 0; i < data.length; i += 3) data.set(color, i)
  return { width, height, data }
}

/** Fills a rectangle. */
export function fill({ width, height, data }: RgbImage, box: Box, color: Color): void {
  const right = Math.min(width, Math.round(box.x + box.width))
  const bottom = Math.min(height, Math.round(box.y + box.height))
  for (let y = Math.max(0, Math.round(box.y)); y < bottom; y++) {
    for (let x = Math.max(0, Math.round(box.x)); x < right; x++)
      data.set(color, 3 * (y * width + x))
  }
}

/** Draws the outline of a rectangle. */
export function outline(picture: RgbImage, box: Box, color: Color, thickness = 3): void {
  const { x, y, width, height } = box
  fill(picture, { x, y, width, height: thickness }, color)
  fill(picture, { x, y: y + height - thickness, width, height: thickness }, color)
  fill(picture, { x, y, width: thickness, height }, color)
  fill(picture, { x: x + width - thickness, y, width: thickness, height }, color)
}

/** Draws a filled disc. */
export function disc(picture: RgbImage, x: number, y: number, radius: number, color: Color): void {
  for (let dy = -Math.ceil(radius); dy <= radius; dy++) {
    const half = Math.sqrt(Math.max(0, radius * radius - dy * dy))
    fill(picture, { x: x - half, y: y + dy, width: Math.max(1, 2 * half), height: 1 }, color)
  }
}

/** Copies a picture onto another, which has room for it. */
export function place(picture: RgbImage, part: RgbImage, x: number, y: number): void {
  for (let row = 0; row < part.height; row++) {
    const from = 3 * row * part.width
    picture.data.set(
      part.data.subarray(from, from + 3 * part.width),
      3 * ((y + row) * picture.width + x),
    )
  }
}

/** Scales a picture. */
export async function scaled(picture: RgbImage, width: number): Promise<RgbImage> {
  const { data, info } = await sharp(picture.data, { raw: { ...sizeOf(picture), channels: 3 } })
    .resize({ width: Math.round(width) })
    .raw()
    .toBuffer({ resolveWithObject: true })
  return { width: info.width, height: info.height, data }
}

/** A line of text with its left end, or its middle, at a point. */
export interface Line {
  readonly text: string
  readonly x: number
  readonly y: number
  readonly size?: number
  readonly color?: Color
  /** Color of a box around the text; default none. */
  readonly background?: Color
  readonly centered?: boolean
}

/** Writes lines of text onto a picture. */
export async function write(picture: RgbImage, lines: readonly Line[]): Promise<RgbImage> {
  const layers: OverlayOptions[] = []
  for (const { text, x, y, size = 16, color = colors.ink, background, centered } of lines) {
    const rendered = await sharp({
      text: {
        text: `<span foreground="${hex(color)}">${text}</span>`,
        font: `DejaVu Sans ${size}`,
        fontfile: font,
        rgba: true,
        dpi: 72,
      },
    })
      .png()
      .toBuffer({ resolveWithObject: true })
    const { width, height } = rendered.info
    const left = Math.round(centered ? x - width / 2 : x)
    if (background) {
      fill(picture, { x: left - 5, y: y - 4, width: width + 10, height: height + 8 }, background)
    }
    layers.push({ input: rendered.data, left, top: Math.round(y) })
  }
  const data = await sharp(picture.data, { raw: { ...sizeOf(picture), channels: 3 } })
    .composite(layers)
    .removeAlpha()
    .raw()
    .toBuffer()
  return { ...sizeOf(picture), data }
}

const sizeOf = ({ width, height }: RgbImage) => ({ width, height })

const hex = (color: Color) =>
  `#${color.map((value) => value.toString(16).padStart(2, '0')).join('')}`
