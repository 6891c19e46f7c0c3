/**
 * The gain from normalizing similarities by a cohort of other people (S-norm: each similarity in standard deviations from those
 * of both photos to the cohort), for docs/accuracy.md: `npm run bench:cohort`. Runs on the AT&T faces in AGNIZE_TEST_FACES
 * (LFW's five people are too few for a cohort), each third of the people in turn being the cohort of the others, and on
 * synthetic faces, whose number is not limited.
 */
import { PeopleBootstrap } from '../dist/evaluation/bootstrap.js'
import { areaUnderRoc, fnmrAtFmr, type PairHistograms } from '../dist/evaluation/error-rates.js'
import { peopleOf } from '../dist/evaluation/evaluation-set.js'
import { PairCounts } from '../dist/evaluation/pair-counts.js'
import { openAgnize } from '../dist/index.js'
import { photosOf } from './face-sets.js'
import { likeTheDefaultModel, SyntheticFaces } from './synthetic-faces.js'

interface Face {
  readonly person: string
  readonly vector: Float32Array
}

/** Divisor that brings normalized similarities into −1…1, the range of the histogram. */
const scale = 16

const dot = (a: Float32Array, b: Float32Array) => a.reduce((sum, x, k) => sum + x * b[k]!, 0)

function momentsTo(cohort: readonly Face[], { vector }: Face, nearest?: number) {
  const all = cohort.map((each) => dot(vector, each.vector)).sort((a, b) => b - a)
  const used = all.slice(0, nearest)
  const mean = used.reduce((sum, x) => sum + x, 0) / used.length
  const variance = used.reduce((sum, x) => sum + (x - mean) ** 2, 0) / (used.length - 1)
  return { mean, deviation: Math.sqrt(variance) }
}

async function measure(name: string, faces: readonly Face[]): Promise<void> {
  const everybody = [...new Set(faces.map(({ person }) => person))]
  const { people } = peopleOf(faces)
  const counts = Object.fromEntries(
    ['plain', 'S-norm', 'adaptive S-norm, nearest 30'].map((kind) => [
      kind,
      new PairCounts(people),
    ]),
  )
  for (let part = 0; part < 3; part++) {
    const isCohort = ({ person }: Face) => everybody.indexOf(person) % 3 === part
    const cohort = faces.filter(isCohort)
    const moments = faces.map((face) => (isCohort(face) ? null : momentsTo(cohort, face)))
    const nearest = faces.map((face) => (isCohort(face) ? null : momentsTo(cohort, face, 30)))
    faces.forEach((a, i) => {
      if (!moments[i]) return
      for (let j = i + 1; j < faces.length; j++) {
        if (!moments[j]) continue
        const b = faces[j]!
        const similarity = dot(a.vector, b.vector)
        const same = a.person === b.person
        const normalized = (by: typeof moments) =>
          [by[i]!, by[j]!].reduce((sum, m) => sum + (similarity - m.mean) / m.deviation / 2, 0)
        counts.plain!.add(i, j, same, similarity)
        counts['S-norm']!.add(i, j, same, normalized(moments) / scale)
        counts['adaptive S-norm, nearest 30']!.add(i, j, same, normalized(nearest) / scale)
      }
    })
  }
  console.log(`\n# ${name}: ${faces.length} photos of ${everybody.length} people`)
  let plain: PeopleBootstrap | undefined
  for (const [kind, each] of Object.entries(counts)) {
    const options = { replicates: 1000, seed: 1, threads: 2 }
    const bootstrap = await PeopleBootstrap.draw(each.all, each.ofPeople, options)
    plain ??= bootstrap
    const figures: [string, (scores: PairHistograms) => number][] = [
      ['AUC', areaUnderRoc],
      ['FNMR at FMR 1e-2', (scores) => fnmrAtFmr(scores, 1e-2)],
      ['FNMR at FMR 1e-3', (scores) => fnmrAtFmr(scores, 1e-3)],
      ['FNMR at FMR 1e-4', (scores) => fnmrAtFmr(scores, 1e-4)],
    ]
    const text = figures.map(([label, of]) => {
      const { value } = bootstrap.share(of)
      const { low, high } = bootstrap.difference(plain!, of)
      const difference =
        bootstrap === plain ? '' : ` (difference ${low.toFixed(5)} to ${high.toFixed(5)})`
      return `${label} ${value.toFixed(5)}${difference}`
    })
    console.log(`${kind}: ${text.join(', ')}`)
  }
}

await using agnize = await openAgnize()
const photos = await photosOf('orl')
const found: Face[] = []
let next = 0
for await (const each of agnize.analyzeEach(photos.map(({ photo }) => photo))) {
  const { name } = photos[next++]!
  if ('error' in each) throw each.error
  const [face] = each.result.faces
  if (face) found.push({ person: name, vector: face.embedding.vector })
}
await measure('AT&T faces', found)
for (const ofFamily of [0.12, 0.3]) {
  // A lower share of the person in a photo's variance, so that there are errors to measure.
  const made = new SyntheticFaces({ ...likeTheDefaultModel, ofFamily, ofPerson: 0.5, seed: 3 })
  const faces: Face[] = []
  for (let person = 0; person < 300; person++) {
    const photo = made.person()
    for (let k = 0; k < 4; k++) faces.push({ person: `p${person}`, vector: photo() })
  }
  await measure(`made up, family resemblance ${ofFamily}`, faces)
}
