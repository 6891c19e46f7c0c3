import { type Box, squareAround } from '../geometry/box.js'
import type { RgbImage } from '../image/rgb-image.js'
import type { TurnedPicture } from '../image/turned-picture.js'
import type { LivenessCard } from '../models/card.js'

/**
 * The square that a liveness network sees: the face with its surroundings.
 *
 * @param picture - The picture turned so that the face is upright.
 * @param box - The face, in pixels of the picture before it was turned.
 */
export async function cropForLiveness(
  picture: TurnedPicture,
  box: Box,
  { crop, border, input }: Pick<LivenessCard, 'crop' | 'border' | 'input'>,
): Promise<RgbImage> {
  if (border === 'inside') {
    return picture.resize(squareInside(picture, box, crop), input.width, input.height)
  }
  const square = squareAround(picture.boxFromPicture(box), crop)
  const sampled = await picture.resize(square, input.width, input.height)
  return reflected(sampled, insideOf(square, picture, input))
}

/** How much of its surroundings a picture shows of a face: side of the square around it, as a multiple of its longer side. */
export function surroundings(picture: Picture, box: Box, crop: number): number {
  return squareInside(picture, box, crop).width / Math.max(box.width, box.height)
}

type Picture = Pick<TurnedPicture, 'width' | 'height' | 'boxFromPicture'>

/** The square around a face, moved into the picture and shrunk where the picture is smaller, as Silent-Face-Anti-Spoofing does. */
function squareInside(picture: Picture, box: Box, crop: number): Box {
  const around = squareAround(picture.boxFromPicture(box), crop)
  const side = Math.min(around.width, picture.width, picture.height)
  const moved = (middle: number, end: number) =>
    Math.max(0, Math.min(end - side, middle - side / 2))
  return {
    x: moved(around.x + around.width / 2, picture.width),
    y: moved(around.y + around.height / 2, picture.height),
    width: side,
    height: side,
  }
}

/** First and last column and row of a crop that show the picture. */
interface Inside {
  readonly left: number
  readonly right: number
  readonly top: number
  readonly bottom: number
}

function insideOf(
  square: Box,
  picture: { readonly width: number; readonly height: number },
  crop: { readonly width: number; readonly height: number },
): Inside {
  const [left, right] = range(square.x, square.width, picture.width, crop.width)
  const [top, bottom] = range(square.y, square.height, picture.height, crop.height)
  return { left, right, top, bottom }
}

/** First and last of `count` samples from `start` over `side` pixels whose pixel lies in 0…`end`. */
function range(start: number, side: number, end: number, count: number): [number, number] {
  const step = side / count
  const first = Math.ceil(-start / step)
  const last = Math.floor((end - start) / step) - 1
  return [Math.max(0, first), Math.min(count - 1, Math.max(first, last))]
}

/** Fills what is outside with the mirror image of what is inside, as OpenCV's BORDER_REFLECT_101 does. */
function reflected({ width, height, data }: RgbImage, inside: Inside): RgbImage {
  const { left, right, top, bottom } = inside
  if (left === 0 && top === 0 && right === width - 1 && bottom === height - 1) {
    return { width, height, data }
  }
  const columns = Array.from({ length: width }, (_, x) => mirrored(x, left, right))
  const out = new Uint8Array(data.length)
  for (let y = 0, to = 0; y < height; y++) {
    const row = mirrored(y, top, bottom) * width
    for (let x = 0; x < width; x++, to += 3) {
      const from = 3 * (row + columns[x]!)
      out[to] = data[from]!
      out[to + 1] = data[from + 1]!
      out[to + 2] = data[from + 2]!
    }
  }
  return { width, height, data: out }
}

/** The place in `first`…`last` that a place is the mirror image of. */
function mirrored(at: number, first: number, last: number): number {
  const length = last - first
  if (length <= 0) return first
  const offset = Math.abs(at - first) % (2 * length)
  return first + (offset > length ? 2 * length - offset : offset)
}
