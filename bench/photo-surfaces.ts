import type { RgbImage } from '../dist/image/rgb-image.js'

/** A point in space: x to the right, y down, z towards the camera. */
export type Point3 = readonly [x: number, y: number, z: number]

/** Where a point of a photo lies in space; (0, 0) is the middle, in pixels of the photo. */
export type Surface = (x: number, y: number) => Point3

/** How a surface is turned and seen. */
export interface View {
  /** Degrees about the vertical axis and about the horizontal one. */
  readonly yaw: number
  readonly pitch: number
  /** Distance of the camera, in pixels of the photo. */
  readonly distance: number
  /** Size of the picture relative to the photo's at that distance; default 1. */
  readonly zoom?: number
}

/** A flat photo. */
export const plane: Surface = (x, y) => [x, y, 0]

/**
 * A photo bent on a cylinder.
 *
 * @param radius - In pixels of the photo; negative for a hollow one.
 * @param axis - `vertical` bends left and right edges, `horizontal` top and bottom; a number is the angle in radians from the vertical.
 */
export function cylinder(radius: number, axis: 'vertical' | 'horizontal' | number): Surface {
  const angle = axis === 'vertical' ? 0 : axis === 'horizontal' ? Math.PI / 2 : axis
  const [cos, sin] = [Math.cos(angle), Math.sin(angle)]
  return (x, y) => {
    const [along, level] = [(x * cos + y * sin) / radius, y * cos - x * sin]
    const across = radius * Math.sin(along)
    return [across * cos - level * sin, across * sin + level * cos, radius * (Math.cos(along) - 1)]
  }
}

/** Cells of the grid along each side of a photo. Judgment: a cell is a few pixels. */
const cells = 48

/**
 * Renders a photo on a surface that is turned about the middle, with perspective and hidden parts; what is outside is gray.
 *
 * @returns A picture of the size `width` × `height`, the middle of the photo in its middle.
 */
export function render(
  photo: RgbImage,
  surface: Surface,
  { yaw, pitch, distance, zoom = 1 }: View,
  width: number,
  height: number,
): RgbImage {
  const project = projection(yaw, pitch, distance, zoom)
  const data = new Uint8Array(3 * width * height).fill(110)
  const depths = new Float32Array(width * height).fill(Number.NEGATIVE_INFINITY)
  const vertex = (column: number, row: number): Vertex => {
    const u = (column / cells) * photo.width
    const v = (row / cells) * photo.height
    const [x, y, depth] = project(surface(u - photo.width / 2, v - photo.height / 2))
    return { x: x + width / 2, y: y + height / 2, depth, u, v }
  }
  const grid = Array.from({ length: cells + 1 }, (_, row) =>
    Array.from({ length: cells + 1 }, (_, column) => vertex(column, row)),
  )
  for (let row = 0; row < cells; row++) {
    for (let column = 0; column < cells; column++) {
      const [a, b] = [grid[row]![column]!, grid[row]![column + 1]!]
      const [c, d] = [grid[row + 1]![column]!, grid[row + 1]![column + 1]!]
      triangle(a, b, c)
      triangle(b, d, c)
    }
  }
  return { width, height, data }

  function triangle(a: Vertex, b: Vertex, c: Vertex): void {
    const twice = (b.x - a.x) * (c.y - a.y) - (b.y - a.y) * (c.x - a.x)
    if (twice <= 0) return
    const top = Math.max(0, Math.ceil(Math.min(a.y, b.y, c.y)))
    const bottom = Math.min(height - 1, Math.floor(Math.max(a.y, b.y, c.y)))
    const left = Math.max(0, Math.ceil(Math.min(a.x, b.x, c.x)))
    const right = Math.min(width - 1, Math.floor(Math.max(a.x, b.x, c.x)))
    for (let y = top; y <= bottom; y++) {
      for (let x = left; x <= right; x++) {
        const toB = ((x - a.x) * (c.y - a.y) - (y - a.y) * (c.x - a.x)) / twice
        const toC = ((b.x - a.x) * (y - a.y) - (b.y - a.y) * (x - a.x)) / twice
        if (toB < 0 || toC < 0 || toB + toC > 1) continue
        const depth = a.depth + toB * (b.depth - a.depth) + toC * (c.depth - a.depth)
        const at = y * width + x
        if (depth <= depths[at]!) continue
        depths[at] = depth
        const u = a.u + toB * (b.u - a.u) + toC * (c.u - a.u)
        const v = a.v + toB * (b.v - a.v) + toC * (c.v - a.v)
        sample(photo, u, v, data, 3 * at)
      }
    }
  }
}

interface Vertex {
  readonly x: number
  readonly y: number
  readonly depth: number
  readonly u: number
  readonly v: number
}

/** From a point of a surface to the picture, relative to its middle. */
export function projection(
  yaw: number,
  pitch: number,
  distance: number,
  zoom: number,
): (point: Point3) => Point3 {
  const [cosYaw, sinYaw] = [Math.cos((yaw * Math.PI) / 180), Math.sin((yaw * Math.PI) / 180)]
  const [cosPitch, sinPitch] = [
    Math.cos((pitch * Math.PI) / 180),
    Math.sin((pitch * Math.PI) / 180),
  ]
  return ([x, y, z]) => {
    const turnedX = x * cosYaw + z * sinYaw
    const turnedZ = z * cosYaw - x * sinYaw
    const raisedY = y * cosPitch - turnedZ * sinPitch
    const raisedZ = turnedZ * cosPitch + y * sinPitch
    const scale = (zoom * distance) / (distance - raisedZ)
    return [turnedX * scale, raisedY * scale, raisedZ]
  }
}

/** Writes the color at a point of a photo, between its pixels. */
function sample(
  { width, height, data }: RgbImage,
  u: number,
  v: number,
  to: Uint8Array,
  at: number,
) {
  const x = Math.max(0, Math.min(width - 1.001, u - 0.5))
  const y = Math.max(0, Math.min(height - 1.001, v - 0.5))
  const left = Math.floor(x)
  const top = Math.floor(y)
  const p = 3 * (top * width + left)
  for (let c = 0; c < 3; c++) {
    const upper = data[p + c]! + (x - left) * (data[p + 3 + c]! - data[p + c]!)
    const q = p + 3 * width + c
    const lower = data[q]! + (x - left) * (data[q + 3]! - data[q]!)
    to[at + c] = Math.round(upper + (y - top) * (lower - upper))
  }
}
