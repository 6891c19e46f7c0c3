/**
 * How well turned and bent photos are told from heads, for src/liveness/README.md: `npm run bench:planarity`. Pairs of ORL
 * and LFW photos of one person are genuine where the nose moved enough to tell; photos of ORL rendered as turned planes and cylinders,
 * in which the face is found again, are attacks. The thresholds were chosen on the tuning halves of the people.
 */
import { existsSync } from 'node:fs'
import { readdir } from 'node:fs/promises'
import { join } from 'node:path'
import { Random } from '../dist/base/random.js'
import { degreesOfFreedom, rateInterval, varianceOverPeople } from '../dist/evaluation/intervals.js'
import type { Point } from '../dist/geometry/similarity-transform.js'
import { openAgnize } from '../dist/index.js'
import { inEyeDistances } from '../dist/liveness/planarity/normalized-face.js'
import { comparePlanarity } from '../dist/liveness/planarity/planarity.js'
import { openPointFinder, readRgb } from './face-points.js'
import { facesFolder, photosOf } from './face-sets.js'
import { cylinder, plane, render, type Surface, type View } from './photo-surfaces.js'

/** One pair of pictures by its person; whether it passes for a head. */
interface Pair {
  readonly person: string
  readonly moved: boolean
  readonly passes: boolean
}

/** Side of a rendered picture in pixels; photos of a person that are rendered; people of LFW. Judgment: minutes, not hours. */
const side = 240
const renderedPhotos = 1
const lfwPeople = 400
/** Angle that the face's width takes of a cylinder, and of its axis from the vertical; in radians. */
const bends = [0.5, 1, 1.6]
const oblique = [-Math.PI / 4, -Math.PI / 8, Math.PI / 8, Math.PI / 4]

await using agnize = await openAgnize()
await agnize.models.pull()
const finder = await openPointFinder(agnize.models)
const random = new Random(1)
const obliqueRandom = new Random(2)

const orl = await photosOf('orl')
const people = [...new Set(orl.map(({ name }) => name))]
const noises: number[] = []
const genuine = new Map<string, Pair[]>()
const attacks = new Map<string, Pair[]>()
for (const [p, person] of people.entries()) {
  const half = Number(person.slice(1)) % 2 === 1 ? 'tuning' : 'other'
  const photos = orl.filter(({ name }) => name === person).map(({ photo }) => photo)
  const found: (readonly Point[])[] = []
  for (const [i, photo] of photos.entries()) {
    const picture = await readRgb(photo)
    const face = await finder.find(picture)
    if (!face) continue
    found.push(face.points)
    noises.push(...(await noiseOf(picture, face)))
    if (i < renderedPhotos) await attack(`${half} half of ORL`, person, picture, face.box)
  }
  add(genuine, `${half} half of ORL`, pairsOf(person, found))
  if (p % 10 === 9) console.error(`${p + 1} of ${people.length} people`)
}
await addLfw()

const rms = Math.sqrt(noises.reduce((sum, each) => sum + each, 0) / noises.length)
console.log(
  `noise of the points between boxes of one photo: ${rms.toFixed(4)} distances of the eyes\n`,
)
console.log('genuine pairs whose nose moved by 0.2 of the eyes’ distance or more, refused')
for (const [label, pairs] of genuine)
  line(
    label,
    pairs.filter(({ moved }) => moved),
  )
console.log('\nattacks refused, as flat or as not turned enough')
for (const [label, pairs] of attacks) line(label, pairs)
console.log('\nof attacks whose nose moved enough, refused')
for (const [label, pairs] of attacks)
  line(
    label,
    pairs.filter(({ moved }) => moved),
  )
process.exit(0)

