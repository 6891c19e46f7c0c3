/**
 * Clustering accuracy on strangers, for docs/accuracy.md: `npm run bench:cluster`. The faces of the face sets beside the
 * project (AGNIZE_TEST_FACES) are clustered without their names, at several thresholds.
 */
import { existsSync } from 'node:fs'
import { join, resolve } from 'node:path'
import { dbscan } from '../dist/clustering/dbscan.js'
import { groupFaces, groupingRate } from '../dist/clustering/group-faces.js'
import { clusterAgreement } from '../dist/evaluation/index.js'
import { cosine, openAgnize, peopleIn } from '../dist/index.js'
import { thresholdFor } from '../dist/recognition/threshold.js'

const folder = resolve(process.env.AGNIZE_TEST_FACES ?? '../shared/faces')
if (!existsSync(folder)) throw new Error(`There are no faces in ${folder}: set AGNIZE_TEST_FACES.`)
const agnize = await openAgnize()
const card = await agnize.embeddingCard()

interface Sample {
  readonly person: string
  readonly embedding: { readonly model: string; readonly vector: Float32Array }
}

async function samplesOf(set: string): Promise<Sample[]> {
  const samples: Sample[] = []
  const photos = await peopleIn(join(folder, set))
  let i = 0
  for await (const each of agnize.analyzeEach(photos.map(({ photo }) => photo))) {
    const { name } = photos[i++]!
    const face = 'result' in each ? each.result.faces[0] : undefined
    if (face && face.quality.score >= 0.3) {
      samples.push({ person: `${set} ${name}`, embedding: face.embedding })
    }
  }
  return samples
}

/** The clusters of DBSCAN with another minimum number of points for a core point; each noise point is a cluster of its own. */
function withPoints(samples: readonly Sample[], least: number, leastPoints: number): number[] {
  const neighbors = samples.map((a, i) =>
    samples.flatMap((b, k) => (k !== i && cosine(a.embedding, b.embedding) >= least ? [k] : [])),
  )
  let alone = samples.length
  return [...dbscan(neighbors, leastPoints).labels].map((label) => (label < 0 ? alone++ : label))
}

const percent = (share: number) => `${(100 * share).toFixed(2).padStart(6)} %`
const lfw = await samplesOf('lfw')
const orl = await samplesOf('orl')
for (const [name, samples] of [
  ['LFW', lfw],
  ['ORL', orl],
  ['both', [...lfw, ...orl]],
] as const) {
  const own = groupingRate(samples.length)
  const people = samples.map(({ person }) => person)
  console.log(`\n${name}: ${samples.length} faces of ${new Set(people).size} people`)
  console.log(
    'FMR a pair  cosine  points  pairs: precision    recall  B-cubed: precision    recall  groups',
  )
  for (const fmr of [1e-3, 1e-4, 1e-5, own, own / 1000]) {
    const { value } = thresholdFor(card, { fmr }, 1)
    for (const points of fmr === own ? [2, 3, 5] : [2]) {
      const groups =
        points === 2
          ? await groupFaces(
              samples.map(({ embedding }) => embedding.vector),
              { similarity: value, threads: 1 },
            )
          : withPoints(samples, value, points)
      const found = clusterAgreement(groups, people)
      console.log(
        `${fmr.toExponential(1).padStart(10)}  ${value.toFixed(3)}  ${String(points).padStart(6)}  ${percent(found.pairPrecision).padStart(16)}  ${percent(found.pairRecall)}  ${percent(found.bCubedPrecision).padStart(18)}  ${percent(found.bCubedRecall)}  ${found.groups}${fmr === own && points === 2 ? '  ← the default' : ''}`,
      )
    }
  }
}
await agnize.close()
