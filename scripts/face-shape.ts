/**
 * Writes the mean face of src/liveness/planarity/face-shape.ts: `npm run make:face-shape`. Structure from motion of one rigid shape
 * over the 68 points of many people's photos, each seen in weak perspective, by alternating least squares (after C. Tomasi and T. Kanade,
 * Shape and motion from image streams under orthography, 1992). It takes UTKFace, which no figure of `npm run bench:planarity` uses.
 */
import { readdir, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { openPointFinder, readRgb } from '../bench/face-points.js'
import { facesFolder } from '../bench/face-sets.js'
import { leastSquares } from '../dist/geometry/least-squares.js'
import type { Point } from '../dist/geometry/similarity-transform.js'
import { openAgnize } from '../dist/index.js'
import { mirrored, mirrorNumber } from '../dist/liveness/planarity/mirror.js'

type Point3 = readonly [number, number, number]

/** Rounds after which the depth of the nose changes by less than one part in a hundred. */
const rounds = 60

await using agnize = await openAgnize()
await agnize.models.pull()
const finder = await openPointFinder(agnize.models)
const folder = join(facesFolder, 'utk')
const faces: Point[][] = []
for (const file of await readdir(folder)) {
  const found = await finder.find(await readRgb(join(folder, file)))
  if (!found) continue
  faces.push(normalized(found.points), normalized(mirrored(found.points)))
}
let shape = centered(
  Array.from({ length: 68 }, (_, i): Point3 => {
    const [x, y] = meanOf(faces.map((face) => face[i]!))
    // A rough relief, from which the rounds begin: it decides between the two mirrored solutions.
    return [x, y, -0.35 * x * x + (i >= 28 && i <= 35 ? 0.3 : 0)]
  }),
)
let weights = shape.map(() => 1)
for (let round = 0; round < rounds; round++) {
  const cameras = faces.map((face) => cameraOf(face, shape, weights))
  const next = shape.map((_, i) => {
    const rows = cameras.flatMap(({ axes }) => axes)
    const values = faces.flatMap((face, k) =>
      [0, 1].map((axis) => face[i]![axis as 0 | 1] - cameras[k]!.origin[axis]!),
    )
    return leastSquares(
      rows,
      values,
      values.map(() => 1),
    ) as unknown as Point3
  })
  const variances = next.map((point, i) => {
    let squares = 0
    faces.forEach((face, k) => {
      cameras[k]!.axes.forEach((axis, c) => {
        squares += (face[i]![c as 0 | 1] - cameras[k]!.origin[c]! - dot(axis, point)) ** 2
      })
    })
    return squares / faces.length
  })
  weights = variances.map((variance) => 1 / variance)
  shape = centered(symmetric(next))
}
const left = meanOf(shape.slice(36, 42))
const right = meanOf(shape.slice(42, 48))
const unit = right[0] - left[0]
const text = shape
  .map((point) => `  [${point.map((value) => Number((value / unit).toFixed(3))).join(', ')}],`)
  .join('\n')
await writeFile(
  'src/liveness/planarity/face-shape.ts',
  `/**
 * The mean face: its 68 points in distances of the eyes, x to the right, y down, z towards the camera. Written by
 * \`npm run make:face-shape\` from ${faces.length / 2} photos of UTKFace, nearly all of different people: a mean, from which none of
 * them can be told.
 */
export const faceShape: readonly (readonly [x: number, y: number, z: number])[] = [
${text}
]
`,
)
process.exit(0)

/** The camera in weak perspective that sees a shape as a face: two scaled orthogonal axes and an origin. */
function cameraOf(face: readonly Point[], shape: readonly Point3[], weights: readonly number[]) {
  const rows = shape.map((point) => [...point, 1])
  const [u, v] = ([0, 1] as const).map((axis) =>
    leastSquares(
      rows,
      face.map((point) => point[axis]),
      weights,
    ).slice(0, 3),
  ) as [number[], number[]]
  const [uu, vv, uv] = [dot(u, u), dot(v, v), dot(u, v)]
  const area = Math.sqrt(uu * vv - uv * uv)
  const size = Math.sqrt(uu + vv + 2 * area)
  // The inverse square root of the axes' products makes them orthogonal.
  const [a, b, c] = [(uu + area) / size, uv / size, (vv + area) / size]
  const scale = size / 2 / (a * c - b * b)
  const axes = [
    u.map((value, i) => scale * (c * value - b * v[i]!)),
    u.map((value, i) => scale * (a * v[i]! - b * value)),
  ]
  const total = weights.reduce((sum, weight) => sum + weight, 0)
  const origin = ([0, 1] as const).map(
    (axis) =>
      face.reduce(
        (sum, point, i) => sum + weights[i]! * (point[axis] - dot(axes[axis]!, shape[i]!)),
        0,
      ) / total,
  )
  return { axes, origin }
}

function normalized(points: readonly Point[]): Point[] {
  const [x, y] = meanOf(points)
  const size = Math.sqrt(
    meanOf(points.map((p): Point => [(p[0] - x) ** 2 + (p[1] - y) ** 2, 0]))[0],
  )
  return points.map((point) => [(point[0] - x) / size, (point[1] - y) / size])
}

function centered(shape: readonly Point3[]): Point3[] {
  const middle = [0, 1, 2].map((axis) => shape.reduce((sum, point) => sum + point[axis]! / 68, 0))
  const moved = shape.map((point) => point.map((value, axis) => value - middle[axis]!))
  const size = Math.sqrt(moved.reduce((sum, [x, y]) => sum + (x! ** 2 + y! ** 2) / 68, 0))
  return moved.map((point) => point.map((value) => value / size) as unknown as Point3)
}

function symmetric(shape: readonly Point3[]): Point3[] {
  return shape.map(([x, y, z], i) => {
    const [otherX, otherY, otherZ] = shape[mirrorNumber(i)]!
    return [(x - otherX) / 2, (y + otherY) / 2, (z + otherZ) / 2]
  })
}

function meanOf(points: readonly (readonly number[])[]): [number, number] {
  const sum = [0, 0]
  for (const [x, y] of points) {
    sum[0]! += x! / points.length
    sum[1]! += y! / points.length
  }
  return sum as [number, number]
}

function dot(a: readonly number[], b: readonly number[]): number {
  return a.reduce((sum, value, i) => sum + value * b[i]!, 0)
}
