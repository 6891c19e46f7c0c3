/**
 * What the number of people of a group, of nearest groups and the weight of a cohort change:
 * `npm run bench:cohort-choices`. Cohorts of UTKFace, nobody of whom is compared; at the threshold at which every group of 100 adults and more
 * is at four false matches in 1,000 or fewer. Reads UTKFace and Labeled Faces in the Wild from AGNIZE_TEST_FACES.
 */
import { openAgnize } from '../dist/index.js'
import {
  allPairs,
  embeddedSet,
  firstOfEach,
  type Prepared,
  shareFrom,
  thresholdWith,
} from './embedded-sets.js'
import {
  fewestPeople,
  heldOutComparisons,
  isAdult,
  measureOf,
  pairsByKind,
  peopleByKind,
  utkFaces,
} from './groups.js'
import { protocolPairs } from './lfw-protocol.js'

/** The largest false match rate of a group. */
const mostOfGroup = 4e-3
const shipped = { people: 20, neighbors: 3, weight: 0.8 } as const
const choices = [
  { ...shipped, weight: 0 },
  { ...shipped, weight: 0.6 },
  shipped,
  { ...shipped, weight: 1 },
  { ...shipped, neighbors: 1 },
  { ...shipped, neighbors: 5 },
  { ...shipped, neighbors: 10 },
  { ...shipped, people: 10 },
  { ...shipped, people: 30 },
]

await using agnize = await openAgnize({ store: ':memory:' })
const utk = utkFaces(await embeddedSet(agnize, 'utk'))
const people = peopleByKind(utk)
const { faces: lfw } = await embeddedSet(agnize, 'lfw-wild')
const first = firstOfEach(lfw)
const ordinary = first.slice(0, 1000).map(({ vector }) => vector)
const vectors = new Map(lfw.map(({ photo, vector }) => [photo, vector]))
const genuine = protocolPairs().filter(({ same, a, b }) => same && vectors.has(a) && vectors.has(b))

const percent = (share: number) => `${Number((100 * share).toPrecision(2))} %`
console.log(
  '| people of a group | nearest groups | weight | threshold | LFW missed | LFW false matches | children | highest of a group at LFW 1e-5 | LFW missed at 1e-5 |',
)
console.log('| --- | --- | --- | --- | --- | --- | --- | --- | --- |')
for (const choice of choices) {
  const measure = measureOf(utk, ordinary, choice)
  const groups = pairsByKind(heldOutComparisons(utk, ordinary, choice))
  const deciding = [...groups].filter(
    ([kind]) => isAdult(kind) && people.get(kind)! >= fewestPeople,
  )
  const threshold = Math.max(...deciding.map(([, pairs]) => thresholdWith(pairs, mostOfGroup)))
  const similarityOf = (a: Prepared, b: Prepared) => measure.similarity(a, b)
  const one = Float32Array.from(genuine, ({ a, b }) =>
    similarityOf(measure.prepare(vectors.get(a)!), measure.prepare(vectors.get(b)!)),
  )
    .sort()
    .reverse()
  const two = allPairs(first.map(({ vector }) => measure.prepare(vector)))
  const rare = thresholdWith(two, 1e-5)
  const cells = [
    choice.people,
    choice.neighbors,
    choice.weight,
    threshold.toFixed(3),
    percent(1 - shareFrom(one, threshold)),
    shareFrom(two, threshold).toExponential(1),
    percent(shareFrom(groups.get('children')!, threshold)),
    Math.max(...deciding.map(([, pairs]) => shareFrom(pairs, rare))).toExponential(1),
    percent(1 - shareFrom(one, rare)),
  ]
  console.log(`| ${cells.join(' | ')} |`)
}
process.exit(0)
