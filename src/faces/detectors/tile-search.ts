import { area, aroundMiddle, type Box, intersection, iou } from '../../geometry/box.js'
import type { TurnedPicture } from '../../image/turned-picture.js'
import type { Candidate, InputSize } from './candidate.js'
import type { Detail } from './detail.js'
import { type DetectionNetwork, look } from './look.js'
import { nmsContainment, nmsIou, suppress } from './suppress.js'

/**
 * Overlap of neighboring tiles, as a share of their width. Judgment: a face that both tiles cut is large enough for the
 * coarser level to detect it whole.
 */
const tileOverlap = 0.25
/**
 * `auto` searches the next level when a level's smallest face is narrower than this share of its tiles: 26 pixels of the
 * network's 320, twice the narrowest face that it finds reliably, so that no face of half the size is missed. Judgment; bench/detail.ts prints what each effort finds and takes.
 */
const smallFace = 0.08
/**
 * A face wider or taller than this share of the image, or no face at all, leads to another pass on the image with a black
 * border: the network misses faces that fill its input, or truncates their boxes, as the ORL set shows (bench/accuracy.ts). The shares are a judgment.
 */
const closeUpShare = { width: 0.5, height: 0.75 }
/**
 * Pictures whose longer side has at most this many pixels get that pass first: in crops of faces the network takes lenses of glasses for
 * faces (72 of 4,364 boxes in 4,358 crops of UTKFace; npm run bench:detection), and of 1,050 pairs of one person in LFW 13 are missed at the
 * card's threshold with that pass, 19 without it. Where it shows a clear face of somebody near, the pass without a border adds none of those meant in 1,239 photos of LFW and 872 of
 * UTKFace, but faces that the edge cuts (67 boxes in LFW); where all are far away, or at `full`, it follows, since it shows smaller ones. Judgment: the network's own input.
 */
const smallPicture = 320
/** Share of the height of a small picture from which on a face is near: in photos of LFW a face takes 0.4 of it. Judgment. */
const portraitShare = 0.3
/**
 * Sizes of the bordered image relative to the image; the second is tried where the first shows nothing. Of 77 close photos of masks one pass at 1.5 finds 62, at
 * 1.5 in the shape of the input 71, and with one at 3 where that finds none 75.
 */
const borderScale = 1.5
const farBorder = 3
/** Levels with more tiles than this are not searched; 100 megapixels have 2,400 tiles at the finest level. Judgment. */
const maxTiles = 20_000
/** The search ends at tiles no wider than this multiple of the network's input. Judgment. */
const minTileScale = 1.5
/**
 * A face found in a tile must be confirmed with this score in crops around it of two and of three times its height: without
 * the confirmation, `full` reports planks and lamps as faces (bench/detail.ts). The scales and the score are a judgment.
 */
const confirmation = { scales: [2, 3], minScore: 0.8 }
/** A box within this share of a tile's width from an inner edge is cut by it: two pixels of the network's input. Judgment. */
const cutMargin = 1 / 160

/**
 * Detects the faces of an image.
 *
 * The network's input is 320×240 pixels; it misses faces narrower than about ten of them. A box that touches an inner edge of
 * a tile is dropped, since a neighboring tile or the coarser level contains the whole face.
 *
 * @returns Best score first; each face once.
 */
export async function searchTiles(
  picture: TurnedPicture,
  network: DetectionNetwork,
  detail: Detail,
): Promise<Candidate[]> {
  const { width, height } = picture
  const { card } = network
  let found = await detectInWhole(picture, network, detail)
  if (detail === 'fast') return found
  let seen = found
  let [tileWidth, tileHeight] = inputShape(picture, network)
  while (tileWidth > minTileScale * card.input.width) {
    if (detail === 'auto' && !needsFinerLevel(seen, tileWidth)) break
    const clear = found.filter(({ box }) => !isSmall(box, tileWidth))
    tileWidth = Math.max(card.input.width, tileWidth / 2)
    tileHeight = (tileWidth * card.input.height) / card.input.width
    const [rows, columns] = [tileOffsets(height, tileHeight), tileOffsets(width, tileWidth)]
    if (rows.length * columns.length > maxTiles) break
    const inTiles: Candidate[] = []
    for (const y of rows) {
      for (const x of columns) {
        const tile = { x, y, width: tileWidth, height: tileHeight }
        const boxes = await detectIn(picture, tile, network)
        inTiles.push(...boxes.filter(({ box }) => !isCut(box, tile, width, height)))
      }
    }
    // What the coarser level shows well needs no other look.
    const isKnown = ({ box }: Candidate) => clear.some((face) => iou(face.box, box) > nmsIou)
    seen = inTiles.filter(isKnown)
    const others = inTiles.filter((face) => !isKnown(face))
    const kept = new Set(suppress([...found, ...others]))
    const confirmed: Candidate[] = []
    for (const face of others.filter((face) => kept.has(face))) {
      const again = await confirm(picture, face, network)
      if (again) confirmed.push(again)
    }
    seen.push(...confirmed)
    found = suppress([...found, ...confirmed])
  }
  return found
}

