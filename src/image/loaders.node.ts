import sharp from 'sharp'
import type { ImageFormat } from './format.js'

/** The loader of libvips for each format, and what sharp calls its format. */
const loaders: Record<Exclude<ImageFormat, 'pnm'>, readonly [loader: string, format: string]> = {
  jpeg: ['VipsForeignLoadJpeg', 'jpeg'],
  png: ['VipsForeignLoadPng', 'png'],
  webp: ['VipsForeignLoadWebp', 'webp'],
  gif: ['VipsForeignLoadNsgif', 'gif'],
  tiff: ['VipsForeignLoadTiff', 'tiff'],
  avif: ['VipsForeignLoadHeif', 'heif'],
}

// libvips chooses a loader by the content, so a file can reach a loader that nobody asked for: an SVG drawing may take
// hours to render. What is not wanted is off for the whole process, before any picture is read. This is the only module
// that imports sharp (the linter sees to it).
sharp.block({ operation: ['VipsForeignLoad'] })
sharp.unblock({ operation: Object.values(loaders).map(([loader]) => loader) })

/** What sharp reports as the format of a picture that the loader of `format` reads. */
export function sharpFormat(format: Exclude<ImageFormat, 'pnm'>): string {
  return loaders[format][1]
}

export { sharp }
