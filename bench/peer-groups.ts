/**
 * How often agnize, face_recognition (dlib) and face-api take two people of one group for one, by their own defaults:
 * `npm run bench:peer-groups`, for docs/accuracy.md. Reads UTKFace and Labeled Faces in the Wild (folds 4 to 10) from
 * AGNIZE_TEST_FACES; descriptions are kept in `.cache/faces`, the first run takes an hour. Linux only.
 */
import type { CohortFace } from '../dist/evaluation/make-cohort.js'
import { cosineMeasure, type SimilarityMeasure } from '../dist/faces/similarity-measure.js'
import { openAgnize, thresholdFor } from '../dist/index.js'
import { embeddedSet, firstOfEach } from './embedded-sets.js'
import { descriptorSimilarity, openFaceApi } from './face-api.js'
import {
  type Comparison,
  falseMatchRates,
  heldOutComparisons,
  isAdult,
  peopleByKind,
  utkFaces,
} from './groups.js'
import { protocolPairs } from './lfw-protocol.js'
import {
  faceRecognitionVersions,
  installFaceRecognition,
  openFaceRecognition,
} from './peers/face-recognition.js'
import { type Describe, peerVectors } from './peers/peer-vectors.js'

/** The negative L2 distance: higher is closer. */
const byDistance: SimilarityMeasure = {
  ...cosineMeasure,
  similarity: (a, b) => descriptorSimilarity(a.vector, b.vector),
}
const percent = (share: number) => `${Number((100 * share).toPrecision(2))} %`
/** The largest distance of one person, by default of both peers. */
const peerDistance = 0.6

/** What a program finds and decides. */
interface Program {
  readonly name: string
  readonly comparisons: readonly Comparison[]
  readonly threshold: number
  /** Photos of UTKFace with a face. */
  readonly crops: number
  /** Missed pairs of one person of Labeled Faces in the Wild; a pair with a photo without a face is one. */
  readonly missed: number
}

installFaceRecognition()
await using agnize = await openAgnize({ store: ':memory:' })
const set = await embeddedSet(agnize, 'utk')
const utk = utkFaces(set)
const photoOf = new Map(set.faces.map(({ vector, photo }) => [vector, photo]))
const wild = await embeddedSet(agnize, 'lfw-wild')
const pairs = protocolPairs()
const genuine = pairs.filter(({ same }) => same)

const dlib = openFaceRecognition()
const faceApi = await openFaceApi()
const peers: readonly [name: string, file: string, describe: Describe][] = [
  [
    faceRecognitionVersions(),
    'face_recognition',
    async (path) => (await dlib.describe(path)).central,
  ],
  [
    'face-api 1.7, tiny detector',
    'face-api',
    async (path) => {
      const [largest] = await faceApi(path, 'tiny', 1)
      return largest ? [...largest] : null
    },
  ],
]

const programs = [await ownProgram()]
for (const [name, file, describe] of peers) programs.push(await peerProgram(name, file, describe))
dlib.close()

const people = peopleByKind(utk)
const rates = programs.map(({ comparisons, threshold }) => falseMatchRates(comparisons, threshold))
console.log(`| group (people) | ${programs.map(({ name }) => name).join(' | ')} |`)
console.log(`| --- | ${programs.map(() => '---').join(' | ')} |`)
const kinds = [...people].sort(
  ([a, n], [b, k]) => Number(isAdult(b)) - Number(isAdult(a)) || k - n || (a < b ? -1 : 1),
)
for (const [kind, n] of kinds) {
  const shares = rates.map((rate) => rate.get(kind)!.value)
  console.log(`| ${kind} (${n}) | ${shares.map(percent).join(' | ')} |`)
}
console.log(
  `| crops without a face, of ${set.photos} | ${programs.map(({ crops }) => set.photos - crops).join(' | ')} |`,
)
console.log(
  `| LFW pairs of one person missed, of ${genuine.length} | ${programs.map(({ missed }) => percent(missed / genuine.length)).join(' | ')} |`,
)
process.exit(0)

async function ownProgram(): Promise<Program> {
  const card = await agnize.embeddingCard()
  const measure = await agnize.similarityMeasure()
  const { value: threshold } = thresholdFor(card, { fmr: 1e-3 })
  const ordinary = firstOfEach(wild.faces).slice(0, 1000)
  const vectors = new Map(wild.faces.map(({ photo, vector }) => [photo, vector]))
  return {
    name: '**agnize**, asked 0.1 %',
    comparisons: heldOutComparisons(
      utk,
      ordinary.map(({ vector }) => vector),
    ),
    threshold,
    crops: set.faces.length,
    missed: missesOf(vectors, measure, threshold),
  }
}

async function peerProgram(name: string, file: string, describe: Describe): Promise<Program> {
  const crops = await peerVectors(
    file,
    'utk',
    set.faces.map(({ photo }) => photo).concat(set.missed),
    describe,
  )
  const photos = [...new Set(genuine.flatMap(({ a, b }) => [a, b]))].sort()
  const found = await peerVectors(file, 'lfw-wild', photos, describe)
  const faces = utk.flatMap(({ vector, kind }): CohortFace[] => {
    const own = crops.get(photoOf.get(vector)!)
    return own ? [{ vector: own, kind }] : []
  })
  return {
    name: `${name}, distance ${peerDistance}`,
    comparisons: [{ faces, measure: byDistance }],
    threshold: -peerDistance,
    crops: [...crops.values()].filter((vector) => vector !== null).length,
    missed: missesOf(found, byDistance, -peerDistance),
  }
}

/** Misses among the pairs of one person; a photo without a face is one. @param vectors - By photo below the set's folder. */
function missesOf(
  vectors: ReadonlyMap<string, Float32Array | null>,
  measure: SimilarityMeasure,
  threshold: number,
): number {
  let missed = 0
  for (const pair of genuine) {
    const [a, b] = [vectors.get(pair.a), vectors.get(pair.b)]
    const similarity = a && b && measure.similarity(measure.prepare(a), measure.prepare(b))
    if (similarity == null || similarity < threshold) missed++
  }
  return missed
}
