/** Formats that agnize decodes. */
export type ImageFormat = 'jpeg' | 'png' | 'webp' | 'gif' | 'tiff' | 'avif' | 'pnm' | 'bmp' | 'ico'

/** Format detected from the first bytes: a supported one, or a description of an unsupported one. */
export type SniffedFormat =
  | { readonly format: ImageFormat }
  | { readonly format: null; readonly description: string }

const bytes = (...values: number[]) => String.fromCharCode(...values)

/** Magic bytes at offset 0 (for RIFF also at offset 8) and the format that they identify. */
const signatures: readonly {
  readonly start: string
  readonly at8?: string
  readonly sniffed: SniffedFormat
}[] = [
  { start: bytes(0xff, 0xd8, 0xff), sniffed: { format: 'jpeg' } },
  { start: bytes(0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a), sniffed: { format: 'png' } },
  { start: 'RIFF', at8: 'WEBP', sniffed: { format: 'webp' } },
  { start: 'GIF87a', sniffed: { format: 'gif' } },
  { start: 'GIF89a', sniffed: { format: 'gif' } },
  { start: bytes(0x49, 0x49, 0x2a, 0x00), sniffed: { format: 'tiff' } },
  { start: bytes(0x4d, 0x4d, 0x00, 0x2a), sniffed: { format: 'tiff' } },
  { start: 'RIFF', sniffed: unsupported('a video or sound: extract a frame first') },
  { start: bytes(0x1a, 0x45, 0xdf, 0xa3), sniffed: unsupported('a video: extract a frame first') },
  { start: 'BM', sniffed: { format: 'bmp' } },
  { start: bytes(0, 0, 1, 0), sniffed: { format: 'ico' } },
  { start: '8BPS', sniffed: unsupported('a Photoshop document: export it as JPEG or PNG') },
  { start: bytes(0xff, 0x0a), sniffed: unsupported('a JPEG XL photo: export it as JPEG') },
  {
    start: `${bytes(0, 0, 0, 12)}JXL `,
    sniffed: unsupported('a JPEG XL photo: export it as JPEG'),
  },
  {
    start: `${bytes(0, 0, 0, 12)}jP  `,
    sniffed: unsupported('a JPEG 2000 picture: export it as JPEG'),
  },
  { start: '%PDF', sniffed: unsupported('a PDF: export its page as JPEG or PNG') },
  { start: '<?xml', sniffed: unsupported('an SVG or XML document, which is not a photo') },
  { start: 'PK', sniffed: unsupported('an archive: unpack it first') },
  { start: bytes(0x1f, 0x8b), sniffed: unsupported('a compressed file: unpack it first') },
]

/** Detects the format from the first bytes; the file name is not considered. */
export function sniffFormat(data: Uint8Array): SniffedFormat {
  const head = text(data, 0, 64)
  for (const { start, at8 = '', sniffed } of signatures) {
    if (head.startsWith(start) && head.startsWith(at8, 8)) return sniffed
  }
  if (head.startsWith('ftyp', 4)) return formatOfBrands(brandsOf(data))
  if (/^P[2356][\s#]/.test(head)) return { format: 'pnm' }
  if (/^\s*<svg/i.test(head)) return unsupported('an SVG drawing, which is not a photo')
  if (/^\s*<(!--|!DOCTYPE|html|\?xml)/i.test(head)) {
    return unsupported('an SVG or HTML document, which is not a photo')
  }
  return unsupported('no picture')
}

/** File name extensions of photos, including formats that are rejected with advice on how to convert them. */
const photoExtension =
  /\.(jpe?g|jpe|jfif|pjpe?g|png|webp|gif|tiff?|avif|pgm|ppm|pnm|heic|heif|hif|bmp|jxl|jp2)$/i

/** Whether a file in a folder is a photo by its extension; the format is detected from its content. */
export function isPhotoName(name: string): boolean {
  return photoExtension.test(name)
}

function unsupported(description: string): SniffedFormat {
  return { format: null, description }
}

/** Maximum size of the `ftyp` box that is read, in bytes. Judgment: files have about a dozen brands of four bytes. */
const maxBrandBytes = 1024

/**
 * The brands in a file's `ftyp` box (ISO/IEC 14496-12): the major brand, and after the minor version the compatible brands.
 */
function brandsOf(data: Uint8Array): string[] {
  const size = new DataView(data.buffer, data.byteOffset, data.byteLength).getUint32(0)
  const end = Math.min(size, maxBrandBytes, data.length)
  const brands = [text(data, 8, 12)]
  for (let at = 16; at + 4 <= end; at += 4) brands.push(text(data, at, at + 4))
  return brands
}

/**
 * AVIF and HEIC are both HEIF files, and the major brand of either may be a general HEIF brand (`mif1`, `msf1`): the first
 * brand that names a codec decides.
 */
function formatOfBrands(brands: readonly string[]): SniffedFormat {
  for (const brand of brands) {
    if (/^avi[fso]$/.test(brand)) return { format: 'avif' }
    if (/^he(ic|ix|im|is|vc|vx|vm|vs)$/.test(brand)) {
      return unsupported('a HEIC photo, which needs a licensed decoder: export it as JPEG')
    }
  }
  if (brands.some((brand) => /^m[is]f[12]$/.test(brand))) {
    return unsupported('a HEIF photo of a kind that is not AVIF: export it as JPEG')
  }
  if (brands[0] === 'crx ') return unsupported('a raw photo of a camera: export it as JPEG')
  return unsupported('a video: extract a frame first')
}

function text(data: Uint8Array, from: number, to: number): string {
  return String.fromCharCode(...data.subarray(from, to))
}
