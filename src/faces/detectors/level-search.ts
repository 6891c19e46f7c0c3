import { aroundMiddle, type Box, contains, iou } from '../../geometry/box.js'
import type { TurnedPicture } from '../../image/turned-picture.js'
import type { Candidate, InputSize } from './candidate.js'
import type { Detail } from './detail.js'
import { type DetectionNetwork, look } from './look.js'
import { suppress } from './suppress.js'

/**
 * Longer side of the picture in the first pass, in pixels of the network's input: at least the first number, at most the
 * second. Of 77 photos of masks YuNet misses 3 at 320 pixels and none at 256; at 320 it sees smaller faces. bench:detection counts what is missed.
 */
const firstSide = { least: 256, most: 320 } as const
/** Longer side of the picture in the pass from afar, and side of the black square around it, in pixels of the input. Judgment. */
const afar = { picture: 160, square: 256 } as const
/** A face wider or taller than this share of the picture is also looked at from afar. Judgment. */
const closeUpShare = { width: 0.6, height: 0.8 } as const
/** `auto` searches the next level while the smallest face is narrower than this multiple of the narrowest that is seen. Judgment. */
const smallFace = 2.6
/**
 * Pixels of the finest level, unless that is less than half the picture's scale; finer only around doubtful small faces.
 * Judgment: at half the scale of 12 megapixels YuNet finds 2 of 50 faces of 16 pixels, at 0.7 of it 23 (bench:detail).
 */
const finestPixels = 12.5e6
/** Score from which a small box of the finest level is looked at again in the picture's own pixels. Judgment. */
const doubtfulScore = 0.3
/** Side of the square of the picture's own pixels around a doubtful face. Judgment: four times the widest doubtful face. */
const closerLook = 128
/** Most doubtful faces that are looked at again, the best first. Judgment: a second of work. */
const mostDoubtful = 300
/** Largest input of one pass, in pixels a side; a larger level is cut into tiles. Judgment: it bounds the memory. */
const largestTile = 2048
/** Overlap of neighboring tiles in widths of the narrowest face: a wider face is seen whole by a coarser level. Judgment. */
const tileOverlap = 16

/** Looks once at a picture whose face is expected to take a good part of it. */
export function glanceAtLevel(
  picture: TurnedPicture,
  network: DetectionNetwork,
  enlargement: number,
): Promise<Candidate[]> {
  const { width, height } = picture
  const scale = firstSide.least / Math.max(width, height)
  const size = inputFor({ width: width * scale, height: height * scale }, network)
  const region = aroundMiddle(picture, size.width / scale, size.height / scale)
  return look(picture, region, size, network, { enlargement })
}

/**
 * Detects the faces of a picture with a network that sees faces of many sizes: coarse levels first, then finer ones.
 *
 * @returns In pixels of the picture, best score first; each face once.
 */
export async function searchLevels(
  picture: TurnedPicture,
  network: DetectionNetwork,
  detail: Detail,
): Promise<Candidate[]> {
  const longest = Math.max(picture.width, picture.height)
  const [narrowest] = network.card.faceWidths
  const finest = Math.min(
    1,
    Math.max(0.5, Math.sqrt(finestPixels / (picture.width * picture.height))),
  )
  let scale = Math.max(firstSide.least, Math.min(firstSide.most, longest)) / longest
  let newest = await lookAtLevel(picture, scale, network)
  let found = newest
  if (found.length === 0 || found.some(({ box }) => fills(box, picture))) {
    found = suppress([...found, ...(await lookFromAfar(picture, network))])
  }
  if (detail === 'fast') return found
  while (scale < finest) {
    const small = (smallFace * narrowest) / scale
    if (detail === 'auto' && newest.length > 0 && newest.every(({ box }) => box.width >= small))
      break
    // A finer level sees what this one misses, so long as the widest face it sees is wider than the narrowest that this one sees.
    const step = detail === 'auto' ? 2 : tileOverlap
    scale = Math.min(finest, step * scale)
    newest =
      scale === finest && finest < 1
        ? await lookWithDoubts(picture, scale, network)
        : await lookAtLevel(picture, scale, network)
    found = suppress([...found, ...newest])
  }
  return found
}

