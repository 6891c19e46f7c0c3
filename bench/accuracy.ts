/**
 * The accuracy figures in docs/accuracy.md: `npm run bench:accuracy`, or `npm run bench:accuracy -- commercial` for the cohort that
 * AGNIZE_USE=commercial takes. Reads Labeled Faces in the Wild (folds 4 to 10), UTKFace, FairFace, the AT&T faces and the masks
 * from AGNIZE_TEST_FACES; embeddings are kept in `.cache/faces`. Draws docs/images/accuracy-det.svg (not for commercial).
 */
import { writeFileSync } from 'node:fs'
import { Random } from '../dist/base/random.js'
import { foldAccuracy } from '../dist/evaluation/folds.js'
import {
  type RateEstimate,
  rateInterval,
  varianceOverPeople,
} from '../dist/evaluation/intervals.js'
import { freedomOf } from '../dist/evaluation/slices.js'
import { cosineMeasure, type SimilarityMeasure } from '../dist/faces/similarity-measure.js'
import { dot } from '../dist/faces/vectors.js'
import { openAgnize, thresholdFor } from '../dist/index.js'
import { detPicture } from './det-picture.js'
import {
  allPairs,
  countFrom,
  type EmbeddedFace,
  type EmbeddedSet,
  embeddedSet,
  firstOfEach,
  shareFrom,
  thresholdWith,
} from './embedded-sets.js'
import {
  falseMatchRates,
  fewestPeople,
  heldOutComparisons,
  isAdult,
  peopleByKind,
  utkFaces,
} from './groups.js'
import { otherName, protocolPairs, twoNames } from './lfw-protocol.js'

const use = process.argv[2] === 'commercial' ? 'commercial' : 'research'
const asked = 1e-3
const percent = (share: number) => `${Number((100 * share).toPrecision(2))} %`

await using agnize = await openAgnize({ store: ':memory:', use })
const card = await agnize.embeddingCard()
const measure = await agnize.similarityMeasure()
const { value: threshold } = thresholdFor(card, { fmr: asked })
console.log(
  `Cohort: ${card.cohort?.data ?? 'none'}. Threshold for an FMR of ${asked}: ${threshold}\n`,
)

const wild = await embeddedSet(agnize, 'lfw-wild')
const ordinary = firstOfEach(wild.faces)
const enrolled = await embeddedSet(agnize, 'lfw-wild', { views: true })
protocol(wild)
curve(wild)
views()
await groups()
openSet(wild.faces, enrolled.faces)
await others()
process.exit(0)

interface Pair {
  readonly a: EmbeddedFace
  readonly b: EmbeddedFace
  readonly same: boolean
  readonly fold: number
}

/** The pairs of the standard protocol whose photos have a face. */
function embeddedPairs({ faces }: EmbeddedSet): { pairs: Pair[]; failed: number } {
  const byPhoto = new Map(faces.map((face) => [face.photo, face]))
  const all = protocolPairs()
  const pairs = all.flatMap(({ same, fold, ...photos }): Pair[] => {
    const [a, b] = [byPhoto.get(photos.a), byPhoto.get(photos.b)]
    return a && b ? [{ a, b, same, fold }] : []
  })
  return { pairs, failed: all.length - pairs.length }
}

function similarityOf(by: SimilarityMeasure, { a, b }: Pick<Pair, 'a' | 'b'>): number {
  return by.similarity(by.prepare(a.vector), by.prepare(b.vector))
}

