/** Draws photos with their boxes side by side, so that mistakes can be looked at. */
import sharp from 'sharp'
import type { Face } from '../dist/index.js'

const tile = 160
const columns = 8
/** Most photos of one sheet. */
const mostTiles = 96

/** Writes a PNG with the photos in rows; boxes are green, landmarks yellow. */
export async function drawSheet(
  path: string,
  photos: readonly {
    readonly photo: string
    readonly width: number
    readonly height: number
    readonly faces: readonly Face[]
  }[],
): Promise<void> {
  // agnize blocks the loaders that it does not need.
  sharp.unblock({ operation: ['VipsForeignLoadSvg'] })
  const shown = photos.slice(0, mostTiles)
  const tiles = await Promise.all(
    shown.map(async ({ photo, width, height, faces }, i) => {
      const scale = tile / Math.max(width, height)
      const marks = faces.map(({ box, landmarks, detectionScore }) => {
        const [x, y, w, h] = [box.x, box.y, box.width, box.height].map((value) => value * scale)
        const points = landmarks.map(
          ([px, py]) => `<circle cx="${px * scale}" cy="${py * scale}" r="1.5" fill="yellow"/>`,
        )
        return `<rect x="${x}" y="${y}" width="${w}" height="${h}" fill="none" stroke="lime" stroke-width="2"/>
          <text x="${x! + 2}" y="${y! + h! - 3}" font-size="10" fill="red">${detectionScore.toFixed(2)}</text>${points.join('')}`
      })
      const svg = `<svg xmlns="http://www.w3.org/2000/svg" width="${tile}" height="${tile}">${marks.join('')}</svg>`
      const input = await sharp(photo)
        .rotate()
        .resize(tile, tile, { fit: 'contain', position: 'left top' })
        .composite([{ input: Buffer.from(svg) }])
        .png()
        .toBuffer()
      return { input, left: (i % columns) * tile, top: Math.floor(i / columns) * tile }
    }),
  )
  const height = Math.ceil(shown.length / columns) * tile
  await sharp({ create: { width: columns * tile, height, channels: 3, background: '#222' } })
    .composite(tiles)
    .png()
    .toFile(path)
}
