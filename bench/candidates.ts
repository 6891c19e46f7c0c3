/**
 * Whether the best person by similarity is among the candidates, which searches choose by the cosine: `npm run bench:candidates`.
 * Galleries of adults, of small children and of both, from Labeled Faces in the Wild and UTKFace in AGNIZE_TEST_FACES.
 */
import { dot } from '../dist/faces/vectors.js'
import { openAgnize } from '../dist/index.js'
import { embeddedSet, firstOfEach, type Prepared } from './embedded-sets.js'
import { isAdult, utkFaces } from './groups.js'

/** Candidates of a search for five people (`gallery/search/candidate.ts`). */
const candidates = 64 + 2 * 5
/** Number of probes of each gallery. */
const probesOfEach = 2000

await using agnize = await openAgnize({ store: ':memory:' })
const measure = await agnize.similarityMeasure()
const prepare = ({ vector }: { vector: Float32Array }): Prepared => measure.prepare(vector)
const lfw = (await embeddedSet(agnize, 'lfw-wild')).faces
const first = firstOfEach(lfw)
const isFirst = new Set(first)
const utk = utkFaces(await embeddedSet(agnize, 'utk'))
const adults = [...first, ...utk.filter(({ kind }) => isAdult(kind))].map(prepare)
const children = utk.filter(({ kind }) => kind === 'children').map(prepare)
const others = lfw.filter((face) => !isFirst.has(face)).map(prepare)

console.log(
  '| gallery | people | probes | best by similarity among the candidates | its worst rank by the cosine |',
)
console.log('| --- | --- | --- | --- | --- |')
for (const [name, gallery, probes] of [
  ['adults', adults, [...others, ...adults]],
  ['children', children, children],
  ['both', [...adults, ...children], [...others, ...children, ...adults]],
] as const) {
  const step = Math.max(1, Math.floor(probes.length / probesOfEach))
  let searched = 0
  let among = 0
  let worst = 0
  for (let i = 0; i < probes.length; i += step) {
    const probe = probes[i]!
    const cosines: number[] = []
    let best = -1
    let most = Number.NEGATIVE_INFINITY
    for (const [k, face] of gallery.entries()) {
      // A person is not searched with the enrolled photo.
      const cosine = face.vector === probe.vector ? -1 : dot(face.vector, probe.vector)
      cosines.push(cosine)
      if (cosine - face.offset > most) [best, most] = [k, cosine - face.offset]
    }
    const rank = cosines.filter((cosine) => cosine > cosines[best]!).length + 1
    searched++
    if (rank <= candidates) among++
    worst = Math.max(worst, rank)
  }
  console.log(
    `| ${name} | ${gallery.length} | ${searched} | ${((100 * among) / searched).toFixed(2)} % | ${worst} |`,
  )
}
process.exit(0)
