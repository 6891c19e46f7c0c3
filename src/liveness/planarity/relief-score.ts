import { headOffset, headWeights } from './head-weights.js'
import type { Turn } from './turn.js'

/**
 * How much a turn is a head's rather than a bent photo's: about 1 for a head, about -1 for a photo. A photo has to be turned farther than a head
 * until its nose has moved as far, and is narrowed by that; what is narrowed in which face is weighed by Fisher's linear discriminant, since no two
 * points move with the same noise.
 */
export function reliefScore({ straight, turned }: Turn): number {
  return headWeights.reduce((sum, [sx, sy, tx, ty], i) => {
    const [[x, y], [u, v]] = [straight[i]!, turned[i]!]
    return sum + sx * x + sy * y + tx * u + ty * v
  }, headOffset)
}
