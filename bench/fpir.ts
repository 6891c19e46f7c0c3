/**
 * FPIR by gallery size, for docs/accuracy.md: `npm run bench:fpir`. The faces are synthetic, so that there can be 100,000
 * people. The thresholds are calibrated on 300 others, in forty independent draws; then 10,000 strangers are searched for in
 * as many galleries of each size as there are people for, at most a hundred.
 */
import { calibrateSet } from '../dist/evaluation/calibrate.js'
import type { Sample } from '../dist/evaluation/evaluation-set.js'
import { type EmbeddingCard, thresholdFor } from '../dist/index.js'
import { embeddingCard } from '../dist/models/builtin.js'
import { similarityBlocks } from '../dist/similarities/similarity-blocks.js'
import {
  likeTheDefaultModel,
  SyntheticFaces,
  syntheticSample,
  syntheticSet,
} from './synthetic-faces.js'

const calibrated = { people: 300, photos: 4 }
const strangers = 10_000
const sizes = [10, 100, 1000, 10_000, 100_000]
const asked = [1e-2, 1e-3]
const draws = 40
const mostGalleries = 100
const threads = 2

for (const [name, heavier] of [
  ['impostors as the default model has them', {}],
  ['with strong family resemblance', { ofFamily: 0.3, families: 200 }],
] as const) {
  const options = { ...likeTheDefaultModel, ...heavier }
  const { dimensions } = options
  const faces = new SyntheticFaces({ ...options, seed: 1 })
  const matrix = (count: number) => {
    const vectors = new Float32Array(count * dimensions)
    for (let i = 0; i < count; i++) vectors.set(faces.person()(), i * dimensions)
    return { vectors, dimensions, count }
  }
  const cards: EmbeddingCard[] = []
  for (let draw = 0; draw < draws; draw++) {
    const samples: Sample[] = []
    for (let i = 0; i < calibrated.people; i++) {
      const photo = faces.person()
      for (let k = 0; k < calibrated.photos; k++) {
        samples.push(syntheticSample(`p${i}`, `p${i}-${k}`, photo()))
      }
    }
    const set = syntheticSet(samples)
    const { calibration } = await calibrateSet(set, { threads, seed: draw + 1 })
    cards.push({ ...embeddingCard, calibration })
  }
  const gallery = matrix(sizes.at(-1)!)
  const probes = matrix(strangers)
  /** The best similarity of each stranger in each gallery of a size. */
  const galleries = sizes.map((size) => Math.min(mostGalleries, gallery.count / size))
  const best = galleries.map((count) => new Float32Array(count * strangers).fill(-1))
  await similarityBlocks(
    probes,
    gallery,
    { threads },
    ({ rowFrom, rowTo, columnFrom, columnTo, values, stride }) => {
      sizes.forEach((size, s) => {
        const to = Math.min(columnTo, size * galleries[s]!)
        for (let i = rowFrom; i < rowTo; i++) {
          const row = (i - rowFrom) * stride - columnFrom
          for (let j = columnFrom; j < to; j++) {
            const at = Math.floor(j / size) * strangers + i
            if (values[row + j]! > best[s]![at]!) best[s]![at] = values[row + j]!
          }
        }
      })
    },
  )
  for (const each of best) each.sort()
  console.log(
    `\n# ${name}: calibrated on ${calibrated.people} people × ${calibrated.photos}, ${draws} times; ${strangers} strangers`,
  )
  for (const fpir of asked) {
    sizes.forEach((size, s) => {
      const named = (threshold: number) => {
        const sorted = best[s]!
        let [low, high] = [0, sorted.length]
        while (low < high) {
          const middle = (low + high) >> 1
          if (sorted[middle]! < threshold) low = middle + 1
          else high = middle
        }
        return 1 - low / sorted.length
      }
      const adapted = cards.map((card) => named(thresholdFor(card, { fpir }, size).value))
      const fixed = cards.map((card) => named(thresholdFor(card, { fpir }, sizes[0]!).value))
      const mean = (rates: number[]) =>
        (rates.reduce((sum, rate) => sum + rate, 0) / rates.length).toPrecision(2)
      const over = adapted.filter((rate) => rate > fpir).length
      const thresholds = cards.map((card) => thresholdFor(card, { fpir }, size).value)
      console.log(
        `asked FPIR ${fpir}, ${size} people (${galleries[s]} galleries): threshold ${Math.min(...thresholds).toFixed(3)} to ${Math.max(...thresholds).toFixed(3)}, strangers named ${mean(adapted)} on average, ${Math.max(...adapted).toPrecision(2)} at most, over what was asked after ${over} of ${draws} calibrations; at the threshold for ${sizes[0]} people ${mean(fixed)}`,
      )
    })
  }
}
