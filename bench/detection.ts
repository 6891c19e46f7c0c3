/**
 * What each detector finds, for docs/reference/benchmarks.md: `npm run bench:detection -- [DETECTOR …]`, by default every
 * detector of AGNIZE_HOME. With `--sheets FOLDER` the photos with mistakes are drawn, to be looked at.
 *
 * Photos are split in halves by person (LFW) or file name (the rest): constants were chosen on half A, half B is reported; `--half A` prints the
 * other one. The pairs of faces are a sample with a seed.
 */
import { createHash } from 'node:crypto'
import { existsSync, mkdirSync, readdirSync, readFileSync } from 'node:fs'
import { basename, dirname, join } from 'node:path'
import { parseArgs } from 'node:util'
import sharp from 'sharp'
import { Random } from '../dist/base/random.js'
import { type Agnize, cosine, type Detail, type Face, openAgnize } from '../dist/index.js'
import { drawSheet } from './contact-sheet.js'
import { facesFolder } from './face-sets.js'

const { values, positionals } = parseArgs({
  allowPositionals: true,
  options: {
    half: { type: 'string', default: 'B' },
    sheets: { type: 'string' },
    sets: { type: 'string', default: 'utk,masks,lfw,photos,turned,recognition' },
    detail: { type: 'string', default: 'fast,auto,full' },
    most: { type: 'string', default: '2000' },
  },
})
const sets = values.sets.split(',')
const details = values.detail.split(',') as Detail[]
const most = Number(values.most)

/** Photos of UTKFace's crops that show no face: three eyes and a blank, looked at. */
const noFaces = new Set([
  '1_0_0_20170109193052283.jpg',
  '1_1_0_20170109190852630.jpg',
  '1_1_0_20170109194452834.jpg',
  '90_0_0_20170111210338948.jpg',
])

const photosIn = (folder: string) =>
  readdirSync(join(facesFolder, folder), { recursive: true, encoding: 'utf8' })
    .filter((name) => /\.(jpe?g|png)$/i.test(name))
    .map((name) => join(facesFolder, folder, name))
    .sort()

const inHalf = (key: string) =>
  (createHash('sha256').update(key).digest()[0]! % 2 === 0 ? 'A' : 'B') === values.half

/** A box that is a part of a face, such as a lens, is narrower than this share of a photo that is filled by a face. */
const partWidth = 0.5

interface Analyzed {
  readonly photo: string
  readonly width: number
  readonly height: number
  readonly faces: readonly Face[]
  readonly ms: number
}

/** Analyzes photos; damaged ones are counted apart. */
async function analyzed(agnize: Agnize, photos: readonly string[], detail: Detail) {
  const results: Analyzed[] = []
  let damaged = 0
  let i = 0
  for await (const each of agnize.analyzeEach(photos, { detail })) {
    const photo = photos[i++]!
    if ('error' in each) damaged++
    else {
      const { width, height, faces, timings } = each.result
      results.push({ photo, width, height, faces, ms: timings.detect })
    }
  }
  return { results, damaged }
}

const median = (numbers: readonly number[]) =>
  [...numbers].sort((a, b) => a - b)[Math.floor(numbers.length / 2)] ?? Number.NaN
const percent = (part: number, whole: number) => `${((100 * part) / whole).toFixed(2)} %`
const holds = ({ box }: Face, x: number, y: number) =>
  x > box.x && x < box.x + box.width && y > box.y && y < box.y + box.height

