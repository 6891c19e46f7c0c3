import { area, type Box, intersection, overlap } from '../geometry/box.js'
import type { Pyramid } from '../image/pyramid.js'
import { toTensor } from '../image/tensor.js'
import type { DetectionCard } from '../models/card.js'
import type { Session } from '../models/session.js'

/**
 * Effort of the search for small faces.
 *
 * - `fast`: one pass over the whole picture, shrunk to the network's input.
 * - `full`: then tiles, each level twice as fine, down to the picture's own pixels.
 * - `auto`: as `full`, but a finer level is searched only while the level above it found nothing, or faces near its
 *   smallest detectable size.
 */
export type Detail = 'fast' | 'auto' | 'full'

/** A detected face. */
export interface Detection {
  /** In pixels of the upright image; it may extend beyond the image. */
  readonly box: Box
  /** The network's confidence, 0…1. */
  readonly score: number
}

/** Boxes of the same face overlap more than this (intersection over union). */
const sameFace = 0.4
/** A smaller box with more than this share of itself inside a better one is a part of that face. */
const partOfFace = 0.65
/**
 * Share of a tile's width by which neighbors overlap: a face that would be cut by both is too large for the level
 * and seen whole by the coarser one.
 */
const tileOverlap = 0.25
/**
 * `auto` goes on when a level's smallest face is narrower than this share of its tiles: 26 pixels of the network's
 * 320, twice the narrowest that it finds reliably, so that a neighbor at half the size has not been missed.
 */
const smallFace = 0.08
/**
 * A face wider or taller than this share of the picture, or none at all, asks for a look from further away, the
 * picture in a black frame: the network is blind to faces that fill its view, and cuts their boxes, as the ORL set
 * shows (bench/accuracy.ts).
 */
const closeUp = { width: 0.5, height: 0.75 }
/** Width and height of that look, in those of the picture. */
const frame = 1.5
/** Levels of more tiles than this are not looked at; 100 megapixels have 2,400 at the finest. */
const mostTiles = 20_000
/** Tiles less than this many times the network's input are fine enough. */
const fineEnough = 1.5
/**
 * A face found in a tile counts when it is found again, this surely, in its own surroundings of two and of three
 * times its height: without this, `full` takes planks and lamps for faces (bench/detail.ts).
 */
const secondLook = { scales: [2, 3], minScore: 0.8 }

/**
 * Finds the faces of a picture.
 *
 * The network sees 320×240 pixels; faces narrower than about ten of them escape it. Tiles cut through nothing that
 * matters: a box that touches an inner edge is dropped, since a neighbor or the coarser level sees that face whole.
 *
 * @returns Best score first; every face once.
 */
export async function detect(
  pyramid: Pyramid,
  network: { session: Session; card: DetectionCard },
  detail: Detail,
): Promise<Detection[]> {
  const { width, height } = pyramid.image
  const { card } = network
  let found = await look(pyramid, { x: 0, y: 0, width, height }, network)
  const fills = ({ box }: Detection) =>
    box.width > closeUp.width * width || box.height > closeUp.height * height
  if (found.length === 0 || found.some(fills)) {
    found = await lookFromAfar(pyramid, found, network)
  }
  if (detail === 'fast') return found
  let atLevel = found
  let tileWidth = Math.max(width, (height * card.input.width) / card.input.height)
  let tileHeight = (tileWidth * card.input.height) / card.input.width
  while (tileWidth > fineEnough * card.input.width) {
    if (detail === 'auto' && !wantsFiner(atLevel, tileWidth)) break
    tileWidth = Math.max(card.input.width, tileWidth / 2)
    tileHeight = (tileWidth * card.input.height) / card.input.width
    const [rows, columns] = [starts(height, tileHeight), starts(width, tileWidth)]
    if (rows.length * columns.length > mostTiles) break
    atLevel = []
    for (const y of rows) {
      for (const x of columns) {
        const tile = { x, y, width: tileWidth, height: tileHeight }
        const seen = await look(pyramid, tile, network)
        atLevel.push(...seen.filter(({ box }) => !isCut(box, tile, width, height)))
      }
    }
    const kept = new Set(suppress([...found, ...atLevel]))
    const confirmed: Detection[] = []
    for (const detection of atLevel.filter((detection) => kept.has(detection))) {
      const again = await lookAgain(pyramid, detection, network)
      if (again) confirmed.push(again)
    }
    atLevel = confirmed
    found = suppress([...found, ...atLevel])
  }
  return found
}