function protocol(set: EmbeddedSet): void {
  const { pairs, failed } = embeddedPairs(set)
  console.log('## Labeled Faces in the Wild, folds 4 to 10')
  console.log(
    `${set.photos} photos, ${set.missed.length} without a face; ${pairs.length} pairs, ${failed} of them with a photo without a face`,
  )
  for (const [name, by] of [
    ['with the cohort', measure],
    ['cosine alone', cosineMeasure],
  ] as const) {
    const samples = pairs.flatMap(({ a, b }) => [a, b])
    const listed = pairs.map(({ same, fold }, i) => ({ a: 2 * i, b: 2 * i + 1, same, fold }))
    const folds = foldAccuracy({ samples, measure: by }, listed)!
    console.log(
      `${name}: accuracy ${(100 * folds.mean).toFixed(2)} % ± ${(100 * folds.standardError).toFixed(2)} (standard error of ${folds.numbers.length} folds)`,
    )
  }
  const genuine = pairs.filter(({ same }) => same)
  const missed = genuine.filter((pair) => similarityOf(measure, pair) < threshold).length
  const { low, high } = rateOver(
    genuine.map((pair) => ({
      person: pair.a.person,
      error: similarityOf(measure, pair) < threshold,
    })),
  )
  console.log(
    `at ${threshold}: ${percent(missed / genuine.length)} of ${genuine.length} pairs of one person are missed (${percent(low)} to ${percent(high)})`,
  )
  const similarities = genuine.map((pair) => similarityOf(measure, pair))
  const mean = similarities.reduce((sum, each) => sum + each, 0) / similarities.length
  const deviation = Math.sqrt(
    similarities.reduce((sum, each) => sum + (each - mean) ** 2, 0) / similarities.length,
  )
  console.log(`similarity of one person: ${mean.toFixed(3)} ± ${deviation.toFixed(3)}\n`)
}

/** Misses at false match rates of all pairs of two people, with and without the cohort, and at the card's thresholds. */
function curve(set: EmbeddedSet): void {
  const { pairs } = embeddedPairs(set)
  console.log(
    `## Errors by threshold: ${ordinary.length} people, one photo of each, and the ${pairs.filter(({ same }) => same).length} pairs of one person`,
  )
  console.log(
    '| false match rate | missed, cosine alone | missed, with the cohort | threshold of the card for it | its false match rate here (pairs; those of one person under two names, and of twins) | missed at it |',
  )
  console.log('| --- | --- | --- | --- | --- | --- |')
  const by = [cosineMeasure, measure].map((each) => ({
    name: each === measure ? 'with the cohort' : 'cosine alone',
    impostor: allPairs(ordinary.map(({ vector }) => each.prepare(vector))),
    genuine: Float32Array.from(
      pairs.filter(({ same }) => same),
      (pair) => similarityOf(each, pair),
    )
      .sort()
      .reverse(),
  }))
  const byName = new Map(ordinary.map((face) => [face.person, face]))
  const underTwoNames = twoNames.map(([a, b]) => ({ a: byName.get(a)!, b: byName.get(b)! }))
  for (const rate of [1e-1, 1e-2, 1e-3, 1e-4, 1e-5, 1e-6]) {
    const missed = by.map(({ impostor, genuine }) =>
      percent(1 - shareFrom(genuine, thresholdWith(impostor, rate))),
    )
    const { value } = thresholdFor(card, { fmr: rate })
    const { impostor, genuine } = by[1]!
    const mistaken = underTwoNames.filter((pair) => similarityOf(measure, pair) >= value).length
    console.log(
      `| ${rate} | ${missed[0]} | ${missed[1]} | ${value.toFixed(3)} | ${shareFrom(impostor, value).toExponential(1)} (${countFrom(impostor, value)} pairs; ${mistaken}) | ${percent(1 - shareFrom(genuine, value))} |`,
    )
  }
  console.log()
  if (use === 'research') writeFileSync('docs/images/accuracy-det.svg', detPicture(by))
}

/** Misses where one face of a pair is averaged over views, as an enrolled one is, or none or both. */
function views(): void {
  const template = new Map(enrolled.faces.map((face) => [face.photo, measure.prepare(face.vector)]))
  const photo = new Map(wild.faces.map((face) => [face.photo, measure.prepare(face.vector)]))
  const genuine = embeddedPairs(wild).pairs.filter(({ same }) => same)
  const people = ordinary.map((face) => face.photo)
  console.log(
    '## Averaged over views: pairs of one person missed at false match rates of all pairs',
  )
  console.log('| pair | 1e-3 | 1e-4 | 1e-5 | false match rate at the threshold |')
  console.log('| --- | --- | --- | --- | --- |')
  for (const [name, first, second] of [
    ['two photos', photo, photo],
    ['an enrolled face and a photo', template, photo],
    ['two enrolled faces', template, template],
  ] as const) {
    const of = (a: string, b: string) => measure.similarity(first.get(a)!, second.get(b)!)
    const impostor = new Float32Array((people.length * (people.length - 1)) / 2)
    let at = 0
    for (const [i, a] of people.entries())
      for (let k = 0; k < i; k++) impostor[at++] = of(a, people[k]!)
    impostor.sort().reverse()
    const similarities = Float32Array.from(genuine, ({ a, b }) => of(a.photo, b.photo))
      .sort()
      .reverse()
    const missed = [1e-3, 1e-4, 1e-5].map((rate) =>
      percent(1 - shareFrom(similarities, thresholdWith(impostor, rate))),
    )
    console.log(
      `| ${name} | ${missed.join(' | ')} | ${shareFrom(impostor, threshold).toExponential(2)} |`,
    )
  }
  console.log()
}

