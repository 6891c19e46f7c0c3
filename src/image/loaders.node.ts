import sharp, { type Sharp } from 'sharp'
import type { ImageFormat } from './format.js'

/** Formats that sharp decodes; the others have decoders of their own. */
export type SharpFormat = Exclude<ImageFormat, 'pnm' | 'bmp' | 'ico'>

/** libvips's loader for each format, and sharp's name of the format. */
const loaders: Record<SharpFormat, readonly [loader: string, format: string]> = {
  jpeg: ['VipsForeignLoadJpeg', 'jpeg'],
  png: ['VipsForeignLoadPng', 'png'],
  webp: ['VipsForeignLoadWebp', 'webp'],
  gif: ['VipsForeignLoadNsgif', 'gif'],
  tiff: ['VipsForeignLoadTiff', 'tiff'],
  avif: ['VipsForeignLoadHeif', 'heif'],
}

// libvips chooses a loader by the content, so a file can reach an unintended loader: an SVG drawing may take hours to render.
// All other loaders are disabled for the whole process, before any image is read. This is the only module that imports sharp
// (enforced by the linter).
sharp.block({ operation: ['VipsForeignLoad'] })
sharp.unblock({ operation: Object.values(loaders).map(([loader]) => loader) })

/** sharp's name of a format, as its metadata reports it. */
export function sharpFormat(format: SharpFormat): string {
  return loaders[format][1]
}

export { type Sharp, sharp }
