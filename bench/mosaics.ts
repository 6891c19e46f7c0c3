import { join } from 'node:path'
import sharp, { type OverlayOptions } from 'sharp'
import { Random } from '../dist/base/random.js'
import { facesFolder, photosOf } from './face-sets.js'

/** A made photo of many megapixels. */
export interface Mosaic {
  readonly name: string
  /** JPEG, quality 90. */
  readonly bytes: Buffer
  /** Number of faces. */
  readonly faces: number
  /** Width of the faces in pixels: the middle of an LFW photo shows its face at three fifths of its width. */
  readonly faceWidth: number
}

/** Sizes of the mosaics: the short names are megapixels. */
export const mosaicSizes = {
  '2 MP': [1632, 1224],
  '12 MP': [4000, 3000],
  '24 MP': [6000, 4000],
  '46 MP': [8256, 5504],
} as const

/** Share of its cell that a pasted photo fills; the rest is where it is shifted at random. */
const filled = 0.5
/** The middle of an LFW photo, without the people in its background, in its pixels. */
const middle = { left: 50, top: 50, width: 150, height: 150 }
/** Standard deviation of the grain on the background, 0…255: about that of a camera in daylight. */
const grain = 5

/**
 * A mosaic: the photo without a face of `photos` as the background, with grain, and LFW photos on it in a grid, their middle
 * enlarged to half of the cell and shifted in it at random.
 */
export async function mosaic(
  size: keyof typeof mosaicSizes,
  faces: number,
  seed = 1,
): Promise<Mosaic> {
  const [width, height] = mosaicSizes[size]
  const random = new Random(seed)
  const background = await sharp(join(facesFolder, 'photos', '017_0.jpg'))
    .resize(width, height, { fit: 'cover' })
    .removeAlpha()
    .raw()
    .toBuffer()
  for (let i = 0; i < background.length; i++) {
    const noise = grain * (random.between(-1, 1) + random.between(-1, 1) + random.between(-1, 1))
    background[i] = Math.max(0, Math.min(255, background[i]! + noise))
  }
  const columns = Math.ceil(Math.sqrt((faces * width) / height))
  const rows = Math.ceil(faces / columns)
  const [cellWidth, cellHeight] = [Math.floor(width / columns), Math.floor(height / rows)]
  const side = Math.floor(filled * Math.min(cellWidth, cellHeight))
  const photos = await photosOf('lfw')
  const pasted: OverlayOptions[] = []
  for (let i = 0; i < faces; i++) {
    pasted.push({
      input: await sharp(photos[random.below(photos.length)]!.photo)
        .extract(middle)
        .resize(side, side)
        .toBuffer(),
      left: (i % columns) * cellWidth + random.below(cellWidth - side),
      top: Math.floor(i / columns) * cellHeight + random.below(cellHeight - side),
    })
  }
  const bytes = await sharp(background, { raw: { width, height, channels: 3 } })
    .composite(pasted)
    .jpeg({ quality: 90 })
    .toBuffer()
  return {
    name: `${size}, ${faces} ${faces === 1 ? 'face' : 'faces'}`,
    bytes,
    faces,
    faceWidth: Math.round(side * 0.6),
  }
}