/** False match rates of groups of people at the thresholds of the card. */
async function groups(): Promise<void> {
  const utk = utkFaces(await embeddedSet(agnize, 'utk'))
  const people = peopleByKind(utk)
  const cohortIsOfOthers = use === 'commercial'
  const comparisons = cohortIsOfOthers
    ? [{ faces: utk, measure }]
    : heldOutComparisons(
        utk,
        ordinary.slice(0, 1000).map(({ vector }) => vector),
      )
  const plain = falseMatchRates([{ faces: utk, measure: cosineMeasure }], 0.402)
  const rates = [1e-2, 1e-3, 1e-4]
  const measured = rates.map((rate) =>
    falseMatchRates(comparisons, thresholdFor(card, { fmr: rate }).value),
  )
  console.log(
    `## Two people of one group taken for one: UTKFace, ${cohortIsOfOthers ? 'whose people are not in the cohort' : 'cohorts of three quarters of the people, the others compared, 12 draws'}`,
  )
  console.log(
    `| group | people | ${rates.map((rate) => `asked ${rate}`).join(' | ')} | interval at ${asked} | cosine alone, at 0.402 |`,
  )
  console.log(`| --- | --- | ${rates.map(() => '---').join(' | ')} | --- | --- |`)
  const sorted = [...people].sort(
    ([a, n], [b, k]) => Number(isAdult(b)) - Number(isAdult(a)) || k - n || (a < b ? -1 : 1),
  )
  for (const [kind, n] of sorted) {
    if (kind === 'everybody') continue
    const own = measured.map((each) => each.get(kind)!)
    const { low, high } = own[1]!
    const few = isAdult(kind) && n < fewestPeople ? ' (few)' : ''
    console.log(
      `| ${kind}${few} | ${n} | ${own.map(({ value }) => percent(value)).join(' | ')} | ${percent(low)} to ${percent(high)} | ${percent(plain.get(kind)!.value)} |`,
    )
  }
  console.log()
}

/** Whether something went wrong with a person. */
interface Trial {
  readonly person: string
  readonly error: boolean
}

/** A share of errors, with its interval over people. */
function rateOver(trials: readonly Trial[]): RateEstimate {
  const people = new Map<string, { errors: number; trials: number }>()
  for (const { person, error } of trials) {
    const own = people.get(person) ?? { errors: 0, trials: 0 }
    people.set(person, { errors: own.errors + Number(error), trials: own.trials + 1 })
  }
  const counts = [...people.values()]
  const errors = counts.reduce((sum, each) => sum + each.errors, 0)
  const variance = varianceOverPeople(counts)
  return rateInterval(errors, trials.length, variance, freedomOf(counts), counts.length)
}

/**
 * Open-set search: some people enrolled with a photo each, averaged over views, their other photos and strangers searched.
 *
 * @param templates - The same faces as enrollment embeds them.
 */
