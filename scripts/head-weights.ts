/**
 * Writes src/liveness/planarity/head-weights.ts: `npm run make:head-weights`. The weights are Fisher's linear discriminant of heads and bent photos,
 * by regularized least squares on +1 and -1 (T. Hastie, R. Tibshirani, J. Friedman, The elements of statistical learning, 4.2 and 3.4.1). Heads are pairs of
 * photos of one person, and faces in relief; bent photos are rendered. It takes people of LFW whom `npm run bench:planarity` and
 * `npm run bench:challenge` do not: the last ones of the folder.
 */
import { readdir, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { relief } from '../bench/challenge-films.js'
import { openPointFinder, readRgb } from '../bench/face-points.js'
import { facesFolder } from '../bench/face-sets.js'
import { cylinder, render, type Surface, type View } from '../bench/photo-surfaces.js'
import { Random } from '../dist/base/random.js'
import { leastSquares } from '../dist/geometry/least-squares.js'
import type { Point } from '../dist/geometry/similarity-transform.js'
import { openAgnize } from '../dist/index.js'
import { leastNoseMoved } from '../dist/liveness/planarity/planarity.js'
import { turnBetween } from '../dist/liveness/planarity/turn.js'

/** People with several photos, and with one that is rendered. Judgment: minutes, not hours. */
const people = { photographed: 700, rendered: 400 } as const
/** Side of a rendered picture in pixels. */
const side = 240
/**
 * Share of each kind of pairs in the sum that is made least, and weight of the squared weights in it. Chosen on the tuning half of the people of
 * `npm run bench:planarity`; from 1e-5 to 1e-4 the second changes little.
 */
const shares = { photographed: 0.5, relief: 0.5, bent: 1 } as const
const regularization = 3e-5

await using agnize = await openAgnize()
await agnize.models.pull()
const finder = await openPointFinder(agnize.models)
const random = new Random(1)
const folder = join(facesFolder, 'lfw-wild')
const pairs: Record<keyof typeof shares, number[][]> = { photographed: [], relief: [], bent: [] }
const left: Record<keyof typeof people, number> = { ...people }
for (const person of (await readdir(folder)).sort().reverse()) {
  const photos = (await readdir(join(folder, person)))
    .sort()
    .map((name) => join(folder, person, name))
  const kind = photos.length > 1 ? 'photographed' : 'rendered'
  if (left[kind] === 0) continue
  left[kind]--
  if (kind === 'rendered') await renderedPairs(photos[0]!)
  else await photographedPairs(photos.slice(0, 4))
  if (left[kind] % 50 === 0) console.error(`${left.photographed} and ${left.rendered} people left`)
}

const weights = fitted().map((value) => Number(value.toFixed(3)))
const rows = Array.from(
  { length: 68 },
  (_, i) => `  [${weights.slice(4 * i, 4 * i + 4).join(', ')}],`,
)
await writeFile(
  'src/liveness/planarity/head-weights.ts',
  `/**
 * Weights of the 68 points of a turn that tell a head from a bent photo: x and y of the straight face, x and y of the turned one.
 * Written by \`npm run make:head-weights\` from ${pairs.photographed.length} pairs of photos of LFW, ${pairs.relief.length} of faces in relief and ${pairs.bent.length} of bent
 * photos, of people whom \`npm run bench:planarity\` and \`npm run bench:challenge\` do not take; nobody can be told from them.
 */
export const headWeights: readonly (readonly [number, number, number, number])[] = [
${rows.join('\n')}
]

/** What is added to their sum. */
export const headOffset = ${weights.at(-1)}
`,
)
process.exit(0)

async function photographedPairs(photos: readonly string[]): Promise<void> {
  const views: (readonly Point[])[] = []
  for (const photo of photos) {
    const face = await finder.find(await readRgb(photo))
    if (face) views.push(face.points)
  }
  add('photographed', views)
}

/** Renders a photo in relief, and bent in several ways. */
async function renderedPairs(file: string): Promise<void> {
  const photo = await readRgb(file)
  const face = await finder.find(photo)
  if (!face) return
  const { box } = face
  const width = Math.max(box.width, box.height)
  const [middleX, middleY] = [
    box.x + (box.width - photo.width) / 2,
    box.y + (box.height - photo.height) / 2,
  ]
  const bodies: readonly (readonly ['relief' | 'bent', Surface])[] = [
    ['relief', relief(face, [middleX, middleY], photo)],
    ...[0.5, 1, 1.6].map((bend) => ['bent', cylinder(width / bend, 'vertical')] as const),
    ...[1, 2].map((bend) => ['bent', cylinder(width / bend, random.between(-0.8, 0.8))] as const),
  ]
  for (const [kind, surface] of bodies) {
    const views: (readonly Point[])[] = []
    for (const yaw of [-40, -25, 0, 25, 40]) {
      const view: View = {
        ...{ yaw, pitch: random.between(-10, 10) },
        ...{ distance: width * random.between(2, 6), zoom: side / (2.2 * width) },
      }
      const around: Surface = (x, y) => surface(x - middleX, y - middleY)
      const found = await finder.find(render(photo, around, view, side, side))
      if (found) views.push(found.points)
    }
    add(kind, views)
  }
}

function add(kind: keyof typeof pairs, views: readonly (readonly Point[])[]): void {
  views.forEach((a, i) => {
    for (const b of views.slice(0, i)) {
      const { straight, turned, noseMoved } = turnBetween(a, b)
      if (noseMoved >= leastNoseMoved) {
        pairs[kind].push(straight.flatMap((point, k) => [...point, ...turned[k]!]))
      }
    }
  })
}

/** The weights, and the offset after them. */
function fitted(): number[] {
  const kinds = Object.keys(pairs) as (keyof typeof pairs)[]
  const terms = kinds.flatMap((kind) => pairs[kind].map((pair) => [...pair, 1]))
  const values = kinds.flatMap((kind) => pairs[kind].map(() => (kind === 'bent' ? -1 : 1)))
  const each = kinds.flatMap((kind) => pairs[kind].map((_, __, all) => shares[kind] / all.length))
  // A row for each weight holds it near 0.
  const held = terms[0]!.slice(0, -1).map((_, i) => terms[0]!.map((__, k) => (k === i ? 1 : 0)))
  return leastSquares(
    [...terms, ...held],
    [...values, ...held.map(() => 0)],
    [...each, ...held.map(() => regularization)],
  )
}
