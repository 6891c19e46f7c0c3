/** A row or column whose brightest pixel is at most this is black, after JPEG's losses. Judgment. */
const black = 20
/** Share of a row's pixels that may be brighter, where JPEG blurs the picture into a band. Judgment. */
const strayShare = 0.02
/**
 * Share of the side that is cut away at most: the longer side of the face takes the middle half of a stored crop, and the shorter one
 * somewhat less. Lines that are cut are black, so that they show nothing of the face.
 */
const maxBand = 0.3

/**
 * A stored crop without the black bands that it has where it reaches beyond its photo. The store keeps the bands, which put the face
 * into the middle, where another model finds it again.
 *
 * @param jpeg - In base64.
 * @returns A data URL.
 */
export async function withoutBands(jpeg: string): Promise<string> {
  const whole = `data:image/jpeg;base64,${jpeg}`
  const bitmap = await createImageBitmap(
    new Blob([Uint8Array.from(atob(jpeg), (char) => char.charCodeAt(0))], { type: 'image/jpeg' }),
  ).catch(() => null)
  if (!bitmap) return whole
  const { width, height } = bitmap
  const canvas = document.createElement('canvas')
  canvas.width = width
  canvas.height = height
  const context = canvas.getContext('2d', { willReadFrequently: true })!
  context.drawImage(bitmap, 0, 0)
  const { data } = context.getImageData(0, 0, width, height)
  const left = bandOf(width, height, (i, j) => 4 * (j * width + i))
  const right = bandOf(width, height, (i, j) => 4 * (j * width + width - 1 - i))
  const top = bandOf(height, width, (i, j) => 4 * (i * width + j))
  const bottom = bandOf(height, width, (i, j) => 4 * ((height - 1 - i) * width + j))
  if (left + right + top + bottom === 0) {
    bitmap.close()
    return whole
  }
  canvas.width = width - left - right
  canvas.height = height - top - bottom
  context.drawImage(bitmap, -left, -top)
  bitmap.close()
  return canvas.toDataURL('image/jpeg', 0.92)

  /** The number of black lines from an edge on. */
  function bandOf(lines: number, pixels: number, at: (line: number, pixel: number) => number) {
    for (let line = 0; line < Math.floor(maxBand * lines); line++) {
      let bright = 0
      for (let pixel = 0; pixel < pixels; pixel++) {
        const i = at(line, pixel)
        if (Math.max(data[i]!, data[i + 1]!, data[i + 2]!) > black) bright++
      }
      if (bright > strayShare * pixels) return line
    }
    return Math.floor(maxBand * lines)
  }
}
