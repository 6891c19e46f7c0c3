/** Makes the moving picture of the README from stock photos: `npm run readme:gif`. */
import { statSync } from 'node:fs'
import { mkdir } from 'node:fs/promises'
import sharp from 'sharp'
import type { RgbImage } from '../dist/index.js'
import { blank, colors, disc, fill, type Line, outline, place, scaled, write } from './drawing.js'
import { type WalkedFace, walk } from './photo-walk.js'

const file = 'docs/images/recognize.gif'
const width = 640
const strip = 56

const { enrolled, probe } = await walk()
const photo = await scaled(probe.image, width)
const scale = width / probe.image.width
const height = photo.height + strip
const boxOf = ({ box }: WalkedFace) => ({
  x: box.x * scale,
  y: box.y * scale,
  width: box.width * scale,
  height: box.height * scale,
})
const colorOf = ({ answer }: WalkedFace) => (answer === 'match' ? colors.match : colors.unknown)
const threshold = probe.faces[0]!.threshold.value

/** The photo above a strip with a caption. */
function frame(): RgbImage {
  const picture = blank(width, height)
  place(picture, photo, 0, 0)
  return picture
}

/** Writes the caption, with the name of the stage, and labels. */
const captioned = (picture: RgbImage, stage: string, text: string, labels: readonly Line[] = []) =>
  write(picture, [
    { text: `<b>${stage}</b>  ${text}`, x: 16, y: photo.height + 19, size: 17 },
    ...labels,
  ])

/** A label above a face. */
const above = (face: WalkedFace, text: string): Line => {
  const { x, y } = boxOf(face)
  return { text, x: x + 5, y: y - 22, size: 17, color: colors.paper, background: colorOf(face) }
}

async function photoFrame(): Promise<RgbImage> {
  const picture = frame()
  const portrait = await scaled(enrolled.faces[0]!.aligned, 84)
  place(picture, portrait, width - 100, photo.height + strip - 100)
  outline(
    picture,
    { x: width - 103, y: photo.height + strip - 103, width: 90, height: 90 },
    colors.match,
  )
  return captioned(picture, 'Photo', 'Who is in it? Anna is enrolled, from another photo.')
}

function detectFrame(): Promise<RgbImage> {
  const picture = frame()
  for (const face of probe.faces) outline(picture, boxOf(face), colors.point)
  return captioned(picture, 'Detect', `${probe.faces.length} faces`)
}

function landmarksFrame(): Promise<RgbImage> {
  const picture = frame()
  for (const face of probe.faces) {
    outline(picture, boxOf(face), colors.point)
    for (const [x, y] of face.points) disc(picture, x * scale, y * scale, 1.6, colors.point)
  }
  return captioned(picture, 'Landmarks', `${probe.faces[0]!.points.length} points on each face`)
}

async function alignFrame(): Promise<RgbImage> {
  const picture = frame()
  for (const face of probe.faces) {
    const { x, y, width: side } = boxOf(face)
    const chip = await scaled(face.aligned, 112)
    const [left, top] = [Math.round(x + side / 2 - 56), Math.round(y - 8)]
    fill(picture, { x: left - 3, y: top - 3, width: 118, height: 118 }, colors.paper)
    place(picture, chip, left, top)
  }
  return captioned(picture, 'Align', 'upright, with eyes and mouth where the network expects them')
}

function compareFrame(): Promise<RgbImage> {
  const picture = frame()
  for (const face of probe.faces) outline(picture, boxOf(face), colorOf(face))
  return captioned(
    picture,
    'Compare',
    `similarity to Anna; the threshold is ${threshold.toFixed(2)}`,
    probe.faces.map((face) => above(face, face.similarity!.toFixed(2))),
  )
}

function answerFrame(): Promise<RgbImage> {
  const picture = frame()
  for (const face of probe.faces) outline(picture, boxOf(face), colorOf(face))
  return captioned(
    picture,
    'Answer',
    'Anna has a name. Strangers get none.',
    probe.faces.map((face) => above(face, face.subject?.name ?? face.answer)),
  )
}

const frames = [
  { picture: await photoFrame(), seconds: 2.5 },
  { picture: await detectFrame(), seconds: 1.5 },
  { picture: await landmarksFrame(), seconds: 1.5 },
  { picture: await alignFrame(), seconds: 2 },
  { picture: await compareFrame(), seconds: 2.5 },
  { picture: await answerFrame(), seconds: 4 },
]
await mkdir('docs/images', { recursive: true })
const encoded = await Promise.all(
  frames.map(({ picture }) =>
    sharp(picture.data, { raw: { width, height, channels: 3 } })
      .png()
      .toBuffer(),
  ),
)
await sharp(encoded, { join: { animated: true } })
  .gif({
    delay: frames.map(({ seconds }) => 1000 * seconds),
    loop: 0,
    effort: 10,
    dither: 0.7,
    interFrameMaxError: 6,
  })
  .toFile(file)
console.log(`${file}: ${frames.length} frames, ${(statSync(file).size / 1e6).toFixed(2)} MB`)
