/** Formats that agnize decodes. */
export type ImageFormat = 'jpeg' | 'png' | 'webp' | 'gif' | 'tiff' | 'avif' | 'pnm'

/** What the first bytes say: a format that is decoded, or in words what else it seems to be. */
export type SniffedFormat =
  | { readonly format: ImageFormat }
  | { readonly format: null; readonly seems: string }

const bytes = (...values: number[]) => String.fromCharCode(...values)

const signatures: readonly [
  at: number,
  start: string,
  format: ImageFormat | null,
  seems: string,
][] = [
  [0, bytes(0xff, 0xd8, 0xff), 'jpeg', ''],
  [0, bytes(0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a), 'png', ''],
  [8, 'WEBP', 'webp', ''],
  [0, 'GIF8', 'gif', ''],
  [0, bytes(0x49, 0x49, 0x2a, 0x00), 'tiff', ''],
  [0, bytes(0x4d, 0x4d, 0x00, 0x2a), 'tiff', ''],
  [4, 'ftypavif', 'avif', ''],
  [4, 'ftypavis', 'avif', ''],
  [4, 'ftypmif1', 'avif', ''],
  [4, 'ftyphei', null, 'a HEIC photo, which needs a licensed decoder: export it as JPEG'],
  [4, 'ftyphev', null, 'a HEIC photo, which needs a licensed decoder: export it as JPEG'],
  [4, 'ftyp', null, 'a video: extract a frame first'],
  [0, '%PDF', null, 'a PDF: export its page as JPEG or PNG'],
  [0, '<svg', null, 'an SVG drawing, which is not a photo'],
  [0, '<?xml', null, 'an SVG or XML document, which is not a photo'],
  [0, 'PK', null, 'an archive: unpack it first'],
]

/** Tells the format by the first bytes; a file's name plays no part. */
export function sniffFormat(data: Uint8Array): SniffedFormat {
  const head = String.fromCharCode(...data.subarray(0, 64))
  for (const [at, start, format, seems] of signatures) {
    if (head.startsWith(start, at)) return format === null ? { format, seems } : { format }
  }
  if (/^P[2356][\s#]/.test(head)) return { format: 'pnm' }
  if (/^\s*(<!--|<!DOCTYPE|<svg)/i.test(head)) {
    return { format: null, seems: 'an SVG or HTML document, which is not a photo' }
  }
  return { format: null, seems: 'no picture' }
}