/** Detects the faces that one pass over the whole picture shows, and others where that leaves a doubt. */
async function detectInWhole(
  picture: TurnedPicture,
  network: DetectionNetwork,
  detail: Detail,
): Promise<Candidate[]> {
  const { width, height } = picture
  const whole = () => detectIn(picture, { x: 0, y: 0, width, height }, network)
  const withBorder = () => {
    const frame = inputShape(enlarged(picture, borderScale), network)
    return detectIn(picture, aroundMiddle(picture, ...frame), network)
  }
  const far = () => detectIn(picture, enlarged(picture, farBorder), network)
  const fills = ({ box }: Candidate) =>
    box.width > closeUpShare.width * width || box.height > closeUpShare.height * height
  let bordered: Candidate[] | undefined
  if (Math.max(width, height) <= smallPicture) {
    bordered = await withBorder()
    const isPortrait = ({ box, score }: Candidate) =>
      score >= network.card.clearScore && box.height > portraitShare * height
    if (detail !== 'full' && bordered.some(isPortrait)) return bordered
  }
  let found = await whole()
  if (bordered || found.length === 0 || found.some(fills)) {
    found = withMissed(bordered ?? (await withBorder()), found)
  }
  return found.length > 0 ? found : far()
}

/** Faces seen with a border, and those that were seen only without it. */
function withMissed(withBorder: readonly Candidate[], without: readonly Candidate[]): Candidate[] {
  const missed = without.filter(
    ({ box }) =>
      !withBorder.some(
        (found) =>
          iou(found.box, box) > nmsIou ||
          intersection(found.box, box) > nmsContainment * Math.min(area(box), area(found.box)),
      ),
  )
  return suppress([...withBorder, ...missed])
}

/** The picture with a black border, which multiplies its sides by a factor. */
const enlarged = (picture: TurnedPicture, factor: number): Box =>
  aroundMiddle(picture, factor * picture.width, factor * picture.height)

/** Width and height of the smallest rectangle of the input's shape that holds an area: faces in it keep their shape. */
function inputShape(
  { width, height }: InputSize,
  { card: { input } }: DetectionNetwork,
): [width: number, height: number] {
  const wide = Math.max(width, (height * input.width) / input.height)
  return [wide, (wide * input.height) / input.width]
}

/** Looks once at a picture whose face is expected to take a good part of it. */
export function glanceInTile(
  picture: TurnedPicture,
  network: DetectionNetwork,
  enlargement: number,
): Promise<Candidate[]> {
  const region = aroundMiddle(picture, ...inputShape(picture, network))
  return look(picture, region, network.card.input, network, { enlargement })
}

/** Detects the face again in crops around it, where the network sees it best; undefined where it is not confirmed. */
async function confirm(
  picture: TurnedPicture,
  { box }: Candidate,
  network: DetectionNetwork,
): Promise<Candidate | undefined> {
  const { input } = network.card
  let again: Candidate | undefined
  for (const scale of confirmation.scales) {
    const height = box.height * scale
    const width = (height * input.width) / input.height
    const region = {
      x: box.x + (box.width - width) / 2,
      y: box.y + (box.height - height) / 2,
      width,
      height,
    }
    const seen = await detectIn(picture, region, network)
    again = seen.find((detection) => iou(detection.box, box) > nmsIou)
    if (!again || again.score < confirmation.minScore) return undefined
  }
  return again
}

const needsFinerLevel = (seen: readonly Candidate[], tileWidth: number) =>
  seen.length === 0 || seen.some(({ box }) => isSmall(box, tileWidth))

const isSmall = (box: Box, tileWidth: number) => box.width < smallFace * tileWidth

/** Start offsets of tiles along an axis: they cover its length, overlap enough and are evenly spaced. */
function tileOffsets(length: number, tile: number): number[] {
  if (length <= tile) return [(length - tile) / 2]
  const count = Math.ceil((length - tile) / (tile * (1 - tileOverlap))) + 1
  return Array.from({ length: count }, (_, i) => ((length - tile) * i) / (count - 1))
}

function isCut(box: Box, tile: Box, width: number, height: number): boolean {
  const margin = cutMargin * tile.width
  return (
    (box.x < tile.x + margin && tile.x > 0) ||
    (box.y < tile.y + margin && tile.y > 0) ||
    (box.x + box.width > tile.x + tile.width - margin && tile.x + tile.width < width) ||
    (box.y + box.height > tile.y + tile.height - margin && tile.y + tile.height < height)
  )
}

const detectIn = (picture: TurnedPicture, region: Box, network: DetectionNetwork) =>
  look(picture, region, network.card.input, network)