/** Photos that one face fills: whole, cut, missed, and boxes of parts and of anything else. */
async function closeUps(
  agnize: Agnize,
  label: string,
  photos: readonly string[],
  leastWidth: number,
  partOf = leastWidth,
): Promise<void> {
  for (const detail of details) {
    const { results, damaged } = await analyzed(agnize, photos, detail)
    const whole = ({ faces, width, height }: Analyzed) =>
      faces.some(
        (face) => holds(face, width / 2, height / 2) && face.box.width >= leastWidth * width,
      )
    const parts = results.filter(({ faces, width, height }) =>
      faces.some(
        ({ box }) =>
          box.width < partOf * width &&
          box.x + box.width / 2 > 0.15 * width &&
          box.x + box.width / 2 < 0.85 * width &&
          box.y + box.height / 2 < 0.85 * height,
      ),
    )
    const missed = results.filter(({ faces }) => faces.length === 0)
    const cut = results.filter((each) => each.faces.length > 0 && !whole(each))
    console.log(
      `${label.padEnd(12)} ${detail.padEnd(5)} found whole ${percent(results.filter(whole).length, results.length)} of ${results.length}; missed ${missed.length}, cut or elsewhere ${cut.length}, with a box of a part ${parts.length}; damaged files ${damaged}; ${median(results.map(({ ms }) => ms)).toFixed(1)} ms`,
    )
    await sheet(`${label}-${detail}`, [...new Set([...missed, ...cut, ...parts])])
  }
}

/** LFW: the person meant is in the middle; other boxes are background people or mistakes, to be looked at. */
async function inTheWild(agnize: Agnize, photos: readonly string[]): Promise<void> {
  for (const detail of details) {
    const { results, damaged } = await analyzed(agnize, photos, detail)
    const central = ({ faces, width, height }: Analyzed) =>
      faces.find((face) => holds(face, width / 2, height / 2))
    const missed = results.filter((each) => !central(each))
    const others = results.filter((each) => each.faces.some((face) => face !== central(each)))
    const count = others.reduce((sum, { faces }) => sum + faces.length - 1, 0)
    // Everybody stands or sits upright here.
    const turned = results.filter((each) => Math.abs(central(each)?.pose.roll ?? 0) > 60)
    console.log(
      `lfw-wild     ${detail.padEnd(5)} found ${percent(results.length - missed.length, results.length)} of ${results.length}; missed ${missed.length}; other boxes ${count} in ${others.length} photos; taken for turned ${turned.length}; damaged files ${damaged}; ${median(results.map(({ ms }) => ms)).toFixed(1)} ms`,
    )
    await sheet(`lfw-missed-${detail}`, missed)
    await sheet(`lfw-others-${detail}`, others)
  }
}

/** Stock photos with annotated noses. */
async function stockPhotos(agnize: Agnize): Promise<void> {
  const file = join(facesFolder, 'photos/truth.json')
  if (!existsSync(file)) return
  const truth = (JSON.parse(readFileSync(file, 'utf8')) as Truth).photos
  const names = Object.keys(truth)
  for (const detail of details) {
    const { results } = await analyzed(
      agnize,
      names.map((name) => join(facesFolder, 'photos', name)),
      detail,
    )
    let [noses, once, extra] = [0, 0, 0]
    for (const { photo, faces } of results) {
      const points = truth[basename(photo)]!.noses
      const inside = points.map(([x, y]) => faces.filter((face) => holds(face, x, y)).length)
      noses += points.length
      once += inside.filter((n) => n === 1).length
      extra += faces.filter((face) => !points.some(([x, y]) => holds(face, x, y))).length
    }
    console.log(
      `photos       ${detail.padEnd(5)} noses in exactly one box ${once} of ${noses}; boxes without a nose ${extra}; ${results.map(({ ms }) => ms.toFixed(0)).join(', ')} ms`,
    )
  }
}

interface Truth {
  readonly photos: Record<string, { readonly noses: readonly (readonly [number, number])[] }>
}

/** Photos turned by 90°, 180° and 270°: found, with the roll of the turn, and recognized as the same face. */
async function turnedPhotos(agnize: Agnize, photos: readonly string[]): Promise<void> {
  const upright = (await analyzed(agnize, photos, 'auto')).results
  for (const degrees of [90, 180, 270]) {
    const bytes = await Promise.all(
      photos.map((photo) => sharp(photo).rotate(degrees).png().toBuffer()),
    )
    let [found, roll, same, i] = [0, 0, 0, 0]
    for await (const each of agnize.analyzeEach(bytes)) {
      const original = upright[i++]!.faces[0]
      if ('error' in each) throw each.error
      const face = each.result.faces[0]
      if (!face || !original) continue
      found++
      const off = Math.abs(((face.pose.roll - original.pose.roll - degrees + 540) % 360) - 180)
      if (off < 20) roll++
      if (cosine(face.embedding, original.embedding) > 0.8) same++
    }
    console.log(
      `turned by ${degrees}° found ${found} of ${photos.length}; with that roll ${roll}; similarity to the upright face over 0.8: ${same}`,
    )
  }
}

