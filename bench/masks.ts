/**
 * Whether a mask can be told from what the networks see of a face, for docs/attributes.md: `npm run bench:masks`.
 *
 * A logistic regression on the embedding, its length and the colors of the lower face. It is trained on half of the people of
 * masks/drawn, bare and masked, half of masks/real, and bare faces of lfw-wild; tested on the other halves, and on bare faces of
 * FairFace and UTKFace, which training never saw. The set of features and the penalty are chosen by five folds of the training half.
 */
import { createHash } from 'node:crypto'
import { existsSync } from 'node:fs'
import { readdir, readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { type Estimate, rateInterval } from '../dist/evaluation/intervals.js'
import { align } from '../dist/faces/align.js'
import { detect } from '../dist/faces/detect.js'
import { embed } from '../dist/faces/embed.js'
import { findLandmarks, toFiveLandmarks } from '../dist/faces/landmarks.js'
import { decodeImage } from '../dist/image/codec.node.js'
import { Pyramid } from '../dist/image/pyramid.js'
import { TurnedPicture } from '../dist/image/turned-picture.js'
import { openAgnize, type RgbImage } from '../dist/index.js'
import { detectionCard, embeddingCard, landmarksCard } from '../dist/models/builtin.js'
import { openSession } from '../dist/models/runtime.node.js'
import { facesFolder } from './face-sets.js'

const folder = join(facesFolder, 'masks')
if (!existsSync(folder)) {
  console.error(`${folder} is not there: set AGNIZE_TEST_FACES to a folder with the face sets.`)
  process.exit(2)
}

await using agnize = await openAgnize({ store: ':memory:' })
await agnize.models.pull()
const open = async <Card extends Parameters<typeof agnize.models.read>[0]>(
  card: Card,
  shape: readonly number[],
) => ({ card, session: await openSession(await agnize.models.read(card), shape) })
const detection = await open(detectionCard, [1, 3, 240, 320])
const landmarks = await open(landmarksCard, [1, 1, 64, 64])
const embedding = await open(embeddingCard, [1, 3, 112, 112])

interface Sample {
  readonly group: 'drawn bare' | 'drawn masked' | 'real masks' | 'lfw-wild' | 'FairFace' | 'UTKFace'
  readonly masked: boolean
  readonly person: string
  readonly features: Readonly<Record<Part, readonly number[]>>
}
type Part = 'embedding' | 'length' | 'lower face'

/** Means of the colors of the lower face in cells, less those of the skin beside the eyes, in units of 255. */
function lowerFace({ width, data }: RgbImage): number[] {
  const mean = (left: number, top: number, right: number, bottom: number) => {
    const sums = [0, 0, 0]
    for (let y = top; y < bottom; y++) {
      for (let x = left; x < right; x++) {
        for (const c of [0, 1, 2]) sums[c]! += data[3 * (y * width + x) + c]!
      }
    }
    return sums.map((sum) => sum / ((right - left) * (bottom - top)) / 255)
  }
  const skin = mean(40, 30, 72, 44)
  const cells: number[] = []
  for (let top = 64; top < 112; top += 8) {
    for (let left = 16; left < 96; left += 10) {
      cells.push(...mean(left, top, left + 10, top + 8).map((value, c) => value - skin[c]!))
    }
  }
  return cells
}

async function featuresOf(file: string): Promise<Sample['features'] | null> {
  try {
    const pyramid = new Pyramid(await decodeImage(await readFile(file)))
    const picture = new TurnedPicture(pyramid, 0)
    const found = await detect(picture, detection, 'auto')
    const face = found.sort((a, b) => b.box.width - a.box.width)[0]
    if (!face) return null
    const points = toFiveLandmarks(await findLandmarks(picture, face.box, landmarks))
    const chip = await align(pyramid, points, embeddingCard)
    const { embedding: made, norm } = await embed(chip, embedding)
    return { embedding: [...made.vector], length: [norm / 10], 'lower face': lowerFace(chip) }
  } catch {
    // Some files of masks/real are damaged.
    return null
  }
}

const samples: Sample[] = []
async function add(
  group: Sample['group'],
  masked: boolean,
  files: readonly (readonly [string, string])[],
) {
  let found = 0
  for (const [person, file] of files) {
    const features = await featuresOf(file)
    if (!features) continue
    found++
    samples.push({ group, masked, person: `${group.split(' ')[0]} ${person}`, features })
  }
  console.log(`# ${group}: ${found} of ${files.length} faces found`)
}
const names = async (set: string) => (await readdir(join(facesFolder, set))).sort()
const every = <T>(list: readonly T[], n: number) => list.filter((_, i) => i % n === 0)
const drawn = await names('masks/drawn')
for (const kind of ['bare', 'masked'] as const) {
  await add(
    `drawn ${kind}`,
    kind === 'masked',
    drawn.map((n) => [n, join(folder, 'drawn', n, `${kind}.jpg`)]),
  )
}
await add(
  'real masks',
  true,
  (await names('masks/real')).map((n) => [n, join(folder, 'real', n)]),
)
const people = every(await names('lfw-wild'), 10)
const first = async (person: string) => (await names(`lfw-wild/${person}`))[0]!
await add(
  'lfw-wild',
  false,
  await Promise.all(
    people.map(async (p) => [p, join(facesFolder, 'lfw-wild', p, await first(p))] as const),
  ),
)
for (const [group, set, n] of [
  ['FairFace', 'fairface', 1],
  ['UTKFace', 'utk', 10],
] as const) {
  const files = (await names(set)).filter((name) => name.endsWith('.jpg'))
  await add(
    group,
    false,
    every(files, n).map((name) => [name, join(facesFolder, set, name)]),
  )
}

const numberOf = (person: string) => createHash('sha256').update(person).digest().readUInt32BE(0)
const isTraining = ({ group, person }: Sample) =>
  group === 'lfw-wild' || (!/Face$/.test(group) && numberOf(person) % 2 === 0)
const training = samples.filter(isTraining)
const testing = samples.filter((each) => !isTraining(each))

type Parts = readonly Part[]
const vectorOf = ({ features }: Sample, parts: Parts) => parts.flatMap((part) => features[part])

/** Logistic regression with both classes of equal weight, by gradient descent on standardized features. */
function train(
  list: readonly Sample[],
  parts: Parts,
  penalty: number,
): (sample: Sample) => boolean {
  const rows = list.map((each) => vectorOf(each, parts))
  const size = rows[0]!.length
  const mean = Array.from(
    { length: size },
    (_, k) => rows.reduce((sum, r) => sum + r[k]!, 0) / rows.length,
  )
  const scale = mean.map(
    (m, k) => Math.sqrt(rows.reduce((sum, r) => sum + (r[k]! - m) ** 2, 0) / rows.length) || 1,
  )
  const standard = (row: readonly number[]) => row.map((value, k) => (value - mean[k]!) / scale[k]!)
  const inputs = rows.map(standard)
  const masks = list.filter(({ masked }) => masked).length
  const weight = (masked: boolean) => 0.5 / (masked ? masks : list.length - masks)
  const w = new Float64Array(size + 1)
  const score = (x: readonly number[]) => x.reduce((sum, value, k) => sum + value * w[k]!, w[size]!)
  const rate = 1 / (size / 4 + penalty)
  for (let step = 0; step < 400; step++) {
    const slope = Float64Array.from(w, (value, k) => (k < size ? penalty * value : 0))
    for (const [i, x] of inputs.entries()) {
      const { masked } = list[i]!
      const error = weight(masked) * (1 / (1 + Math.exp(-score(x))) - Number(masked))
      for (let k = 0; k < size; k++) slope[k]! += error * x[k]!
      slope[size]! += error
    }
    for (let k = 0; k <= size; k++) w[k]! -= rate * slope[k]!
  }
  return (sample) => score(standard(vectorOf(sample, parts))) > 0
}

const share = (list: readonly Sample[], masked: (s: Sample) => boolean) =>
  list.filter((each) => masked(each) === each.masked).length / list.length
const balanced = (list: readonly Sample[], masked: (s: Sample) => boolean) =>
  (share(
    list.filter((each) => each.masked),
    masked,
  ) +
    share(
      list.filter((each) => !each.masked),
      masked,
    )) /
  2

const choices: Parts[] = [
  ['embedding', 'length'],
  ['lower face'],
  ['embedding', 'length', 'lower face'],
]
let chosen = { parts: choices[0]!, penalty: 0, accuracy: 0 }
console.log('\n# five folds of the training half, balanced accuracy')
for (const parts of choices) {
  for (const penalty of [0.01, 0.1, 1]) {
    let sum = 0
    for (let fold = 0; fold < 5; fold++) {
      const isOut = ({ person }: Sample) => Math.floor(numberOf(person) / 2) % 5 === fold
      const masked = train(
        training.filter((each) => !isOut(each)),
        parts,
        penalty,
      )
      sum += balanced(training.filter(isOut), masked) / 5
    }
    console.log(`| ${parts.join(', ')} | ${penalty} | ${(100 * sum).toFixed(1)} % |`)
    if (sum > chosen.accuracy) chosen = { parts, penalty, accuracy: sum }
  }
}
const percent = ({ value, low, high }: Estimate) =>
  `${(100 * value).toFixed(1)} % (${(100 * low).toFixed(1)}–${(100 * high).toFixed(1)})`
const right = (list: readonly Sample[], masked: (s: Sample) => boolean) => {
  const wrong = Math.round((1 - share(list, masked)) * list.length)
  const { value, low, high } = rateInterval(
    wrong,
    list.length,
    Number.NaN,
    list.length - 1,
    list.length,
  )
  return percent({ value: 1 - value, low: 1 - high, high: 1 - low })
}
const masked = train(training, chosen.parts, chosen.penalty)
console.log(
  `\n# chosen: ${chosen.parts.join(', ')}, penalty ${chosen.penalty}; tested on the other half`,
)
for (const group of ['drawn bare', 'drawn masked', 'real masks', 'FairFace', 'UTKFace'] as const) {
  const list = testing.filter((each) => each.group === group)
  console.log(`| ${group} | ${list.length} | ${right(list, masked)} |`)
}
const of = (...groups: string[]) => testing.filter(({ group }) => groups.includes(group))
console.log(
  `drawn pairs, balanced: ${(100 * balanced(of('drawn bare', 'drawn masked'), masked)).toFixed(1)} %`,
)
for (const bare of ['FairFace', 'UTKFace']) {
  console.log(
    `real masks against ${bare}, balanced: ${(100 * balanced(of('real masks', bare), masked)).toFixed(1)} %`,
  )
}