/** Whole faces where the near look saw cut ones, and the rest of what it saw. */
async function lookFromAfar(
  pyramid: Pyramid,
  near: readonly Detection[],
  network: { session: Session; card: DetectionCard },
): Promise<Detection[]> {
  const { width, height } = pyramid.image
  const border = (frame - 1) / 2
  const region = {
    x: -border * width,
    y: -border * height,
    width: frame * width,
    height: frame * height,
  }
  const far = await look(pyramid, region, network)
  const missed = near.filter(
    ({ box }) =>
      !far.some(
        (whole) =>
          overlap(whole.box, box) > sameFace ||
          intersection(whole.box, box) > partOfFace * Math.min(area(box), area(whole.box)),
      ),
  )
  return suppress([...far, ...missed])
}

/** The same face in its own surroundings, where the network sees it best; undefined when it is none after all. */
async function lookAgain(
  pyramid: Pyramid,
  { box }: Detection,
  network: { session: Session; card: DetectionCard },
): Promise<Detection | undefined> {
  const { input } = network.card
  let again: Detection | undefined
  for (const scale of secondLook.scales) {
    const height = box.height * scale
    const width = (height * input.width) / input.height
    const region = {
      x: box.x + (box.width - width) / 2,
      y: box.y + (box.height - height) / 2,
      width,
      height,
    }
    const seen = await look(pyramid, region, network)
    again = seen.find((detection) => overlap(detection.box, box) > sameFace)
    if (!again || again.score < secondLook.minScore) return undefined
  }
  return again
}

function wantsFiner(detections: readonly Detection[], tileWidth: number): boolean {
  return detections.length === 0 || detections.some(({ box }) => box.width < smallFace * tileWidth)
}

/** Where tiles start so that they cover the length, overlap enough and are spread evenly. */
function starts(length: number, tile: number): number[] {
  if (length <= tile) return [(length - tile) / 2]
  const count = Math.ceil((length - tile) / (tile * (1 - tileOverlap))) + 1
  return Array.from({ length: count }, (_, i) => ((length - tile) * i) / (count - 1))
}

function isCut(box: Box, tile: Box, width: number, height: number): boolean {
  const margin = tile.width / 160
  return (
    (box.x < tile.x + margin && tile.x > 0) ||
    (box.y < tile.y + margin && tile.y > 0) ||
    (box.x + box.width > tile.x + tile.width - margin && tile.x + tile.width < width) ||
    (box.y + box.height > tile.y + tile.height - margin && tile.y + tile.height < height)
  )
}

async function look(
  pyramid: Pyramid,
  region: Box,
  { session, card }: { session: Session; card: DetectionCard },
): Promise<Detection[]> {
  const { width, height } = card.input
  const input = pyramid.resize(region.x, region.y, region.width, region.height, width, height)
  const output = await session.run(toTensor(input, card.input))
  const scores = output.scores!
  const boxes = output.boxes!
  const detections: Detection[] = []
  for (let i = 0; i < scores.length / 2; i++) {
    const score = scores[2 * i + 1]!
    if (score < card.minScore) continue
    const left = region.x + boxes[4 * i]! * region.width
    const top = region.y + boxes[4 * i + 1]! * region.height
    const right = region.x + boxes[4 * i + 2]! * region.width
    const bottom = region.y + boxes[4 * i + 3]! * region.height
    if (right - left < 1 || bottom - top < 1) continue
    detections.push({ box: { x: left, y: top, width: right - left, height: bottom - top }, score })
  }
  return suppress(detections)
}

/** Greedy non-maximum suppression: of boxes on one face, the best scored stays. */
export function suppress(detections: readonly Detection[]): Detection[] {
  const kept: Detection[] = []
  for (const detection of [...detections].sort((a, b) => b.score - a.score)) {
    const { box } = detection
    const doubled = kept.some(
      (better) =>
        overlap(better.box, box) > sameFace ||
        intersection(better.box, box) > partOfFace * box.width * box.height,
    )
    if (!doubled) kept.push(detection)
  }
  return kept
}