const fills = (box: Box, { width, height }: InputSize): boolean =>
  box.width > closeUpShare.width * width || box.height > closeUpShare.height * height

/** Looks at the whole picture at a scale, and again at its own pixels where a small box is doubtful. */
async function lookWithDoubts(
  picture: TurnedPicture,
  scale: number,
  network: DetectionNetwork,
): Promise<Candidate[]> {
  const { minScore, faceWidths } = network.card
  const all = await lookAtLevel(picture, scale, network, Math.min(doubtfulScore, minScore))
  const found = all.filter(({ score }) => score >= minScore)
  const doubtful = all
    .filter(({ score, box }) => score < minScore && box.width * scale < 2 * faceWidths[0])
    .slice(0, mostDoubtful)
  for (const { box } of doubtful) {
    const [x, y] = [box.x + box.width / 2, box.y + box.height / 2]
    if (found.some((face) => contains(face.box, x, y))) continue
    const half = closerLook / 2
    const region = { x: x - half, y: y - half, width: closerLook, height: closerLook }
    const closer = await look(picture, region, inputFor(region, network), network)
    found.push(...closer.filter((face) => iou(face.box, box) > 0.3))
  }
  return suppress(found)
}

/** Looks at the whole picture at a scale, in tiles where it is large. */
async function lookAtLevel(
  picture: TurnedPicture,
  scale: number,
  network: DetectionNetwork,
  minScore?: number,
): Promise<Candidate[]> {
  const level = { width: picture.width * scale, height: picture.height * scale }
  const size = inputFor(
    { width: Math.min(largestTile, level.width), height: Math.min(largestTile, level.height) },
    network,
  )
  const overlap = tileOverlap * network.card.faceWidths[0]
  const found: Candidate[] = []
  for (const y of offsets(level.height, size.height, overlap)) {
    for (const x of offsets(level.width, size.width, overlap)) {
      const tile = {
        x: x / scale,
        y: y / scale,
        width: size.width / scale,
        height: size.height / scale,
      }
      const seen = await look(picture, tile, size, network, { minScore })
      found.push(...seen.filter(({ box }) => !isCut(box, tile, picture)))
    }
  }
  return suppress(found)
}

/** Whether an inner edge of a tile cuts the box; a neighboring tile or a coarser level shows such a face whole. */
function isCut(box: Box, tile: Box, { width, height }: InputSize): boolean {
  return (
    (box.x < tile.x && tile.x > 0) ||
    (box.y < tile.y && tile.y > 0) ||
    (box.x + box.width > tile.x + tile.width && tile.x + tile.width < width) ||
    (box.y + box.height > tile.y + tile.height && tile.y + tile.height < height)
  )
}

/** Looks at the picture from afar: small, in the middle of a black square, as a network sees faces that fill the picture. */
function lookFromAfar(picture: TurnedPicture, network: DetectionNetwork): Promise<Candidate[]> {
  const scale = afar.picture / Math.max(picture.width, picture.height)
  const size = inputFor({ width: afar.square, height: afar.square }, network)
  const region = aroundMiddle(picture, size.width / scale, size.height / scale)
  return look(picture, region, size, network)
}

/** The smallest input of the network that holds an area; its only input where the size is fixed. */
function inputFor({ width, height }: InputSize, { card }: DetectionNetwork): InputSize {
  const { multiple, input } = card
  if (multiple === null) return input
  const rounded = (side: number) => Math.max(1, Math.ceil(side / multiple)) * multiple
  return { width: rounded(width), height: rounded(height) }
}

/** Start offsets of tiles along an axis: they cover its length, overlap enough and are evenly spaced. */
function offsets(length: number, tile: number, overlap: number): number[] {
  if (length <= tile) return [(length - tile) / 2]
  const count = Math.ceil((length - tile) / (tile - overlap)) + 1
  return Array.from({ length: count }, (_, i) => ((length - tile) * i) / (count - 1))
}