function openSet(faces: readonly EmbeddedFace[], templates: readonly EmbeddedFace[]): void {
  const byPerson = new Map<string, EmbeddedFace[]>()
  for (const face of faces) {
    const own = byPerson.get(face.person)
    if (own) own.push(face)
    else byPerson.set(face.person, [face])
  }
  const prepared = new Map(faces.map((face) => [face, measure.prepare(face.vector)]))
  const template = new Map(templates.map((face) => [face.photo, measure.prepare(face.vector)]))
  const similarity = (a: EmbeddedFace, b: EmbeddedFace) => {
    const [x, y] = [template.get(a.photo)!, prepared.get(b)!]
    return dot(x.vector, y.vector) - x.offset - y.offset
  }
  const names = [...byPerson.keys()]
  console.log('## Search: one photo of each enrolled, asked FPIR 1e-3')
  console.log(
    `| enrolled | threshold | strangers named (FPIR) | without the ${otherName.size / 2} who are enrolled by another name, or whose twin is | enrolled people missed (FNIR) | named wrongly |`,
  )
  console.log('| --- | --- | --- | --- | --- | --- |')
  for (const [size, repeats] of [
    [20, 100],
    [100, 40],
    [600, 20],
    [3000, 10],
  ] as const) {
    const { value } = thresholdFor(card, { fpir: 1e-3 }, size)
    const strangers: Trial[] = []
    const ofOneName: Trial[] = []
    const counts = { probes: 0, missed: 0, wrong: 0 }
    for (let repeat = 0; repeat < repeats; repeat++) {
      const random = new Random(repeat + 1, size)
      const enrolled = random.sample(names, size)
      const inside = new Set(enrolled)
      const gallery = enrolled.map((name) => byPerson.get(name)![0]!)
      const best = (probe: EmbeddedFace) => {
        let found: EmbeddedFace | undefined
        let most = value
        for (const face of gallery) {
          const each = similarity(face, probe)
          if (each >= most) [found, most] = [face, each]
        }
        return found
      }
      const others = names.filter((name) => !inside.has(name))
      for (const person of random.sample(others, Math.min(1500, others.length))) {
        const trial = { person, error: best(byPerson.get(person)![0]!) !== undefined }
        strangers.push(trial)
        if (!inside.has(otherName.get(person) ?? '')) ofOneName.push(trial)
      }
      for (const name of enrolled) {
        for (const probe of byPerson.get(name)!.slice(1, 4)) {
          const found = best(probe)
          counts.probes++
          if (!found) counts.missed++
          else if (found.person !== name) counts.wrong++
        }
      }
    }
    const { probes, missed, wrong } = counts
    console.log(
      `| ${size} | ${value.toFixed(3)} | ${shown(rateOver(strangers))} | ${shown(rateOver(ofOneName))} | ${percent((missed + wrong) / probes)} (${missed + wrong} of ${probes}) | ${wrong} |`,
    )
  }
  console.log()
}

function shown({ errors, trials, low, high }: RateEstimate): string {
  return `${percent(errors / trials)} (${errors} of ${trials}; ${percent(low)} to ${percent(high)})`
}

/** Sets of other people: the false matches and misses at the threshold. */
async function others(): Promise<void> {
  console.log(`## Other sets, at ${threshold}`)
  console.log(
    '| set | photos with a face | pairs of two people taken for one | pairs of one person missed |',
  )
  console.log('| --- | --- | --- | --- |')
  for (const [set, name, person] of [
    ['orl', 'AT&T faces, 30 people', ({ person }: EmbeddedFace) => person],
    ['fairface', 'FairFace, all ages', ({ photo }: EmbeddedFace) => photo],
    // The folder of a bare face and of the same photo with a mask drawn on it; real masks are of different people.
    [
      'masks',
      'faces with masks, drawn and real',
      ({ person, photo }: EmbeddedFace) => (person === 'real' ? photo : person),
    ],
  ] as const) {
    const { faces, photos } = await embeddedSet(agnize, set)
    const counts = { impostor: 0, matches: 0, genuine: 0, missed: 0 }
    const prepared = faces.map(({ vector }) => measure.prepare(vector))
    for (const [i, a] of prepared.entries()) {
      for (let k = 0; k < i; k++) {
        const b = prepared[k]!
        const match = measure.similarity(a, b) >= threshold
        if (person(faces[i]!) === person(faces[k]!)) {
          counts.genuine++
          if (!match) counts.missed++
        } else {
          counts.impostor++
          if (match) counts.matches++
        }
      }
    }
    const { impostor, matches, genuine, missed } = counts
    console.log(
      `| ${name} | ${faces.length} of ${photos} | ${percent(matches / impostor)} (${matches} of ${impostor}) | ${genuine > 0 ? `${percent(missed / genuine)} (${missed} of ${genuine})` : ''} |`,
    )
  }
}
