/**
 * Recall and time of `fast`, `auto` and `full`, for docs/reference/benchmarks.md: `npm run bench:detail -- [DETECTOR …]`, by default
 * every detector of AGNIZE_HOME. The photos are the
 * shared ones with annotated noses, the stock photos of the demo, and composed group photos of 12 megapixels.
 */
import { existsSync, readFileSync } from 'node:fs'
import { createRequire } from 'node:module'
import { dirname, join } from 'node:path'
import sharp from 'sharp'
import { type Detail, openAgnize } from '../dist/index.js'
import { facesFolder, photosOf } from './face-sets.js'

interface Case {
  readonly name: string
  readonly photo: string | Uint8Array
  /** Annotated positions of the noses; null if the photo has no annotation. */
  readonly noses: [number, number][] | null
}

const cases: Case[] = []
const truth = join(facesFolder, 'photos/truth.json')
if (existsSync(truth)) {
  const { photos } = JSON.parse(readFileSync(truth, 'utf8')) as {
    photos: Record<string, { noses: [number, number][] }>
  }
  for (const [name, { noses }] of Object.entries(photos)) {
    cases.push({ name, photo: join(facesFolder, 'photos', name), noses })
  }
}
const samples = join(
  dirname(createRequire(import.meta.url).resolve('@vladmandic/face-api/package.json')),
  'demo',
)
for (const n of [1, 2, 3, 4, 5, 6]) {
  cases.push({ name: `sample${n}`, photo: join(samples, `sample${n}.jpg`), noses: null })
}
const lfw = await photosOf('lfw')
for (const width of [16, 20, 24, 32, 48]) cases.push(await group(width))

const home = await openAgnize()
await home.models.pull()
const installed = (await home.models.list()).filter(({ card }) => card.task === 'detection')
await home.close()
const given = process.argv.slice(2)
for (const detector of given.length > 0 ? given : installed.map(({ card }) => card.name))
  await recall(detector)
process.exit(0)

async function recall(detector: string): Promise<void> {
  await using agnize = await openAgnize({ detector, threads: 1 })
  await agnize.analyze(cases[0]!.photo)
  console.log(
    `\n# ${detector}\nphoto        megapixels  detail  noses in exactly one box  in several  boxes without  detect ms  decode ms`,
  )
  for (const { name, photo, noses } of cases) {
    for (const detail of ['fast', 'auto', 'full'] satisfies Detail[]) {
      for await (const each of agnize.analyzeEach([photo], { detail })) {
        if ('error' in each) throw each.error
        const { faces, width, height, timings } = each.result
        const inside = (noses ?? []).map(
          ([x, y]) =>
            faces.filter(
              ({ box }) =>
                x > box.x && x < box.x + box.width && y > box.y && y < box.y + box.height,
            ).length,
        )
        const without = faces.length - inside.reduce((sum, n) => sum + n, 0)
        console.log(
          [
            name.padEnd(13),
            ((width * height) / 1e6).toFixed(1).padEnd(12),
            detail.padEnd(8),
            (noses
              ? `${inside.filter((n) => n === 1).length} of ${noses.length}`
              : `(${faces.length} faces)`
            ).padEnd(26),
            String(inside.filter((n) => n > 1).length).padEnd(12),
            (noses ? String(without) : '').padEnd(15),
            timings.detect.toFixed(0).padEnd(11),
            timings.decode.toFixed(0),
          ].join(''),
        )
      }
    }
  }
}

/** A group photo: fifty LFW photos, scaled so that their faces have the given width, on an upscaled picture without people. */
async function group(width: number): Promise<Case> {
  const noses: [number, number][] = []
  const tiles = await Promise.all(
    lfw.map(async ({ photo }, i) => {
      // The face of an LFW photo is about 97 of its 250 pixels wide.
      const side = Math.round((250 * width) / 97)
      const left = 100 + (i % 10) * 390
      const top = 150 + Math.floor(i / 10) * 560
      noses.push([left + side / 2, top + side * 0.52])
      return { input: await sharp(photo).resize(side, side).toBuffer(), left, top }
    }),
  )
  const empty = join(facesFolder, 'photos/017_0.jpg')
  const photo = await sharp(empty)
    .resize(4000, 3000, { fit: 'fill' })
    .composite(tiles)
    .jpeg({ quality: 92 })
    .toBuffer()
  return { name: `faces ${width} px`, photo, noses }
}
