import { createRequire } from 'node:module'
import sharp from 'sharp'
import type { Box } from '../geometry/box.js'
import { type PhotoSource, readPhoto } from './photo.js'
import { defaultImageLimits, type ImageLimits } from './rgb-image.js'

/** A box to draw and what to write above it. */
export interface Annotation {
  readonly box: Box
  readonly label: string
  /** CSS colour of box and label. */
  readonly colour: string
}

/** The label's font comes with agnize, so that names are readable on machines without fonts. */
const fontFile = createRequire(import.meta.url).resolve('dejavu-fonts-ttf/ttf/DejaVuSans.ttf')

/**
 * Draws labelled boxes into a photo and encodes the picture.
 *
 * @param photo - Path, URL, encoded bytes or pixels.
 * @param format - Of the file to make.
 * @returns The encoded picture.
 * @throws AgnizeError `photo-not-found`, `not-an-image`, `image-damaged`, `image-too-large`.
 */
export async function annotate(
  photo: PhotoSource,
  annotations: readonly Annotation[],
  format: 'jpeg' | 'png' | 'webp',
  limits: ImageLimits = defaultImageLimits,
): Promise<Uint8Array> {
  const { image } = await readPhoto(photo, limits)
  const { width, height, data } = image
  const unit = Math.max(1, Math.round(Math.max(width, height) / 640))
  const labels = await Promise.all(
    annotations.map(({ box, label, colour }) => drawLabel(box, label, colour, unit, width, height)),
  )
  const boxes = annotations.map(
    ({ box, colour }) =>
      `<rect x="${box.x}" y="${box.y}" width="${box.width}" height="${box.height}" rx="${3 * unit}" fill="none" stroke="${colour}" stroke-width="${2 * unit}"/>`,
  )
  const svg = `<svg xmlns="http://www.w3.org/2000/svg" width="${width}" height="${height}">${boxes.join('')}</svg>`
  return sharp(data, { raw: { width, height, channels: 3 } })
    .composite([{ input: Buffer.from(svg) }, ...labels.flat()])
    .toFormat(format, { quality: 92 })
    .toBuffer()
}

/** The label on a plate of the box's colour, above the box, or inside it at the picture's edge. */
async function drawLabel(
  box: Box,
  label: string,
  colour: string,
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
  const plateWidth = Math.min(width, text.info.width + 2 * padding)
  const plateHeight = Math.min(height, text.info.height + 2 * padding)
  const plate = await sharp({
    create: { width: plateWidth, height: plateHeight, channels: 4, background: colour },
  })
    .composite([
      { input: await fitted(text.data, plateWidth, plateHeight), left: padding, top: padding },
    ])
    .png()
    .toBuffer()
  const above = box.y - plateHeight
  return [
    {
      input: plate,
      left: Math.round(Math.max(0, Math.min(box.x, width - plateWidth))),
      top: Math.round(Math.max(0, Math.min(above >= 0 ? above : box.y, height - plateHeight))),
    },
  ]

  /** The text, cut where a narrow picture leaves no room for it. */
  async function fitted(input: Buffer, maxWidth: number, maxHeight: number) {
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
