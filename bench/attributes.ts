/**
 * How well age and gender are guessed by the network that face-api.js users know, for docs/attributes.md: `npm run bench:attributes`.
 *
 * UTKFace has an age, a sex and a race with each face; the network's authors trained it on UTKFace among others, so its figures
 * flatter it. FairFace has groups of ages, and neither they nor we trained on it. The part of the photo that the network sees is
 * chosen on one half of UTKFace's files; it is the one with the least error of adults' ages.
 */
import { createHash } from 'node:crypto'
import { existsSync } from 'node:fs'
import { readdir, readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { parseArgs } from 'node:util'
import { type Estimate, plainInterval, rateInterval } from '../dist/evaluation/intervals.js'
import { detect } from '../dist/faces/detect.js'
import { findLandmarks } from '../dist/faces/landmarks.js'
import { type Box, squareAround } from '../dist/geometry/box.js'
import { decodeImage } from '../dist/image/codec.node.js'
import { Pyramid } from '../dist/image/pyramid.js'
import { toTensor } from '../dist/image/tensor.js'
import { TurnedPicture } from '../dist/image/turned-picture.js'
import { openAgnize, type RgbImage } from '../dist/index.js'
import { detectionCard, landmarksCard } from '../dist/models/builtin.js'
import { openSession } from '../dist/models/runtime.node.js'
import {
  type AgeAndGender,
  ageGenderNetwork,
  ageGenderReference,
  ageGenderSide,
} from './age-gender.js'
import { facesFolder, median } from './face-sets.js'

const { values } = parseArgs({ options: { every: { type: 'string', default: '1' } } })
const every = Number(values.every)

/** A face whose age and sex are known. */
interface Known {
  readonly file: string
  readonly male: boolean
  /** Years, or the first and last of a group. */
  readonly age: readonly [number, number]
  readonly race: string
}

const races = ['white', 'black', 'Asian', 'Indian', 'other']
const utk = async (): Promise<Known[]> =>
  (await filesOf('utk')).flatMap((name) => {
    const found = /^(\d+)_([01])_([0-4])_\d+/.exec(name)
    if (!found) return []
    const age = Number(found[1])
    return {
      ...{ file: join(facesFolder, 'utk', name), male: found[2] === '0', age: [age, age] as const },
      race: races[Number(found[3])]!,
    }
  })
const fairface = async (): Promise<Known[]> => {
  const labels = JSON.parse(await readFile(join(facesFolder, 'fairface/labels.json'), 'utf8')) as {
    filename: string
    age: string
    gender: string
  }[]
  return labels.map(({ filename, age, gender }) => {
    const [first = 0, last = 120] = age.match(/\d+/g)!.map(Number)
    return {
      ...{ file: join(facesFolder, 'fairface', filename), male: gender === 'Male', race: '' },
      age: [first, last],
    }
  })
}
async function filesOf(set: string): Promise<string[]> {
  const folder = join(facesFolder, set)
  if (existsSync(folder)) return (await readdir(folder)).sort()
  console.error(`${folder} is not there: set AGNIZE_TEST_FACES to a folder with the face sets.`)
  process.exit(2)
}

await using agnize = await openAgnize({ store: ':memory:' })
await agnize.models.pull()
const detection = {
  card: detectionCard,
  session: await openSession(await agnize.models.read(detectionCard), [1, 3, 240, 320]),
}
const landmarks = {
  card: landmarksCard,
  session: await openSession(await agnize.models.read(landmarksCard), [1, 1, 64, 64]),
}
const network = await openSession(await ageGenderNetwork(), [
  ...[1, 3, ageGenderSide, ageGenderSide],
])

async function guess(face: RgbImage): Promise<AgeAndGender> {
  const { age, gender } = await network.run(toTensor(face, { channels: 'rgb', mean: 0, scale: 1 }))
  return { age: age![0]!, male: gender![0]! }
}

/** The parts of a photo that the network may see: squares around the face, and face-api's own around the 68 landmarks. */
const views = ['box', 'box × 1.2', 'box × 1.4', 'box × 1.6', 'landmarks × 1.2'] as const
type View = (typeof views)[number]
const margins: Partial<Record<View, number>> = {
  box: 1,
  'box × 1.2': 1.2,
  'box × 1.4': 1.4,
  'box × 1.6': 1.6,
}

/** The views of the face nearest the middle; null where none is found. */
async function viewsOf(file: string): Promise<Record<View, RgbImage> | null> {
  const pyramid = new Pyramid(await decodeImage(await readFile(file)))
  const picture = new TurnedPicture(pyramid, 0)
  const fromMiddle = ({ box }: { box: Box }) =>
    Math.hypot(
      box.x + box.width / 2 - pyramid.width / 2,
      box.y + box.height / 2 - pyramid.height / 2,
    )
  const [face] = (await detect(picture, detection, 'fast')).sort(
    (a, b) => fromMiddle(a) - fromMiddle(b),
  )
  if (!face) return null
  const points = await findLandmarks(picture, face.box, landmarks)
  const found = {} as Record<View, RgbImage>
  for (const view of views) {
    const margin = margins[view]
    found[view] = margin
      ? await seen(pyramid, squareAround(face.box, margin))
      : await likeFaceApi(pyramid, points)
  }
  return found
}

const seen = (pyramid: Pyramid, { x, y, width, height }: Box) =>
  pyramid.resize(x, y, width, height, ageGenderSide, ageGenderSide)

/** As face-api crops: the bounds of the landmarks, a fifth larger, with black beside the shorter side. */
async function likeFaceApi(pyramid: Pyramid, points: readonly (readonly [number, number])[]) {
  const ends = (values: number[]) => {
    const [from, to] = [Math.min(...values), Math.max(...values)]
    return { from: from - 0.1 * (to - from), size: 1.2 * (to - from) }
  }
  const [x, y] = [ends(points.map(([x]) => x)), ends(points.map(([, y]) => y))]
  const side = Math.max(x.size, y.size)
  const [left, top] = [(side - x.size) / 2, (side - y.size) / 2]
  const square = { x: x.from - left, y: y.from - top, width: side, height: side }
  const image = await seen(pyramid, square)
  const data = Uint8Array.from(image.data)
  const unit = ageGenderSide / side
  for (let row = 0; row < ageGenderSide; row++) {
    for (let column = 0; column < ageGenderSide; column++) {
      const isInside =
        Math.abs(column + 0.5 - ageGenderSide / 2) <= (x.size / 2) * unit &&
        Math.abs(row + 0.5 - ageGenderSide / 2) <= (y.size / 2) * unit
      if (!isInside)
        data.fill(0, 3 * (row * ageGenderSide + column), 3 * (row * ageGenderSide + column) + 3)
    }
  }
  return { ...image, data }
}

type Guessed = Known & { readonly by: Record<View, AgeAndGender> }

async function guessAll(set: string, known: readonly Known[], reference?: typeof guess) {
  const guessed: Guessed[] = []
  let difference = 0
  for (const [i, each] of known.entries()) {
    const faces = await viewsOf(each.file)
    if (!faces) continue
    const by = {} as Record<View, AgeAndGender>
    for (const view of views) by[view] = await guess(faces[view])
    guessed.push({ ...each, by })
    if (reference && i < 50 * every) {
      for (const view of views) {
        const own = await reference(faces[view])
        difference = Math.max(
          ...[difference, Math.abs(own.age - by[view].age), Math.abs(own.male - by[view].male)],
        )
      }
    }
  }
  console.log(`\n# ${set}: ${guessed.length} of ${known.length} faces found`)
  if (reference) {
    console.log(`largest difference from face-api's own JavaScript: ${difference.toExponential(1)}`)
    if (!(difference <= 1e-4)) process.exit(1)
  }
  return guessed
}

/** Years outside of the age, or of its group, which lasts to the next birthday. */
const errorOf = ({ age: [first, last] }: Known, { age }: AgeAndGender) =>
  Math.max(0, first - age, age - (last > first ? last + 1 : last))
const isRight = ({ male }: Known, guess: AgeAndGender) => guess.male > 0.5 === male
const isAdult = ({ age: [first, last] }: Known) => first >= 18 && last <= 64

function meanError(list: readonly Guessed[], view: View): Estimate {
  const errors = list.map((each) => errorOf(each, each.by[view]))
  const mean = errors.reduce((a, b) => a + b, 0) / errors.length
  const variance = errors.reduce((sum, e) => sum + (e - mean) ** 2, 0) / (errors.length - 1)
  return plainInterval(mean, Math.sqrt(variance / errors.length), errors.length - 1)
}
function accuracy(list: readonly Guessed[], view: View): Estimate {
  const wrong = list.filter((each) => !isRight(each, each.by[view])).length
  const { value, low, high } = rateInterval(
    wrong,
    list.length,
    Number.NaN,
    list.length - 1,
    list.length,
  )
  return { value: 1 - value, low: 1 - high, high: 1 - low }
}
const years = ({ value, low, high }: Estimate) =>
  `${value.toFixed(1)} (${low.toFixed(1)}–${high.toFixed(1)})`
const percent = ({ value, low, high }: Estimate) =>
  `${(100 * value).toFixed(1)} % (${(100 * low).toFixed(1)}–${(100 * high).toFixed(1)})`
const pick = <T>(list: readonly T[]) => list.filter((_, i) => i % every === 0)
const row = (...cells: (string | number)[]) => console.log(`| ${cells.join(' | ')} |`)

const onUtk = await guessAll('UTKFace', pick(await utk()), await ageGenderReference())
const half = (file: string) => createHash('sha256').update(file.split('/').at(-1)!).digest()[0]! % 2
console.log('\n# what the network sees, by the adults of half A: years of error, gender')
const byView = views.map((view) => {
  const adults = onUtk.filter((each) => half(each.file) === 0 && isAdult(each))
  const error = meanError(adults, view)
  row(view, years(error), percent(accuracy(adults, view)))
  return { view, error: error.value }
})
const { view } = byView.reduce((a, b) => (b.error < a.error ? b : a))
const adults = onUtk.filter(isAdult)
console.log(`\n# UTKFace, ${view}`)
row('age', 'faces', 'mean error, years', 'guessed − true, median', 'gender')
for (const [from, to] of [
  [0, 2],
  [3, 9],
  [10, 17],
  [18, 29],
  [30, 44],
  [45, 64],
  [65, 120],
  [18, 64],
] as const) {
  const list = onUtk.filter(({ age: [age] }) => age >= from && age <= to)
  const bias = median(list.map((each) => each.by[view].age - each.age[0]))
  row(
    `${from}–${to}`,
    list.length,
    years(meanError(list, view)),
    bias.toFixed(1),
    percent(accuracy(list, view)),
  )
}
const others = adults.filter(({ file }) => half(file) === 1)
console.log(
  `half B alone, 18–64: ${others.length} faces, ${years(meanError(others, view))} years, gender ${percent(accuracy(others, view))}`,
)
console.log('\n# adults of UTKFace, 18–64, by race and sex')
row('race', 'sex', 'faces', 'mean error, years', 'gender')
for (const race of races) {
  for (const male of [false, true]) {
    const list = adults.filter((each) => each.race === race && each.male === male)
    row(
      race,
      male ? 'men' : 'women',
      list.length,
      years(meanError(list, view)),
      percent(accuracy(list, view)),
    )
  }
}
const onFairFace = await guessAll('FairFace', pick(await fairface()))
row('age', 'faces', 'years outside of the group', 'in the group', 'women', 'men')
const groups = [...new Set(onFairFace.map(({ age }) => age.join('–')))].sort(
  (a, b) => Number.parseInt(a, 10) - Number.parseInt(b, 10),
)
const tell = (label: string, list: readonly Guessed[]) => {
  const within = list.filter((each) => errorOf(each, each.by[view]) === 0).length / list.length
  const sexes = [false, true].map((male) =>
    percent(
      accuracy(
        list.filter((each) => each.male === male),
        view,
      ),
    ),
  )
  row(label, list.length, years(meanError(list, view)), `${(100 * within).toFixed(0)} %`, ...sexes)
}
for (const group of groups)
  tell(
    group,
    onFairFace.filter(({ age }) => age.join('–') === group),
  )
tell(
  '20–59',
  onFairFace.filter(({ age: [first, last] }) => first >= 20 && last <= 59),
)
