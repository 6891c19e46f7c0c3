import { Halvings, type PixelSource } from './pyramid.js'
import type { Level } from './sample.js'

/** Decodes a photo at 1 / `reduction` of its size; 1 is the whole photo. */
export type LevelDecoder = (reduction: number) => Promise<Level>

/** A decoded level, from which coarser ones are made by halving. */
interface Decoded {
  readonly reduction: number
  readonly halvings: Promise<Halvings>
}

/**
 * Reductions at which photos are decoded, coarsest first. libvips takes the decoder's own reduction (for JPEG, libjpeg's 8, 4 and
 * 2) only where something remains for it to reduce, and the next finer one otherwise: 9, 5 and 3 are the least whole numbers
 * that get those.
 */
const reductions = [9, 5, 3] as const

/**
 * The longer side that the first level has at least, in pixels: from it faces of a twelfth of that side are embedded without another
 * decoding. Judgment; `npm run bench:photos` prints what photos of all sizes take.
 */
const firstSide = 800
/** Sides of a level below this, in pixels, are not decoded, since reductions round them to whole pixels. Judgment. */
const leastSide = 16

/**
 * The levels of an encoded photo whose format can be decoded at a reduced size: the first is decoded at the scale that is needed
 * first, and finer ones when something asks for them.
 */
export class DecodedLevels implements PixelSource {
  readonly #decode: LevelDecoder
  readonly #reductions: readonly number[]
  readonly #decoded: Decoded[] = []
  readonly width: number
  readonly height: number
  decodeTime = 0

  constructor(width: number, height: number, decode: LevelDecoder) {
    this.width = width
    this.height = height
    this.#decode = decode
    const narrow = Math.min(width, height)
    this.#reductions = reductions.filter((by) => narrow >= leastSide * by)
  }

  async level(scale: number, enlargement = 1): Promise<Level> {
    const serving = this.#decoded
      .filter(({ reduction }) => serves(reduction, scale / enlargement))
      .sort((a, b) => b.reduction - a.reduction)[0]
    const { reduction, halvings } = serving ?? this.#add(this.#reductionFor(scale / enlargement))
    return (await halvings).level(scale * reduction)
  }

  #reductionFor(scale: number): number {
    const side = Math.max(this.width, this.height)
    const isFirst = this.#decoded.length === 0
    const fits = (by: number) => serves(by, scale) && !(isFirst && side < firstSide * by)
    return this.#reductions.find(fits) ?? 1
  }

  #add(reduction: number): Decoded {
    const start = performance.now()
    const halvings = this.#decode(reduction).then((level) => {
      this.decodeTime += performance.now() - start
      return new Halvings(level)
    })
    const added = { reduction, halvings }
    this.#decoded.push(added)
    return added
  }
}

/** Whether a level shows the photo at a scale or finer. The whole photo serves every scale. */
function serves(reduction: number, scale: number): boolean {
  return reduction === 1 || reduction * scale <= 1
}