/** Renders a photo as every kind of surface, and compares the views of each. */
async function attack(
  half: string,
  person: string,
  photo: Awaited<ReturnType<typeof readRgb>>,
  box: { x: number; y: number; width: number; height: number },
): Promise<void> {
  const width = Math.max(box.width, box.height)
  const shift = [box.x + (box.width - photo.width) / 2, box.y + (box.height - photo.height) / 2]
  const around =
    (surface: Surface): Surface =>
    (x, y) =>
      surface(x - shift[0]!, y - shift[1]!)
  const view = (yaw: number, pitch: number, by = random): View => ({
    ...{ yaw, pitch },
    distance: width * by.between(2, 6),
    zoom: side / (2.2 * width),
  })
  const pointsOf = async (surface: Surface, views: readonly View[]) => {
    const found: (readonly Point[])[] = []
    for (const each of views) {
      const face = await finder.find(render(photo, around(surface), each, side, side))
      if (face) found.push(face.points)
    }
    return found
  }
  const angles = [-40, -30, -20, -10, 0, 10, 20, 30, 40]
  const turned = angles.flatMap((angle) =>
    angle === 0 ? [view(0, 0)] : [view(angle, 0), view(0, angle)],
  )
  add(attacks, `turned, ${half}`, pairsOf(person, await pointsOf(plane, turned)))
  for (const bend of bends) {
    for (const axis of ['vertical', 'horizontal'] as const) {
      const views = [-40, -25, 0, 25, 40].map((yaw) => view(yaw, random.between(-10, 10)))
      const pairs = pairsOf(person, await pointsOf(cylinder(width / bend, axis), views))
      add(attacks, `bent, ${half}`, pairs)
      if (half.startsWith('other')) add(attacks, `  by ${bend} around a ${axis} axis`, pairs)
    }
    for (const axis of oblique) {
      const views = [-40, -25, 0, 25, 40].map((yaw) =>
        view(yaw, obliqueRandom.between(-10, 10), obliqueRandom),
      )
      const pairs = pairsOf(person, await pointsOf(cylinder(width / bend, axis), views))
      add(attacks, `bent obliquely, ${half}`, pairs)
    }
  }
}

/** Squared noise of each axis: the points of a photo in boxes that are moved and scaled by up to 5 %, about their mean. */
async function noiseOf(
  photo: Awaited<ReturnType<typeof readRgb>>,
  { box }: { box: { x: number; y: number; width: number; height: number } },
): Promise<number[]> {
  const views: Point[][] = []
  for (let i = 0; i < 4; i++) {
    const scale = random.between(0.95, 1.05)
    const moved = {
      x: box.x + box.width * random.between(-0.05, 0.05),
      y: box.y + box.height * random.between(-0.05, 0.05),
      width: box.width * scale,
      height: box.height * scale,
    }
    views.push(inEyeDistances(await finder.pointsIn(photo, moved)))
  }
  return [27, 30, 36, 39, 42, 45, 48, 54].flatMap((i) =>
    ([0, 1] as const).map((axis) => {
      const values = views.map((view) => view[i]![axis])
      const mean = values.reduce((sum, value) => sum + value, 0) / values.length
      return values.reduce((sum, value) => sum + (value - mean) ** 2, 0) / (values.length - 1)
    }),
  )
}

async function addLfw(): Promise<void> {
  const folder = join(facesFolder, 'lfw-wild')
  if (!existsSync(folder)) return
  let left = lfwPeople
  for (const person of await readdir(folder)) {
    const photos = (await readdir(join(folder, person))).slice(0, 4)
    if (photos.length < 2) continue
    if (left-- === 0) break
    const found: (readonly Point[])[] = []
    for (const photo of photos) {
      const face = await finder.find(await readRgb(join(folder, person, photo)))
      if (face) found.push(face.points)
    }
    add(genuine, `${left % 2 === 1 ? 'tuning' : 'other'} half of LFW`, pairsOf(person, found))
  }
}

function pairsOf(person: string, views: readonly (readonly Point[])[]): Pair[] {
  return views.flatMap((a, i) =>
    views.slice(0, i).map((b) => {
      const { answer } = comparePlanarity(a, b)
      return { person, moved: answer !== 'turn_more', passes: answer === 'head' }
    }),
  )
}

function add(to: Map<string, Pair[]>, label: string, pairs: readonly Pair[]): void {
  to.set(label, [...(to.get(label) ?? []), ...pairs])
}

/** Prints the share that is refused, with its interval by person. */
function line(label: string, pairs: readonly Pair[]): void {
  if (pairs.length === 0) {
    console.log(`${label.padEnd(34)} no pairs`)
    return
  }
  const persons = new Map<string, { errors: number; trials: number }>()
  for (const { person, passes } of pairs) {
    const { errors, trials } = persons.get(person) ?? { errors: 0, trials: 0 }
    persons.set(person, { errors: errors + (passes ? 0 : 1), trials: trials + 1 })
  }
  const counts = [...persons.values()]
  const refused = pairs.filter(({ passes }) => !passes).length
  const freedom = degreesOfFreedom(counts.map(({ errors }) => errors))
  const variance = varianceOverPeople(counts)
  const { value, low, high } = rateInterval(refused, pairs.length, variance, freedom, counts.length)
  const percent = (share: number) => (100 * share).toFixed(1)
  console.log(
    `${label.padEnd(34)} ${percent(value).padStart(5)} % (${percent(low)}–${percent(high)}) of ${pairs.length} pairs of ${counts.length} people`,
  )
}
