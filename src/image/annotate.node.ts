import { fileURLToPath } from 'node:url'
import { AgnizeError } from '../base/errors.js'
import type { Box } from '../geometry/box.js'
import { sharp } from './loaders.node.js'
import { type PhotoSource, readPhoto } from './photo.js'
import { defaultImageLimits, type ImageLimits, type RgbImage } from './rgb-image.js'

/** A box to draw, with a label. */
export interface Annotation {
  /** Box of the face, in pixels of the upright photo. */
  readonly box: Box
  /** Text beside the box. */
  readonly label: string
  /** CSS color of box and label. */
  readonly color: string
}

/** Font of the labels, shipped with agnize so that names are readable on machines without fonts. */
const fontFile = fileURLToPath(new URL('../../assets/DejaVuSans.ttf', import.meta.url))

/** Quality of JPEG and WebP. Judgment. */
const lossyQuality = 92

/**
 * Draws labeled boxes on a photo and encodes the result.
 *
 * @param photo - Path, URL, encoded bytes or pixels.
 * @param annotations - Boxes in pixels of the upright photo, with label and color.
 * @param format - Format of the result.
 * @param limits - Limits of decoding; default 100 MB, 100 megapixels, 65,535 pixels on a side, 50 times as long as
 * wide.
 * @returns The encoded image.
 * @throws AgnizeError `photo-not-found`, `not-an-image`, `image-damaged`, `image-too-large`; `bad-argument` for an invalid
 * color.
 * @example
 * ```ts
 * import { writeFile } from 'node:fs/promises'
 * import { annotate, openAgnize } from 'agnize'
 *
 * await using agnize = await openAgnize()
 * const faces = await agnize.identify('door.jpg')
 * const annotations = faces.map(({ box, subject }) => ({ box, label: subject?.name ?? 'unknown', color: '#2e7d32' }))
 * await writeFile('named.jpg', await annotate('door.jpg', annotations, 'jpeg'))
 * ```
 */
export async function annotate(
  photo: PhotoSource,
  annotations: readonly Annotation[],
  format: 'jpeg' | 'png' | 'webp',
  limits: ImageLimits = defaultImageLimits,
): Promise<Uint8Array> {
  const image = await readPhoto(photo, limits)
  const { width, height } = image
  // The boxes are drawn on a copy, since the pixels may be the caller's.
  const picture = { width, height, data: Uint8Array.from(image.data) }
  const unit = Math.max(1, Math.round(Math.max(width, height) / 640))
  const colors = new Map<string, Uint8Array>()
  for (const { color } of annotations) {
    if (!colors.has(color)) colors.set(color, await rgbOf(color))
  }
  for (const { box, color } of annotations) {
    drawOutline(picture, box, 2 * unit, colors.get(color)!)
  }
  const labels = await Promise.all(
    annotations.map(({ box, label, color }) => drawLabel(box, label, color, unit, width, height)),
  )
  return (
    sharp(picture.data, { raw: { width, height, channels: 3 } })
      .composite(labels.flat())
      // For PNG a quality would mean a palette of 256 colors.
      .toFormat(format, format === 'png' ? {} : { quality: lossyQuality })
      .toBuffer()
  )
}

/** Red, green and blue of a CSS color. @throws AgnizeError `bad-argument`. */
async function rgbOf(color: string): Promise<Uint8Array> {
  try {
    return await sharp({ create: { width: 1, height: 1, channels: 3, background: color } })
      .raw()
      .toBuffer()
  } catch (cause) {
    throw new AgnizeError(
      'bad-argument',
      `${JSON.stringify(color)} is not a color: give a CSS color such as "#2e7d32".`,
      { cause },
    )
  }
}

/** Draws the edges of a box, `thickness` pixels wide and centered on the box's outline. */
function drawOutline(
  { width, height, data }: RgbImage,
  { x, y, width: boxWidth, height: boxHeight }: Box,
  thickness: number,
  rgb: Uint8Array,
): void {
  const half = thickness / 2
  const fill = (left: number, top: number, right: number, bottom: number) => {
    const from = Math.max(0, Math.round(left))
    const to = Math.min(width, Math.round(right))
    const end = Math.min(height, Math.round(bottom))
    for (let row = Math.max(0, Math.round(top)); row < end; row++) {
      for (let column = from; column < to; column++) data.set(rgb, 3 * (row * width + column))
    }
  }
  const [right, bottom] = [x + boxWidth, y + boxHeight]
  fill(x - half, y - half, right + half, y + half)
  fill(x - half, bottom - half, right + half, bottom + half)
  fill(x - half, y - half, x + half, bottom + half)
  fill(right - half, y - half, right + half, bottom + half)
}

/** Renders the label on a rectangle in the box's color, above the box, or inside the box at the top edge of the image. */
async function drawLabel(
  box: Box,
  label: string,
  color: string,
  unit: number,
  width: number,
  height: number,
) {
  const text = await sharp({
    text: {
      text: `<span foreground="white">${escapeMarkup(label)}</span>`,
      font: `DejaVu Sans ${10 * unit}`,
      fontfile: fontFile,
      rgba: true,
      dpi: 96,
    },
  })
    .png()
    .toBuffer({ resolveWithObject: true })
  const padding = 3 * unit
  const labelWidth = Math.min(width, text.info.width + 2 * padding)
  const labelHeight = Math.min(height, text.info.height + 2 * padding)
  const labelBackground = await sharp({
    create: { width: labelWidth, height: labelHeight, channels: 4, background: color },
  })
    .composite([
      { input: await cropToFit(text.data, labelWidth, labelHeight), left: padding, top: padding },
    ])
    .png()
    .toBuffer()
  const above = box.y - labelHeight
  return [
    {
      input: labelBackground,
      left: Math.round(Math.max(0, Math.min(box.x, width - labelWidth))),
      top: Math.round(Math.max(0, Math.min(above >= 0 ? above : box.y, height - labelHeight))),
    },
  ]

  /** Crops the text to the rectangle where the image is too narrow for it. */
  async function cropToFit(input: Buffer, maxWidth: number, maxHeight: number) {
    return sharp(input)
      .extract({
        left: 0,
        top: 0,
        width: Math.max(1, Math.min(text.info.width, maxWidth - padding)),
        height: Math.max(1, Math.min(text.info.height, maxHeight - padding)),
      })
      .toBuffer()
  }
}

function escapeMarkup(text: string): string {
  return text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;')
}
