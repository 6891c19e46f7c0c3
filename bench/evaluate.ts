/**
 * Duration of an evaluation of the size of Labeled Faces in the Wild, for docs/reference/benchmarks.md:
 * `npm run bench:evaluate`. The embeddings are synthetic: 13,233 photos of 5,749 people, with LFW's photos per person.
 */
import { availableParallelism } from 'node:os'
import { Random } from '../dist/base/random.js'
import { evaluateSet } from '../dist/evaluation/evaluate.js'
import type { Sample } from '../dist/evaluation/evaluation-set.js'
import { peopleOf } from '../dist/evaluation/evaluation-set.js'
import { matrixOf } from '../dist/faces/embedding-matrix.js'
import { cosineMeasure } from '../dist/faces/similarity-measure.js'
import { openAgnize } from '../dist/index.js'
import { openProduct } from '../dist/similarities/matrix-product.js'
import { groupAlignedStripes, similarityBlocks } from '../dist/similarities/similarity-blocks.js'
import { median } from './face-sets.js'
import {
  likeTheDefaultModel,
  SyntheticFaces,
  syntheticSample,
  syntheticSet,
} from './synthetic-faces.js'

const threads = Math.min(2, availableParallelism())
/** LFW: 4,069 people with one photo, 779 with two, 291 with three, …, one with 530; the totals here are the same. */
const photosOf: [people: number, photos: number][] = [
  [4069, 1],
  [779, 2],
  [291, 3],
  [187, 4],
  [112, 5],
  [153, 7],
  [100, 15],
  [45, 33],
  [12, 110],
  [1, 530],
]

const faces = new SyntheticFaces({
  ...likeTheDefaultModel,
  dimensions: 512,
  ofFamily: 0.1,
  seed: 1,
})
const random = new Random(2)
const samples: Sample[] = []
let person = 0
for (const [people, photos] of photosOf) {
  for (let i = 0; i < people; i++, person++) {
    const photo = faces.person()
    for (let k = 0; k < photos; k++) {
      samples.push(
        syntheticSample(`p${person}`, `p${person}-${k}`, photo(), {
          camera: ['door', 'hall', 'yard'][random.below(3)]!,
          quality: random.next(),
          size: 40 + 200 * random.next(),
        }),
      )
    }
  }
}
samples.length = Math.min(samples.length, 13_233)
const set = syntheticSet(samples)
const pairs = (samples.length * (samples.length - 1)) / 2
console.log(
  `${samples.length} embeddings of 512 numbers, ${new Set(samples.map(({ person }) => person)).size} people, ${(pairs / 1e6).toFixed(1)} million pairs, ${threads} threads`,
)

const matrix = await matrixOf(samples, cosineMeasure)
const { people } = peopleOf(samples)
const operations = 2 * pairs * 512
const size = 1024
const left = matrix.vectors.subarray(0, size * 512)
const peak = await openProduct(
  { rows: size, inner: 512, columns: size },
  { transposed: true, threads },
)
const rates: number[] = []
const times: number[] = []
for (let round = 0; round < 5; round++) {
  let start = performance.now()
  for (let i = 0; i < 20; i++) await peak.run(left, left)
  rates.push((20 * 2 * size * size * 512) / (performance.now() - start) / 1e6)
  start = performance.now()
  let sum = 0
  await similarityBlocks(
    matrix,
    matrix,
    { threads, stripes: groupAlignedStripes(people) },
    (block) => {
      sum += block.values[0]!
    },
  )
  times.push(performance.now() - start)
  if (!Number.isFinite(sum)) throw new Error('no similarity')
}
await peak.release()
const allowed = operations / (median(rates) * 1e6)
console.log(
  `similarity matrix: ${(median(times) / 1000).toFixed(2)} s, ${(median(times) / allowed).toFixed(2)} × of what ${median(rates).toFixed(0)} GFLOP/s allow (bar: 3)`,
)

const some = 1500
const begun = performance.now()
let total = 0
for (let i = 0; i < some; i++) {
  for (let j = 0; j < i; j++) {
    for (let k = 0; k < 512; k++)
      total += matrix.vectors[i * 512 + k]! * matrix.vectors[j * 512 + k]!
  }
}
if (!Number.isFinite(total)) throw new Error('no similarity')
const plain = ((performance.now() - begun) * pairs) / ((some * (some - 1)) / 2)
console.log(
  `a loop in JavaScript, one thread: ${(plain / 1000).toFixed(0)} s, ${(plain / median(times)).toFixed(0)} × as long`,
)

await using agnize = await openAgnize({ store: ':memory:' })
const start = performance.now()
const { verification, identification } = await evaluateSet(agnize, set, { threads })
const seconds = (performance.now() - start) / 1000
console.log(
  `evaluation with DET, intervals by 1,000 draws and ${verification.slices.length} slices: ${seconds.toFixed(1)} s (bar: 60), at most ${(process.resourceUsage().maxRSS / 1024).toFixed(0)} MB (bar: 1,024)`,
)
console.log(
  `AUC ${verification.auc!.value.toFixed(5)}, EER ${(100 * verification.eer!.value).toFixed(3)} %, FPIR ${identification!.fpir!.value}`,
)
