/**
 * The degradation at which recognition fails, for the ranges in src/faces/quality.ts and docs/quality.md:
 * `npm run bench:quality`. Each LFW photo is degraded step by step and compared with the person's other photos.
 */
import sharp, { type OverlayOptions, type Sharp } from 'sharp'
import { cosine, type Face, openAgnize, thresholdFor } from '../dist/index.js'
import { embeddingCard } from '../dist/models/builtin.js'
import { median, photosOf } from './face-sets.js'

await using agnize = await openAgnize()
await agnize.models.pull()
const photos = await photosOf('lfw')
const { value: threshold } = thresholdFor(embeddingCard, { fmr: 1e-3 })
const good: Face[] = []
for await (const each of agnize.analyzeEach(photos.map(({ photo }) => photo))) {
  if ('error' in each) throw each.error
  good.push(each.result.faces[0]!)
}

type Spoil = (photo: Sharp, face: Face) => Sharp
const spoils: [string, Spoil][] = [
  ['as it is', (photo) => photo],
  ...[64, 48, 32, 24, 20, 16, 12, 10].map((width): [string, Spoil] => [
    `face ${width} px wide`,
    (photo, { box }) => photo.resize(Math.max(1, Math.round((250 * width) / box.width))),
  ]),
  ...[1, 2, 3, 4, 6].map((sigma): [string, Spoil] => [
    `blur σ ${sigma}`,
    (photo) => photo.blur(sigma),
  ]),
  ...[0.5, 0.25, 0.12, 0.06, 0.03].map((gain): [string, Spoil] => [
    `light × ${gain}`,
    (photo) => photo.linear(gain, 0),
  ]),
  ...[1.5, 2.5, 4].map((gain): [string, Spoil] => [
    `light × ${gain}`,
    (photo) => photo.linear(gain, 0),
  ]),
  ...(
    [
      ['sunglasses', [0.3, 0.75], '#14141a'],
      ['mask', [0.5, 1], '#aabed2'],
      ['upper half covered', [0, 0.5], '#554433'],
    ] as const
  ).map(([what, [from, to], color]): [string, Spoil] => [
    what,
    (photo, face) => photo.composite([cover(face, from, to, color)]),
  ]),
]
console.log(
  'photo               found  genuine below threshold  median similarity  width  sharpness                 exposure  visibility  score  not judged',
)
for (const [label, spoil] of spoils) {
  const spoilt = await Promise.all(
    photos.map(({ photo }, i) => spoil(sharp(photo), good[i]!).png().toBuffer()),
  )
  const faces: (Face | undefined)[] = []
  for await (const each of agnize.analyzeEach(spoilt))
    faces.push('error' in each ? undefined : each.result.faces[0])
  const found = faces.filter((face) => face !== undefined)
  const genuine = faces.flatMap((face, i) =>
    face
      ? good
          .filter((_, k) => k !== i && photos[k]!.name === photos[i]!.name)
          .map((other) => cosine(face.embedding, other.embedding))
      : [],
  )
  const middle = (pick: (face: Face) => number) =>
    found.length ? median(found.map(pick)).toFixed(2) : '–'
  console.log(
    [
      label.padEnd(20),
      `${found.length}/50`.padEnd(7),
      `${((100 * genuine.filter((s) => s < threshold).length) / Math.max(1, genuine.length)).toFixed(1)} %`.padEnd(
        25,
      ),
      (genuine.length ? median(genuine).toFixed(3) : '–').padEnd(19),
      (found.length ? median(found.map(({ box }) => box.width)).toFixed(0) : '–').padEnd(7),
      middle(({ quality }) => quality.sharpness).padEnd(26),
      middle(({ quality }) => quality.exposure).padEnd(10),
      middle(({ quality }) => quality.visibility).padEnd(12),
      middle(({ quality }) => quality.score).padEnd(7),
      `${found.filter(({ quality }) => quality.score === 0).length}`,
    ].join(''),
  )
}
process.exit(0)

/** An occlusion over a horizontal band of the face; `from` and `to` are fractions of the distance from brow to chin. */
function cover({ box }: Face, from: number, to: number, background: string): OverlayOptions {
  const left = Math.max(0, box.x - 5)
  const top = Math.max(0, Math.round(box.y + from * box.height))
  const width = Math.min(250 - left, box.width + 10)
  const height = Math.min(250 - top, Math.round((to - from) * box.height))
  return { input: { create: { width, height, channels: 3, background } }, left, top }
}
