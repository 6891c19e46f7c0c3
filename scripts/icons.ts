/**
 * Writes the console's icons in the sizes that phones ask for, from web/public/icon.svg: `npm run icons`.
 */
import { readFile, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import sharp from 'sharp'

const folder = join(import.meta.dirname, '../web/public')
const svg = await readFile(join(folder, 'icon.svg'), 'utf8')
const face = svg.replace(/^<svg[^>]*>|<rect[^>]*>|<\/svg>\s*$|<title>.*<\/title>/g, '')

/** Without round corners, since the system cuts its own; what matters is in the inner circle of 80 %. */
const whole = `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 32 32"><rect width="32" height="32" fill="#0b7a75"/><g transform="translate(4 4) scale(0.75)">${face}</g></svg>`

for (const [name, drawing, size] of [
  ['icon-192.png', svg, 192],
  ['icon-512.png', svg, 512],
  ['icon-maskable-512.png', whole, 512],
  ['apple-touch-icon.png', whole, 180],
] as const) {
  const density = (72 * size) / 32
  const png = await sharp(Buffer.from(drawing), { density })
    .resize(size, size)
    .png({ palette: true, compressionLevel: 9 })
    .toBuffer()
  await writeFile(join(folder, name), png)
  console.log(`${name}  ${png.length} bytes`)
}
