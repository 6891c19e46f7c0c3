/**
 * What the tutorial's changes to OpenFace's network do to the same photos, for docs/tutorial.md:
 * `npm run bench:facenet [FOLDER]`. Without a folder of the complete weights, 221 real files and five made by a formula
 * stand in.
 */
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { allPairs, rocAuc } from '../dist/evaluation/pair-scores.js'
import { openAgnize } from '../dist/index.js'
import { openSession } from '../dist/models/runtime.node.js'
import { plainFace } from '../dist/training/data/augment.js'
import { trainingPhotos } from '../dist/training/data/training-photos.js'
import { readCsvWeights } from '../dist/training/facenet/csv-weights.js'
import { exportNetwork } from '../dist/training/networks/network.js'
import { nn4Small2 } from '../dist/training/networks/nn4-small2.js'
import { fillWeightsFolder } from '../tests/training/facenet.js'
import { setFolder } from './photos.js'

const folder = process.argv[2] ?? (await mkdtemp(join(tmpdir(), 'agnize-weights-')))
if (!process.argv[2]) await fillWeightsFolder(folder)
const weights = await readCsvWeights(folder)
await using agnize = await openAgnize()
const network = nn4Small2()
const { faces } = await trainingPhotos(agnize, setFolder('lfw'), network, {})
const names = faces.map(({ name }) => name)
console.log(`${faces.length} photos of ${new Set(names).size} people`)
const embedded: Float32Array[][] = []
for (const variant of ['openface', 'tutorial'] as const) {
  const model = exportNetwork(nn4Small2(variant), weights)
  const session = await openSession(model, [1, ...network.inputShape])
  const embeddings: Float32Array[] = []
  for (const { kept } of faces) {
    embeddings.push((await session.run(plainFace(kept, network.input))).embedding!)
  }
  await session.release()
  embedded.push(embeddings)
  const pairs = allPairs(embeddings, names)
  const mean = (values: Float64Array) =>
    values.reduce((sum, s) => sum + Math.sqrt(Math.max(0, 2 - 2 * s)), 0) / values.length
  console.log(
    `${variant}: mean distance of one person's photos ${mean(pairs.genuine).toFixed(4)}, of two people's ${mean(pairs.impostor).toFixed(4)}, AUC ${rocAuc(pairs).toFixed(4)}`,
  )
}
const apart = faces.map((_, i) =>
  Math.hypot(...embedded[0]![i]!.map((x, k) => x - embedded[1]![i]![k]!)),
)
console.log(
  `between the two embeddings of a photo: mean ${(apart.reduce((a, b) => a + b) / apart.length).toFixed(4)}, most ${Math.max(...apart).toFixed(4)}`,
)
if (!process.argv[2]) await rm(folder, { recursive: true })