/** Misses of verification with this detector: the sample of LFW's pairs, at the card's threshold for FMR 1e-3. */
async function recognition(agnize: Agnize): Promise<void> {
  const file = join(facesFolder, 'protocols/lfw-folds-4-10.csv')
  if (!existsSync(file)) return
  const rows = readFileSync(file, 'utf8').trim().split('\n').slice(1)
  const random = new Random(7)
  const pairs = rows
    .map((row) => ({ row, key: random.next() }))
    .sort((a, b) => a.key - b.key)
    .slice(0, most)
    .map(({ row }) => row.split(','))
  const photos = [...new Set(pairs.flatMap(([a, b]) => [a!, b!]))]
  const { results } = await analyzed(
    agnize,
    photos.map((name) => join(facesFolder, 'lfw-wild', name)),
    'auto',
  )
  const faces = new Map(
    results.map(({ photo, faces, width, height }) => [
      join(basename(dirname(photo)), basename(photo)),
      [...faces].sort((a, b) => offCenter(a, width, height) - offCenter(b, width, height))[0],
    ]),
  )
  const threshold = 0.402
  const [genuine, impostors]: [number[], number[]] = [[], []]
  for (const [a, b, same] of pairs) {
    const [one, other] = [faces.get(a!), faces.get(b!)]
    const value = one && other ? cosine(one.embedding, other.embedding) : -1
    ;(same === '1' ? genuine : impostors).push(value)
  }
  const misses = genuine.filter((value) => value < threshold).length
  console.log(
    `recognition  misses ${percent(misses, genuine.length)} of ${genuine.length} pairs of one person, false matches ${impostors.filter((value) => value >= threshold).length} of ${impostors.length}, at ${threshold}`,
  )
}

const offCenter = ({ box }: Face, width: number, height: number) =>
  Math.hypot(box.x + box.width / 2 - width / 2, box.y + box.height / 2 - height / 2)

async function sheet(name: string, photos: readonly Analyzed[]): Promise<void> {
  if (!values.sheets || photos.length === 0) return
  mkdirSync(values.sheets, { recursive: true })
  await drawSheet(join(values.sheets, `${name.replace('/', '-')}.png`), photos)
}

const spread = (photos: readonly string[]) => {
  const step = Math.max(1, Math.floor(photos.length / most))
  return photos.filter((_, i) => i % step === 0).slice(0, most)
}

const home = await openAgnize()
await home.models.pull()
const installed = (await home.models.list()).filter(
  ({ card, state }) => card.task === 'detection' && state === 'ready',
)
await home.close()
const names = positionals.length > 0 ? positionals : installed.map(({ card }) => card.name)
for (const detector of names) {
  await using agnize = await openAgnize({ detector })
  console.log(`\n# ${detector}, half ${values.half}, at most ${most} photos a set`)
  if (sets.includes('utk')) {
    const photos = photosIn('utk').filter((p) => inHalf(basename(p)) && !noFaces.has(basename(p)))
    await closeUps(agnize, 'utk', spread(photos), partWidth)
  }
  if (sets.includes('masks')) {
    await closeUps(
      agnize,
      'masks/real',
      photosIn('masks/real').filter((p) => inHalf(basename(p))),
      0.2,
    )
    await closeUps(
      agnize,
      'masks/drawn',
      photosIn('masks/drawn').filter((p) => inHalf(dirname(p))),
      0.2,
    )
  }
  if (sets.includes('lfw')) {
    const photos = photosIn('lfw-wild').filter((p) => inHalf(basename(dirname(p))))
    await inTheWild(agnize, spread(photos))
  }
  if (sets.includes('photos')) await stockPhotos(agnize)
  if (sets.includes('turned')) {
    const photos = photosIn('lfw').filter((_, i) => i % 2 === (values.half === 'A' ? 0 : 1))
    await turnedPhotos(agnize, photos)
  }
  if (sets.includes('recognition')) await recognition(agnize)
}
process.exit(0)
