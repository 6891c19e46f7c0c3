// Cuts out every face of good quality, with sharp. Usage: tsx examples/face-crops.ts PHOTO OUT_FOLDER
import { mkdirSync } from 'node:fs'
import { join } from 'node:path'
import { openAgnize } from 'agnize'
import sharp from 'sharp'

const [photo = 'group.jpg', out = 'faces'] = process.argv.slice(2)

await using agnize = await openAgnize()
mkdirSync(out, { recursive: true })
const faces = await agnize.analyze(photo, { detail: 'full' })
for (const [i, { box, quality }] of faces.entries()) {
  if (quality.score < 0.25) continue
  const region = { left: box.x, top: box.y, width: box.width, height: box.height }
  await sharp(photo)
    .autoOrient()
    .extract(region)
    .toFile(join(out, `${i + 1}.jpg`))
}
console.log(`${faces.length} faces`)
