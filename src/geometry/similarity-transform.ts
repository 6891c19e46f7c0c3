/** A point, x to the right and y down, in pixels. */
export type Point = readonly [x: number, y: number]

/**
 * Rotation, uniform scale and translation: (x, y) ↦ (a·x − b·y + tx, b·x + a·y + ty).
 */
export interface SimilarityTransform {
  readonly a: number
  readonly b: number
  readonly tx: number
  readonly ty: number
}

/**
 * The similarity transform that maps `from` to `to` with the least sum of squared distances.
 *
 * Umeyama's method (1991). In the plane and without reflection it has this closed form: with points as complex
 * numbers around their means, the factor is Σ conj(from)·to / Σ |from|².
 *
 * @param from - At least two points that do not coincide.
 * @param to - As many points as `from`.
 */
export function fitSimilarity(from: readonly Point[], to: readonly Point[]): SimilarityTransform {
  const n = from.length
  let fromX = 0
  let fromY = 0
  let toX = 0
  let toY = 0
  for (let i = 0; i < n; i++) {
    fromX += from[i]![0] / n
    fromY += from[i]![1] / n
    toX += to[i]![0] / n
    toY += to[i]![1] / n
  }
  let real = 0
  let imaginary = 0
  let norm = 0
  for (let i = 0; i < n; i++) {
    const px = from[i]![0] - fromX
    const py = from[i]![1] - fromY
    const qx = to[i]![0] - toX
    const qy = to[i]![1] - toY
    real += px * qx + py * qy
    imaginary += px * qy - py * qx
    norm += px * px + py * py
  }
  const a = norm === 0 ? 1 : real / norm
  const b = norm === 0 ? 0 : imaginary / norm
  return { a, b, tx: toX - a * fromX + b * fromY, ty: toY - b * fromX - a * fromY }
}

/** Applies the transform to a point. */
export function transformPoint(t: SimilarityTransform, [x, y]: Point): Point {
  return [t.a * x - t.b * y + t.tx, t.b * x + t.a * y + t.ty]
}

/** The transform that applies `first`, then `second`. */
export function compose(
  first: SimilarityTransform,
  second: SimilarityTransform,
): SimilarityTransform {
  const [tx, ty] = transformPoint(second, [first.tx, first.ty])
  return {
    a: second.a * first.a - second.b * first.b,
    b: second.b * first.a + second.a * first.b,
    tx,
    ty,
  }
}

/** Turns by an angle, clockwise in pixels, and enlarges by a factor around a point. */
export function around([x, y]: Point, degrees: number, scale: number): SimilarityTransform {
  const radians = (degrees * Math.PI) / 180
  const a = scale * Math.cos(radians)
  const b = scale * Math.sin(radians)
  return { a, b, tx: x - a * x + b * y, ty: y - b * x - a * y }
}

/** The inverse transform. */
export function invert(t: SimilarityTransform): SimilarityTransform {
  const norm = t.a * t.a + t.b * t.b
  const a = t.a / norm
  const b = -t.b / norm
  return { a, b, tx: -a * t.tx + b * t.ty, ty: -b * t.tx - a * t.ty }
}

/** Scale factor of the transform. */
export function scaleOf(t: SimilarityTransform): number {
  return Math.hypot(t.a, t.b)
}
