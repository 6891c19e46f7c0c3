/** Makes the pictures of docs/how-it-works.md from stock photos, and that of docs/accuracy.md from its table: `npm run docs:pictures`. */
import { readFileSync, statSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import sharp from 'sharp'
import type { RgbImage } from '../dist/index.js'
import { blank, colors, disc, fill, type Line, outline, place, scaled, write } from './drawing.js'
import { groupsPicture } from './groups-picture.js'
import { type WalkedFace, walk } from './photo-walk.js'

const folder = 'docs/images'
const { enrolled, probe } = await walk()
const [anna] = enrolled.faces as [WalkedFace]
const threshold = probe.faces[0]!.threshold.value
const colorOf = ({ answer }: WalkedFace) => (answer === 'match' ? colors.match : colors.unknown)

async function save(name: string, picture: RgbImage): Promise<void> {
  const path = join(folder, name)
  const { width, height, data } = picture
  await sharp(data, { raw: { width, height, channels: 3 } })
    .jpeg({ quality: 80 })
    .toFile(path)
  console.log(`${path}: ${width} × ${height}, ${Math.round(statSync(path).size / 1000)} kB`)
}

async function detection(): Promise<RgbImage> {
  const picture = await scaled(probe.image, 720)
  const scale = picture.width / probe.image.width
  const labels = probe.faces.map(({ box, detectionScore }) => {
    const [x, y] = [box.x * scale, box.y * scale]
    outline(picture, { x, y, width: box.width * scale, height: box.height * scale }, colors.point)
    const text = `${box.width} × ${box.height} px, score ${detectionScore.toFixed(2)}`
    return { text, x: x - 20, y: y - 22, size: 14, background: colors.point }
  })
  return write(picture, labels)
}

/** A face with its surroundings, enlarged, and its points in the same scale. */
async function closeUp({ box }: WalkedFace, side: number) {
  const around = Math.round(1.3 * Math.max(box.width, box.height))
  const left = Math.round(box.x + box.width / 2 - around / 2)
  const top = Math.round(box.y + box.height / 2 - around / 2)
  const { width, height, data } = probe.image
  const cut = await sharp(data, { raw: { width, height, channels: 3 } })
    .extract({ left, top, width: around, height: around })
    .raw()
    .toBuffer()
  const picture = await scaled({ width: around, height: around, data: cut }, side)
  return {
    picture,
    at: (value: number, edge: 'x' | 'y') => ((value - (edge === 'x' ? left : top)) * side) / around,
  }
}

async function landmarks(): Promise<RgbImage> {
  const side = 232
  const row = blank(3 * side + 24, side)
  for (const [i, face] of probe.faces.entries()) {
    const { picture, at } = await closeUp(face, side)
    for (const [x, y] of face.points) disc(picture, at(x, 'x'), at(y, 'y'), 2.5, colors.point)
    for (const [x, y] of face.landmarks) disc(picture, at(x, 'x'), at(y, 'y'), 4.5, colors.landmark)
    place(row, picture, i * (side + 12), 0)
  }
  return row
}

async function aligned(): Promise<RgbImage> {
  const side = 168
  const faces = [anna, ...probe.faces]
  const row = blank(faces.length * (side + 14) - 14, side + 34)
  const lines: Line[] = []
  for (const [i, face] of faces.entries()) {
    const x = i * (side + 14)
    place(row, await scaled(face.aligned, side), x, 0)
    const text = face === anna ? 'Anna, enrolled' : `face ${i} at the door`
    lines.push({ text, x: x + side / 2, y: side + 12, size: 15, centered: true })
  }
  return write(row, lines)
}

/** An embedding as cells, from violet (negative) over white to green (positive). */
function cells(vector: Float32Array, columns: number, cell: number): RgbImage {
  const rows = Math.ceil(vector.length / columns)
  const picture = blank(columns * cell, rows * cell)
  const strongest = Math.max(...vector.map(Math.abs))
  for (const [i, value] of vector.entries()) {
    const color = value < 0 ? colors.unknown : colors.match
    const share = Math.abs(value) / strongest
    const mixed = color.map((part) => Math.round(255 + (part - 255) * share))
    const [x, y] = [(i % columns) * cell, Math.floor(i / columns) * cell]
    fill(picture, { x, y, width: cell, height: cell }, mixed as unknown as typeof colors.paper)
  }
  return picture
}

async function embeddings(): Promise<RgbImage> {
  const side = 90
  const faces = [anna, ...probe.faces]
  const height = side + 16
  const picture = blank(720, faces.length * height - 16)
  const lines: Line[] = []
  for (const [i, face] of faces.entries()) {
    const y = i * height
    place(picture, await scaled(face.aligned, side), 0, y)
    place(picture, cells(face.embedding.vector, 64, 7), side + 16, y + 17)
    const text = face === anna ? 'enrolled: Anna' : `${face.similarity!.toFixed(2)} to Anna`
    lines.push({ text, x: side + 16 + 448 + 14, y: y + 36, size: 15 })
  }
  return write(picture, lines)
}

async function decision(): Promise<RgbImage> {
  const [width, height, line] = [720, 170, 116]
  const picture = blank(width, height)
  const at = (similarity: number) => 30 + (width - 60) * similarity
  fill(picture, { x: at(0), y: line, width: at(1) - at(0), height: 3 }, colors.gray)
  fill(picture, { x: at(threshold), y: 14, width: 2, height: line - 14 }, colors.ink)
  const lines: Line[] = [
    { text: `threshold ${threshold.toFixed(2)}`, x: at(threshold) + 10, y: 14, size: 15 },
    {
      text: 'unknown',
      x: at(threshold / 2),
      y: line + 34,
      size: 15,
      color: colors.unknown,
      centered: true,
    },
    {
      text: 'match',
      x: at((1 + threshold) / 2),
      y: line + 34,
      size: 15,
      color: colors.match,
      centered: true,
    },
  ]
  for (const mark of [0, 0.2, 0.4, 0.6, 0.8, 1]) {
    fill(picture, { x: at(mark), y: line - 3, width: 1, height: 9 }, colors.ink)
    lines.push({ text: mark.toFixed(1), x: at(mark), y: line + 10, size: 12, centered: true })
  }
  for (const face of probe.faces) {
    const x = Math.round(at(face.similarity!))
    place(picture, await scaled(face.aligned, 56), x - 28, line - 66)
    fill(picture, { x: x - 1, y: line - 10, width: 3, height: 10 }, colorOf(face))
    lines.push({
      text: `${face.subject?.name ?? ''} ${face.similarity!.toFixed(2)}`,
      x,
      y: line - 88,
      size: 14,
      color: colorOf(face),
      centered: true,
    })
  }
  return write(picture, lines)
}

await save('how-detection.jpg', await detection())
await save('how-landmarks.jpg', await landmarks())
await save('how-alignment.jpg', await aligned())
await save('how-embeddings.jpg', await embeddings())
await save('how-decision.jpg', await decision())
writeFileSync(
  join(folder, 'accuracy-groups.svg'),
  groupsPicture(readFileSync('docs/accuracy.md', 'utf8')),
)
